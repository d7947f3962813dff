import json
import random

import pytest
import sentencepiece
import torch
from transformers import MarianConfig, MarianMTModel, MarianTokenizer

from unitrans.corpus import Sentence, write_sentences
from unitrans.errors import InputError
from unitrans.sentence_translation import SentenceTranslationSettings, translate_sentences
from unitrans.seq2seq import Seq2Seq
from unitrans.translation import read_translation

WORDS = ["Oslo", "Bern", "Ana", "Luis", "banco", "casa", "llama", "ve"]


def make_vocabulary(folder):
    """Two SentencePiece models of the eight words, and the numbers of their pieces."""
    text = folder / "text.txt"
    draw = random.Random(1)
    text.write_text("".join(" ".join(draw.choices(WORDS, k=4)) + "\n" for _ in range(300)))
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(folder / "source"),
        vocab_size=40,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (folder / "source.model").rename(folder / "source.spm")
    (folder / "target.spm").write_bytes((folder / "source.spm").read_bytes())
    model = sentencepiece.SentencePieceProcessor(str(folder / "source.spm"))
    pieces = [model.id_to_piece(number) for number in range(model.get_piece_size())]
    names = ["</s>", "<unk>", *(p for p in pieces if p not in ("<s>", "</s>", "<unk>")), "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({name: n for n, name in enumerate(names)}))
    return MarianTokenizer.from_pretrained(folder)


def train_to_copy(model, tokenizer, steps):
    draw = random.Random(2)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
    loss = torch.tensor(0.0)
    for _ in range(steps):
        texts = [" ".join(draw.choices(WORDS, k=draw.randint(2, 4))) for _ in range(32)]
        batch = tokenizer(texts, text_target=texts, return_tensors="pt", padding=True)
        batch["labels"][batch["labels"] == tokenizer.pad_token_id] = -100
        loss = model(**batch).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return loss.item()


@pytest.fixture(scope="module")
def copier(tmp_path_factory):
    """A tiny Marian model that has learnt to repeat sentences of eight words."""
    folder = tmp_path_factory.mktemp("marian")
    tokenizer = make_vocabulary(folder)
    torch.manual_seed(0)
    config = MarianConfig(
        vocab_size=len(tokenizer.get_vocab()),
        d_model=64,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=128,
        decoder_ffn_dim=128,
        max_position_embeddings=32,
        dropout=0.0,
        pad_token_id=tokenizer.pad_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        forced_eos_token_id=None,
        scale_embedding=True,
        init_std=0.1,
    )
    model = MarianMTModel(config)
    assert train_to_copy(model, tokenizer, steps=400) < 0.05
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def settings(folder, **options):
    chosen = {"backend": "marian", "model": str(folder), "precision": "float32", "beams": 2}
    return SentenceTranslationSettings(**chosen | options)


def test_the_whole_path_runs(copier, tmp_path):
    write_sentences(
        tmp_path / "train.jsonl",
        [
            Sentence("a", ("Ana", "ve", "Oslo"), ("B-PER", "O", "B-LOC")),
            Sentence("b", ("Bern", "llama"), ("B-LOC", "O")),
            Sentence("c", ("casa", "banco", "Luis", "ve"), ("O", "O", "B-PER", "O")),
        ],
    )
    translate_sentences(
        tmp_path / "train.jsonl",
        tmp_path / "translation.jsonl",
        tmp_path / "stats.json",
        shards=tmp_path / "shards",
        source_language="en",
        target_language="es",
        settings=settings(copier),
    )
    pairs = [sentence for _, sentence in read_translation(tmp_path / "translation.jsonl")]
    assert [pair.translation for pair in pairs] == [pair.tokens for pair in pairs]


@pytest.mark.parametrize("batch_subwords", [1, 8, 4096])
def test_sentences_come_back_in_their_order_whatever_the_batch(copier, batch_subwords):
    texts = ["Oslo llama Bern", "Ana ve", "casa banco Luis ve", "Bern llama"]
    assert Seq2Seq(settings(copier, batch_subwords=batch_subwords)).translate(texts) == texts


def test_a_sentence_longer_than_the_model_reads_is_left_out(copier):
    found = Seq2Seq(settings(copier)).translate(["Oslo " * 40, "Ana ve"])
    assert found == ["", "Ana ve"]


def test_nothing_to_translate_gives_nothing(copier):
    assert Seq2Seq(settings(copier)).translate([]) == []


def test_a_translation_is_never_longer_than_allowed(copier):
    (found,) = Seq2Seq(settings(copier, length_ratio=0.01)).translate(["Ana ve Oslo"])
    assert len(found.split()) <= 10


def test_a_language_that_the_model_does_not_know_is_refused(copier):
    with pytest.raises(InputError, match=r"sentence_translation.source_code: found 'eng_Latn'"):
        Seq2Seq(settings(copier, source_code="eng_Latn", target_code="spa_Latn"))


def test_pickled_weights_are_refused(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(InputError, match="found no safetensors weights"):
        Seq2Seq(settings(tmp_path))


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        Seq2Seq(settings(f"{tmp_path}/none"))
