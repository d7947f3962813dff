import os

import pytest
from huggingface_hub import ModelCard

from unitrans.tagging.card import RESOURCES, CardSettings, write_card

SCORE = {"precision": 80.0, "recall": 60.0, "f1": 68.57}


QUALITY = {"f1": {"estimate": 71.6, "interval": [60.2, 80.1]}, "sentences": 500}


def corpus(split, source=str(RESOURCES / "sample/es/test.txt")):
    return {"language": "es", "split": split, "source": source, "sentences": 3, "tokens": 30}


def settings(**changes):
    values = {
        "source": "en",
        "target": "es",
        "seed": 7,
        "encoder": "packaged",
        "entity_types": ["PER", "LOC"],
        "license": None,
    }
    return CardSettings(**values | changes)


@pytest.fixture
def result():
    rows = {key: {"by_seed": {"1": 0.0, "7": value}} for key, value in SCORE.items()}
    student = {
        **rows,
        "support": 9,
        "interval": [60.1, 75.2],
        "types": {"PER": {**rows, "support": 9}},
    }
    return {"split": "test", "bootstrap": {"level": 0.95}, "models": {"student": student}}


def test_hugging_face_reads_the_card(result, tmp_path):
    path = tmp_path / "README.md"
    write_card(
        path, settings(), corpora=[corpus("train"), corpus("test")], result=result, quality=QUALITY
    )
    card = ModelCard.load(path)
    assert (card.data.language, card.data.license) == ("es", "mit")
    assert card.data.pipeline_tag == "token-classification"
    assert {one.metric_type: one.metric_value for one in card.data.eval_results} == {
        "precision": 0.8, "recall": 0.6, "f1": 0.6857
    }  # fmt: skip
    assert "| PER | 80.0 | 60.0 | 68.57 | 9 |" in card.text
    assert "60.1 to 75.2" in card.text


def test_without_gold_labels_an_estimate_is_told(tmp_path):
    path = tmp_path / "README.md"
    write_card(path, settings(), corpora=[corpus("train")], result=None, quality=QUALITY)
    card = ModelCard.load(path)
    assert card.data.eval_results is None
    assert "probably about 72 (60 to 80)" in card.text


def test_what_people_said_is_not_kept_quiet(tmp_path):
    path = tmp_path / "README.md"
    corpora = [corpus("train"), corpus("corrected")]
    write_card(path, settings(answers=True), corpora=corpora, result=None, quality=QUALITY)
    text = ModelCard.load(path).text
    assert (
        "`es`, but for 3 sentences that people have corrected and what people said of single names:"
        in text
    )
    write_card(path, settings(), corpora=corpora[:1], result=None, quality=QUALITY)
    assert "without a labelled sentence of language\n`es`: the labels" in ModelCard.load(path).text


@pytest.mark.parametrize(
    ("changes", "source", "license"),
    [
        ({}, str(RESOURCES / "sample/en/train.txt"), "mit"),
        ({}, "data/mine.conll", "unknown"),
        ({"encoder": "xlm-roberta-base"}, str(RESOURCES / "sample/en/train.txt"), "unknown"),
        ({"license": "cc-by-4.0"}, "data/mine.conll", "cc-by-4.0"),
    ],
)
def test_a_licence_is_named_only_where_all_is_known(tmp_path, changes, source, license):
    path = tmp_path / "README.md"
    write_card(
        path, settings(**changes), corpora=[corpus("train", source)], result=None, quality=QUALITY
    )
    card = ModelCard.load(path)
    assert card.data.license == license
    assert ("Look at both" in card.text) == (license == "unknown")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (str(RESOURCES / "sample/es/test.txt"), "UniTrans sample es"),
        ("/home/ana/secret/mine.conll", "mine.conll"),
        ("tner/conll2003", "tner/conll2003"),
    ],
)
def test_a_card_tells_no_path(tmp_path, monkeypatch, result, source, name):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "README.md"
    (tmp_path / "encoder").mkdir()
    local = settings(encoder=str(tmp_path / "encoder"))
    write_card(path, local, corpora=[corpus("test", source)], result=result, quality=QUALITY)
    card = ModelCard.load(path)
    assert f"Test corpus, es: {name}, 3 sentences" in card.text
    assert card.data.eval_results[0].dataset_name == name
    assert card.data.base_model is None
    for folder in (str(tmp_path), "/home/ana", str(RESOURCES)):
        assert folder not in path.read_text("utf-8")


def test_a_corpus_has_its_owners_name(tmp_path, result):
    path = tmp_path / "README.md"
    named = settings(datasets={"es": "CoNLL-2002"})
    write_card(path, named, corpora=[corpus("test", "x/y/z.txt")], result=result, quality=QUALITY)
    card = ModelCard.load(path)
    (name,) = {one.dataset_name for one in card.data.eval_results}
    assert name == "CoNLL-2002"
    assert "Test corpus, es: CoNLL-2002" in card.text


def test_the_licence_follows_the_sample_wherever_the_run_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = os.path.relpath(RESOURCES / "sample" / "en" / "train.txt")
    write_card(
        tmp_path / "README.md",
        settings(),
        corpora=[corpus("train", source)],
        result=None,
        quality=QUALITY,
    )
    assert ModelCard.load(tmp_path / "README.md").data.license == "mit"
