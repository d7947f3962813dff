import json
import subprocess
import sys

import pytest

import unitrans
from unitrans import Entity, Tagger
from unitrans.errors import InputError
from unitrans.jobs.provenance import imported_modules
from unitrans.tagging.student import Student
from unitrans.tagging.text import tag_lines

TEXTS = ["Ana vive en Bergen.\n¿Y José?\n", "", "\n \n", "La Universidad de Oslo no. " * 40, "Oslo"]


@pytest.fixture(scope="module")
def tagger(folder):
    return Tagger(folder, dtype="float32")


def test_it_finds_what_the_command_finds(tagger, folder):
    student = Student.load(folder, precision="float32")
    for text in TEXTS:
        rows = [
            row
            for sentence in tag_lines(text.splitlines(keepends=True), student)
            for row in sentence.entities()
        ]
        entities = tagger(text)
        assert [(one.type, one.start, one.end, one.text) for one in entities] == [
            (row["type"], row["start"], row["end"], row["text"]) for row in rows
        ]
        for one in entities:
            assert text[one.start : one.end] == one.text
            assert 0 < one.score <= 1


@pytest.mark.parametrize("block_words", [1, 4096])
def test_texts_together_have_the_entities_of_each(tagger, block_words):
    together = list(tagger.each(iter(TEXTS), block_words=block_words))
    assert len(together) == len(TEXTS)
    for text, entities in zip(TEXTS, together, strict=True):
        alone = tagger(text)
        assert [(one.type, one.start, one.end) for one in entities] == [
            (one.type, one.start, one.end) for one in alone
        ]
    assert together[1] == together[2] == []
    assert together[3]


def test_entities_below_the_threshold_are_left_out(tagger, folder):
    text = TEXTS[0]
    scores = sorted(one.score for one in tagger(text))
    strict = Tagger(folder, dtype="float32", threshold=scores[1])
    assert [one.score for one in strict(text)] == [
        one.score for one in tagger(text) if one.score >= scores[1]
    ]


def test_texts_are_passed_on_as_they_are_done(tagger):
    read = []

    def texts():
        for text in ("Ana vive en Oslo. " * 20, "Bergen.", "Antofagasta."):
            read.append(text)
            yield text

    first = next(tagger.each(texts(), block_words=1))
    assert first
    assert isinstance(first[0], Entity)
    assert len(read) < 3


def test_it_says_what_it_knows(tagger):
    assert tagger.language == "es"
    assert tagger.types == ("PER", "ORG", "LOC", "MISC")
    assert list(tagger.each([])) == []


def test_a_folder_that_is_none_is_refused_in_one_line(tmp_path):
    with pytest.raises(InputError, match="expected"):
        Tagger(tmp_path)


def test_the_package_offers_it_without_loading_it():
    code = "import json, sys, unitrans; print(json.dumps('torch' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) is False
    with pytest.raises(AttributeError, match="no attribute 'Nobody'"):
        unitrans.Nobody  # noqa: B018 (the attribute is the test)


def test_no_job_depends_on_it(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from unitrans.errors import InputError\n")
    assert not [path for path in imported_modules(script) if path.parent.name == "tagging"]
