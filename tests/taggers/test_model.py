import shutil

import pytest
import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import TagSet
from unitrans.encoders.features import make_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.errors import InputError
from unitrans.jobs.artifacts import read_tensors, write_tensors
from unitrans.taggers.model import (
    freeze,
    load_tagger,
    new_tagger,
    word_logits,
    write_tagger,
)

TAGS = TagSet(("PER", "LOC"))


@pytest.fixture
def tagger(tiny_encoder):
    model = new_tagger(tiny_encoder, TAGS, seed=1).eval()
    freeze(model, embeddings=True, layers=1)
    return model


@pytest.fixture(scope="module")
def batch(tiny_encoder):
    corpus = [Sentence("a", ("in", "Oslo", ".")), Sentence("b", ("Bergen",))]
    return make_features(corpus, load_tokenizer(tiny_encoder), max_subwords=16).batch([0, 1])


def test_word_logits_have_a_row_for_each_word(tagger, batch):
    logits = word_logits(tagger, batch)
    assert logits.shape == (4, 5)
    whole = tagger(batch.input_ids, batch.attention_mask).logits
    assert torch.equal(logits[3], whole[1, 1])


def test_padding_does_not_change_a_word(tagger, batch, tiny_encoder):
    alone = make_features(
        [Sentence("b", ("Bergen",))], load_tokenizer(tiny_encoder), max_subwords=16
    ).batch([0])
    assert torch.allclose(word_logits(tagger, batch)[3:], word_logits(tagger, alone), atol=1e-5)


def test_the_seed_decides_the_first_weights(tiny_encoder):
    first, same, other = (new_tagger(tiny_encoder, TAGS, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first.classifier.weight, same.classifier.weight)
    assert not torch.equal(first.classifier.weight, other.classifier.weight)


def test_freezing_takes_embeddings_and_bottom_layers_out(tagger):
    frozen = {name for name, weight in tagger.named_parameters() if not weight.requires_grad}
    assert any("embeddings.word" in name for name in frozen)
    assert any("layer.0." in name for name in frozen)
    assert not any("layer.1." in name or "classifier" in name for name in frozen)


def test_too_many_frozen_layers_are_refused(tagger):
    with pytest.raises(InputError, match="freeze_layers: found 3; the encoder has 2 layers"):
        freeze(tagger, embeddings=True, layers=3)


def test_a_teacher_leaves_out_what_the_encoder_has(tagger, batch, tiny_encoder, tmp_path):
    write_tagger(tagger, tiny_encoder, tmp_path / "part", whole=False)
    write_tagger(tagger, tiny_encoder, tmp_path / "whole", whole=True)
    sizes = [(tmp_path / name / "model.safetensors").stat().st_size for name in ("part", "whole")]
    assert sizes[0] < sizes[1] / 2
    model, tag_set = load_tagger(tmp_path / "part", tiny_encoder)
    assert tag_set == TAGS
    assert torch.equal(word_logits(model.eval(), batch), word_logits(tagger, batch))


def test_a_whole_tagger_stands_on_its_own(tagger, batch, tiny_encoder, tmp_path):
    write_tagger(tagger, tiny_encoder, tmp_path, whole=True)
    model = AutoModelForTokenClassification.from_pretrained(tmp_path).eval()
    assert model.config.id2label == dict(enumerate(TAGS.tags))
    assert torch.equal(word_logits(model, batch), word_logits(tagger, batch))
    assert AutoTokenizer.from_pretrained(tmp_path)("Oslo").input_ids


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_missing_file_is_named(tagger, tiny_encoder, tmp_path, name):
    write_tagger(tagger, tiny_encoder, tmp_path, whole=False)
    (tmp_path / name).unlink()
    with pytest.raises(InputError, match=f"{name}: found no such file"):
        load_tagger(tmp_path, tiny_encoder)


def test_a_truncated_file_is_named(tagger, tiny_encoder, tmp_path):
    write_tagger(tagger, tiny_encoder, tmp_path, whole=False)
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(
        InputError, match=r"model\.safetensors: found content that its digest does not fit"
    ):
        load_tagger(tmp_path, tiny_encoder)


def test_an_encoder_without_a_tokenizer_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"tokenizer\.json: found no such file"):
        load_tokenizer(tmp_path)


def test_a_tokenizer_file_that_is_no_json_is_named_with_its_line(tiny_encoder, tmp_path):
    shutil.copytree(tiny_encoder, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "tokenizer.json").read_text("utf-8")
    (tmp_path / "tokenizer.json").write_text(text[: len(text) // 2], "utf-8")
    with pytest.raises(InputError, match=r"tokenizer\.json:\d+: found .*expected JSON"):
        load_tokenizer(tmp_path)


def test_a_damaged_encoder_is_noticed(tiny_encoder, tmp_path):
    shutil.copytree(tiny_encoder, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "model.safetensors"
    write_tensors(path, *read_tensors(path))
    whole = bytearray(path.read_bytes())
    for damaged in (whole[:-100], whole[:-1] + bytes([whole[-1] ^ 1])):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"model\.safetensors: found"):
            new_tagger(tmp_path, TAGS, seed=1)
