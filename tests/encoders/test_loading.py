"""Every way in which a folder can be no model, and the one line that says so."""

import json
import os
import shutil

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from transformers import AutoModel, DistilBertConfig, RobertaConfig, RobertaModel

from tiny import make_student
from unitrans.encoders.checkpoint import load_checkpoint
from unitrans.encoders.loading import (
    config_positions,
    load_model,
    load_tokenizer,
    positions,
    read_config,
)
from unitrans.errors import InputError
from unitrans.jobs.artifacts import read_tensors
from unitrans.taggers.folder import FORMAT
from unitrans.tagging.student import Student


@pytest.fixture(scope="module")
def whole_student(tiny_encoder, tmp_path_factory):
    return make_student(tiny_encoder, tmp_path_factory.mktemp("student"))


@pytest.fixture
def student(whole_student, tmp_path):
    return shutil.copytree(whole_student, tmp_path / "student")


@pytest.fixture
def encoder(tiny_encoder, tmp_path):
    return shutil.copytree(tiny_encoder, tmp_path / "encoder")


def change(folder, name="config.json", drop=(), **values):
    """Lay values over a JSON file."""
    path = folder / name
    content = {k: v for k, v in json.loads(path.read_text()).items() if k not in drop}
    path.write_text(json.dumps(content | values))


def write(name, content):
    def ruin(folder):
        (folder / name).write_bytes(content)

    return ruin


def config(drop=(), **values):
    return lambda folder: change(folder, drop=drop, **values)


def weights(edit):
    """Store other weights, without a digest, as files from elsewhere have none."""

    def ruin(folder):
        path = folder / "model.safetensors"
        tensors = load_file(path)
        edit(tensors)
        save_file(tensors, path, metadata={"format": "pt"})

    return ruin


def flip(start, bit=6):
    """Flip a bit of the file, from its start or, where negative, from its end."""

    def ruin(folder):
        path = folder / "model.safetensors"
        data = bytearray(path.read_bytes())
        data[start] ^= 1 << bit
        path.write_bytes(data)

    return ruin


def not_a_number(tensors):
    next(iter(tensors.values())).view(-1)[0] = float("nan")


def infinite(tensors):
    tensors["bert.encoder.layer.1.output.dense.bias"][0] = float("inf")


def without_layer(tensors):
    del tensors["bert.encoder.layer.0.attention.self.query.weight"]


def without_head(tensors):
    del tensors["classifier.bias"]


def with_more(tensors):
    tensors["bert.encoder.layer.7.output.dense.bias"] = torch.zeros(32)


def other_shape(tensors):
    tensors["classifier.bias"] = torch.zeros(3)


def pipe(folder):
    (folder / "model.safetensors").unlink()
    os.mkfifo(folder / "model.safetensors")


def looped(folder):
    (folder / "config.json").unlink()
    (folder / "config.json").symlink_to("config.json")


LABELS = ["O", *(f"{b}-{k}" for k in ("PER", "ORG", "LOC", "MISC") for b in "BI")]
CODE = {"AutoModelForTokenClassification": "own.Model", "AutoConfig": "own.Config"}

# Both a student's folder and, where the second value says so, an encoder's.
WRONG = {
    "code of its own": (config(auto_map=CODE), True, "found auto_map, which names code"),
    "code of the tokenizer": (
        lambda folder: change(folder, "tokenizer_config.json", auto_map={"AutoTokenizer": "a.B"}),
        True,
        "tokenizer_config.json: found auto_map, which names code",
    ),
    "pipeline of its own": (config(custom_pipelines={"x": {"impl": "a.B"}}), True, "custom_pipe"),
    "no JSON": (write("config.json", b"{"), True, "config.json:1: found"),
    "null": (write("config.json", b"null"), True, "config.json: found nothing"),
    "list": (write("config.json", b"[1]"), True, "config.json: found a list"),
    "deep": (write("config.json", b"[" * 99999), True, "brackets nested too deeply"),
    "bytes": (write("config.json", b"\xff\xfe{}"), True, "bytes that are not UTF-8"),
    "empty": (write("config.json", b""), True, "config.json:1: found"),
    "loop": (looped, True, "too many levels of symbolic links"),
    "null tokenizer": (write("tokenizer.json", b"null"), True, "tokenizer.json: found nothing"),
    "list of settings": (write("tokenizer_config.json", b"[]"), True, "found a list"),
    "broken tokenizer": (write("tokenizer.json", b'{"model": {"type": "X"}}'), True, "found"),
    "no vocabulary": (
        lambda folder: change(folder, "tokenizer.json", model={"type": "WordPiece"}),
        True,
        "found",
    ),
    "no padding": (
        lambda folder: change(folder, "tokenizer_config.json", drop=["pad_token"]),
        True,
        "found no padding token",
    ),
    "no kind": (config(drop=["model_type"]), True, "found nothing for model_type"),
    "kind that is no text": (config(model_type=7), True, "a whole number for model_type"),
    "unheard kind": (config(model_type="unheard_of"), True, "found"),
    "another kind": (config(model_type="roberta"), True, "found"),
    "kind without layers of this name": (config(model_type="electra"), True, "found"),
    "a decoder": (config(model_type="t5"), True, "found"),
    "text for a size": (config(hidden_size="32"), True, "found hidden_size: 32"),
    "null heads": (config(num_attention_heads=0), True, "found num_attention_heads: 0"),
    "heads that do not divide": (config(num_attention_heads=5), True, "found"),
    "half a layer": (config(num_hidden_layers=1.5), True, "found num_hidden_layers: 1.5"),
    "true for a size": (config(intermediate_size=True), True, "found intermediate_size: True"),
    "endless size": (config(vocab_size=10**30), True, "found vocab_size: 1000000"),
    "more layers": (config(num_hidden_layers=3), True, "found no weights"),
    "fewer layers": (config(num_hidden_layers=1), False, "which the model has not"),
    "other width": (config(hidden_size=64), True, "found"),
    "list for dropout": (config(hidden_dropout_prob=[1]), True, "found"),
    "unknown activation": (config(hidden_act="sigmoidal"), True, "found"),
    "bad dtype": (config(dtype="float99"), True, "found"),
    "quantised": (config(quantization_config={"load_in_8bit": True}), True, "a quantised model"),
    "no weights": (lambda f: (f / "model.safetensors").unlink(), True, "found no such file"),
    "pickled weights": (
        lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"),
        True,
        "found pickled weights only",
    ),
    "pipe of weights": (pipe, True, "model.safetensors: found a named pipe"),
    "cut weights": (write("model.safetensors", b"\x10" + bytes(7) + b"{}"), True, "found"),
    "no tensors": (write("model.safetensors", b"no weights at all"), True, "found a header of"),
    "header that is a list": (
        write("model.safetensors", b"\x02" + bytes(7) + b"[]"),
        True,
        "a header that is no JSON object",
    ),
    "not a number": (weights(not_a_number), True, "that are no numbers"),
    "infinite": (weights(infinite), False, "that are no numbers"),
    "missing layer": (weights(without_layer), False, "found no weights bert.encoder.layer.0"),
    "missing head": (weights(without_head), False, "found no weights classifier.bias"),
    "another layer": (weights(with_more), False, "which the model has not"),
    "other shape": (weights(other_shape), False, "found"),
    "flipped exponent": (flip(-1), False, "content that its digest does not fit"),
    "flipped bit of the middle": (flip(-4000), False, "content that its digest does not fit"),
    "no names of classes": (config(drop=["id2label"]), False, "found no names of classes"),
    "list of classes": (config(id2label=LABELS), False, "found no names of classes"),
    "other order": (
        config(id2label={str(n): tag for n, tag in enumerate(LABELS[::-1])}),
        False,
        "config.json: found classes I-MISC",
    ),
    "numbered classes": (
        config(id2label={str(n): f"LABEL_{n}" for n in range(9)}),
        False,
        "config.json: found classes LABEL_0",
    ),
    "BIOES": (
        config(id2label={str(n): t for n, t in enumerate(["O", "B-PER", "E-PER", "S-PER"])}),
        False,
        "config.json: found classes O, B-PER, E-PER",
    ),
    "null class": (config(id2label={"0": "O", "1": None}), False, "found classes O, None"),
    "class left out": (config(id2label={"0": "O", "2": "B-PER"}), False, "found no class 1"),
    "own settings that are none": (config(unitrans=[]), False, "found a list for unitrans"),
    "no language": (config(unitrans={}), False, "found no language"),
    "another version": (
        config(unitrans={"language": "es", "max_subwords": 24}),
        False,
        "found a tagger of another version; expected format: 2",
    ),
    "no window": (
        config(unitrans={"format": FORMAT, "language": "es", "max_subwords": 0}),
        False,
        "found max_subwords: 0",
    ),
    "window that is no number": (
        config(unitrans={"format": FORMAT, "language": "es", "max_subwords": "24"}),
        False,
        "found max_subwords: 24",
    ),
    "no folder": (shutil.rmtree, True, "found no such folder"),
}


def refused(load, folder, line):
    with pytest.raises(InputError) as caught:
        load(folder)
    text = str(caught.value)
    assert line in text
    assert "expected" in text
    assert "\n" not in text


@pytest.mark.parametrize(("ruin", "line"), [(r, t) for r, _, t in WRONG.values()], ids=WRONG)
def test_a_student_that_is_none_is_refused(student, ruin, line, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("it asked for leave to run code"))
    ruin(student)
    refused(Student.load, student, line)


BOTH = {name: (ruin, line) for name, (ruin, both, line) in WRONG.items() if both}


@pytest.mark.parametrize(("ruin", "line"), BOTH.values(), ids=BOTH)
def test_an_encoder_that_is_none_is_refused(encoder, ruin, line):
    ruin(encoder)
    refused(load_checkpoint, encoder, line)


def test_a_file_where_the_folder_should_be_is_refused(tmp_path):
    (tmp_path / "x").write_text("x")
    refused(Student.load, tmp_path / "x", "found no folder")


def test_sound_folders_load(student, encoder):
    assert Student.load(student).settings.max_subwords == 24
    assert load_checkpoint(encoder)[0].config.model_type == "bert"


def test_an_index_of_weights_has_to_name_files(encoder):
    (encoder / "model.safetensors").unlink()
    (encoder / "model.safetensors.index.json").write_text('{"weight_map": [1]}')
    refused(load_checkpoint, encoder, "found a list for weight_map")


def test_texts_of_a_header_are_part_of_the_digest(student):
    path = student / "model.safetensors"
    with safe_open(path, "pt") as handle:
        assert handle.metadata().keys() == {"digest", "format"}
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"format":"pt"', b'"format":"pu"', 1))
    refused(read_tensors, path, "content that its digest does not fit")


def test_files_of_earlier_versions_are_read(tmp_path):
    """Their digest leaves out the texts of the header."""
    path = tmp_path / "old.safetensors"
    digest = "aa15ff3e3bb3f8f1a8b1f1a0a6b1c8e5b1c1f1c1e0d0c0b0a090807060504030"
    save_file({"a": torch.ones(2)}, path, metadata={"sha256": digest})
    refused(read_tensors, path, "content that its digest does not fit")


def test_kin_of_roberta_keep_positions_for_padding(tmp_path, tiny_encoder):
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
    shape = RobertaConfig(
        vocab_size=9, intermediate_size=8, max_position_embeddings=20, pad_token_id=1, **sizes
    )
    RobertaModel(shape, add_pooling_layer=False).save_pretrained(tmp_path)
    model = load_model(AutoModel, tmp_path, expected="an encoder", add_pooling_layer=False)
    assert positions(model) == 18 == config_positions(read_config(tmp_path, "an encoder"))
    assert config_positions(read_config(tiny_encoder, "an encoder")) == 128
    assert config_positions(DistilBertConfig(max_position_embeddings=9).to_dict()) == 9


def test_a_tokenizer_of_its_own_is_not_run(encoder):
    change(encoder, "tokenizer_config.json", auto_map={"AutoTokenizer": ["a.B", None]})
    refused(load_tokenizer, encoder, "no such code is ever run")
