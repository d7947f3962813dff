import json

import pytest

from tiny import make_student
from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.corpora.tags import Entity
from unitrans.report.samples import doccano_line, tag_sentences, write_samples
from unitrans.tagging.student import Student

POOL = [Sentence(f"s{n}", ("Ana", "va", "a", "Oslo", ".")[: 1 + n % 5]) for n in range(30)]


@pytest.fixture(scope="module")
def student(tiny_encoder, tmp_path_factory):
    return Student.load(make_student(tiny_encoder, tmp_path_factory.mktemp("student")))


def test_labels_stand_where_annotation_tools_look():
    line = doccano_line("s1", ["En", "Nueva", "York", "."], [Entity("LOC", 1, 3)])
    record = json.loads(line)
    assert record["label"] == [[3, 13, "LOC"]]
    assert record["text"][3:13] == "Nueva York"


def test_a_sample_is_written_for_people_and_for_tools(student, tmp_path):
    write_sentences(tmp_path / "pool.jsonl", POOL)
    page, lines = tmp_path / "page.html", tmp_path / "annotate.jsonl"
    write_samples(tmp_path / "pool.jsonl", student, page=page, annotations=lines, count=10)
    records = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    assert len({record["id"] for record in records}) == 10
    assert records[0]["text"] != "Ana"  # a longer sentence teaches more
    assert any(record["label"] for record in records)
    assert "30 sentences" in page.read_text("utf-8")


def test_every_word_has_its_doubt(student):
    for row in tag_sentences(POOL, student):
        assert len(row["scores"]) == len(row["entities"])
        assert len(row["doubts"]) == len(row["tokens"])
        assert all(1 - row["doubts"].max() <= score + 1e-6 for score in row["scores"])
