"""A corpus that another tool translated and labelled takes the place of two stages."""

import json

import pytest

from checkout import Checkout, changed

CORPUS = "Ana B-person\nvive O\nen O\nLa B-loc\nPaz I-loc\n\nLuis B-person\nduerme O\n"
TARGET = "results/es/projection.jsonl"


@pytest.fixture
def checkout(tmp_path, tiny_encoder):
    found = Checkout(tmp_path, tiny_encoder)
    (tmp_path / "translated.conll").write_text(CORPUS, encoding="utf-8")
    found.config = changed(
        found,
        targets=["es"],
        overrides={"es": {"translation": {"method": "labelled", "path": "translated.conll"}}},
    )
    # What all files of the language have in common holds for this one too.
    found.config["corpora"]["es"]["label_map"] = {"person": "PER", "loc": "LOC"}
    return found


def test_it_is_read_as_any_corpus_is(checkout):
    checkout.make(TARGET)
    first, second = map(
        json.loads, (checkout.folder / TARGET).read_text(encoding="utf-8").splitlines()
    )
    assert first["tokens"] == ["Ana", "vive", "en", "La", "Paz"]
    assert first["tags"] == ["B-PER", "O", "O", "B-LOC", "I-LOC"]
    assert second["tags"] == ["B-PER", "O"]
    stats = checkout.read("results/es/projection.stats.json")
    assert stats["entities"] == {"PER": 2, "ORG": 0, "LOC": 1, "MISC": 0}


def test_nothing_is_translated_or_projected(checkout):
    planned = checkout.planned("results/es/f1.json")
    assert planned["read_translated_corpus"] == planned["train_translated_teacher"] == 1
    assert not {"build_lexicon", "translate_words", "project_labels"} & planned.keys()
    everything = checkout.planned()
    assert "show_translation" not in everything
    assert everything["show_overview"] == 1


def test_what_it_needs_is_said_in_one_line(checkout):
    config = changed(checkout, overrides={"es": {"translation": {"method": "labelled"}}})
    result = checkout.run("-n", TARGET, config=config)
    assert result.returncode != 0
    assert (
        "translation.path of es: found nothing; expected a labelled corpus with method labelled"
        in result.stderr + result.stdout
    )
    config = changed(
        checkout, overrides={"es": {"translation": {"method": "words", "path": "translated.conll"}}}
    )
    result = checkout.run("-n", TARGET, config=config)
    assert "found translated.conll; expected null with words" in result.stderr + result.stdout
