import json

import pytest

from unitrans.corpora.sentences import Sentence, read_sentences
from unitrans.errors import InputError
from unitrans.projection.labels import (
    Outcome,
    ProjectionSettings,
    copy_labels,
    project_corpus,
)
from unitrans.translation.words import TranslatedSentence, write_translation

SENTENCES = [
    TranslatedSentence(
        "1",
        ("Ana", "Ruiz", "in", "New", "York", "."),
        ("B-PER", "I-PER", "O", "B-LOC", "I-LOC", "O"),
        ("Ana", "Ruiz", "en", "Nueva", "York", "."),
    ),
    TranslatedSentence("2", ("It", "rains"), ("O", "O"), ("Ello", "llueve")),
]


def project(folder, sentences, *, types=("PER", "LOC"), **settings):
    write_translation(folder / "translation.jsonl", sentences)
    project_corpus(
        folder / "translation.jsonl",
        folder / "projection.jsonl",
        folder / "stats.json",
        entity_types=types,
        settings=ProjectionSettings(**settings),
    )
    return read_sentences(folder / "projection.jsonl"), json.loads(
        (folder / "stats.json").read_text()
    )


def test_labels_are_copied_and_counted(tmp_path):
    found, stats = project(tmp_path, SENTENCES)
    assert found == [Sentence(some.id, some.translation, some.tags) for some in SENTENCES]
    none = {"partial": 0, "lost": 0, "filtered": 0}
    assert stats == {
        "method": "copy",
        "capitals": "nouns",
        "sentences": {"kept": 2, "dropped": 0},
        "entities": {"projected": 2, **none},
        "per_type": {"PER": {"projected": 1, **none}, "LOC": {"projected": 1, **none}},
        "source_words": {"changed": 4, "unchanged": 3, "no_word": 1},
        "changed_share": 0.5714,
    }


def test_copied_labels_are_legal():
    sentence = TranslatedSentence("1", ("New", "York"), ("I-LOC", "I-LOC"), ("Nueva", "York"))
    assert copy_labels(sentence, ProjectionSettings()).tags == ("B-LOC", "I-LOC")


def test_other_lengths_are_refused_with_their_line(tmp_path):
    odd = TranslatedSentence("3", ("It", "rains"), ("O", "O"), ("Llueve",))
    with pytest.raises(InputError, match=r"translation\.jsonl:3: found 1 target words; expected 2"):
        project(tmp_path, [*SENTENCES, odd])
    assert not (tmp_path / "projection.jsonl").exists()


def test_unknown_tags_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"translation\.jsonl:1: found tag 'B-LOC'"):
        project(tmp_path, SENTENCES, types=("PER",))


def test_settings_are_checked():
    with pytest.raises(InputError, match=r"^projection\.lower_case: found 'guess'; expected"):
        ProjectionSettings(lower_case="guess")


@pytest.mark.parametrize(
    ("source", "target", "setting", "tags"),
    [
        ("Spanish exports", "español exportaciones", "drop", ("O", "O")),
        ("Spanish exports", "español exportaciones", "keep", ("B-MISC", "O")),
        ("Spanish exports", "Spaanse export", "drop", ("B-MISC", "O")),
        ("Spanish exports", "西班牙 出口", "drop", ("B-MISC", "O")),
        ("aspirin helps", "aspirina ayuda", "drop", ("B-MISC", "O")),
    ],
)
def test_entities_that_lost_their_capitals_are_none(source, target, setting, tags):
    sentence = TranslatedSentence(
        "a", tuple(source.split()), ("B-MISC", "O"), tuple(target.split())
    )
    new = copy_labels(sentence, ProjectionSettings(lower_case=setting))
    assert new.tags == tags
    assert new.outcomes == (Outcome.FILTERED if tags[0] == "O" else Outcome.PROJECTED,)
