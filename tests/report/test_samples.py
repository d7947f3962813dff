import json

import pytest

from tiny import make_student
from unitrans.corpora.ingest import CorpusSettings, read_corpus
from unitrans.corpora.recognition import Format
from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.corpora.tags import Entity
from unitrans.errors import InputError
from unitrans.report.samples import tag_sentences, with_places, write_samples
from unitrans.tagging.formats import DOCUMENTS, Form
from unitrans.tagging.student import Student

DOCCANO = Form.DOCCANO
POOL = [Sentence(f"s{n}", ("Ana", "va", "a", "Oslo", ".")[: 1 + n % 5]) for n in range(30)]


def read_spans(path, folder):
    settings = CorpusSettings(str(path))
    return list(read_corpus(settings, split="test", language="es", folder=folder)[1])


@pytest.fixture(scope="module")
def student(tiny_encoder, tmp_path_factory):
    return Student.load(make_student(tiny_encoder, tmp_path_factory.mktemp("student")))


def test_labels_stand_where_annotation_tools_look():
    words = ["En", "Nueva", "York", "."]
    text, (entity,) = with_places(words, [Entity("LOC", 1, 3)], [0.5])
    assert entity == {"type": "LOC", "start": 3, "end": 13, "text": "Nueva York", "score": 0.5}
    assert text[3:13] == "Nueva York"


def test_a_sample_is_written_for_people_and_for_tools(student, tmp_path):
    write_sentences(tmp_path / "pool.jsonl", POOL)
    page = tmp_path / "page.html"
    learn = {form: tmp_path / f"learn.{form}" for form in DOCUMENTS}
    test = {form: tmp_path / f"test.{form}" for form in DOCUMENTS}
    write_samples(tmp_path / "pool.jsonl", student, page=page, learn=learn, test=test, count=10)
    assert "30 sentences" in page.read_text("utf-8")
    words = {sentence.id: sentence.tokens for sentence in POOL}
    seen = {}
    for name, paths in (("learn", learn), ("test", test)):
        settings = CorpusSettings(str(paths["doccano"]))
        (form, _), parsed = read_corpus(settings, split="test", language="es", folder=tmp_path)
        parsed = list(parsed)
        assert form is Format.SPANS
        assert len(parsed) == 10
        assert all(words[one.id] == one.tokens for one in parsed)
        seen[name] = {one.id for one in parsed}
        with pytest.raises(InputError, match="found no annotation"):  # nobody has looked yet
            read_spans(paths["label-studio"], tmp_path)
        tasks = json.loads(paths["label-studio"].read_text("utf-8"))
        assert {one["data"]["id"] for one in tasks} == seen[name]
    assert len(seen["learn"] | seen["test"]) == 20
    assert seen["test"] == {f"s{3 * n}" for n in range(10)}


def test_what_is_corrected_already_is_not_asked_for_again(student, tmp_path):
    write_sentences(tmp_path / "pool.jsonl", POOL)
    page, paths = tmp_path / "page.html", {DOCCANO: tmp_path / "learn"}
    other = {DOCCANO: tmp_path / "test"}
    done = [sentence for sentence in POOL if len(sentence.tokens) == 5]
    write_samples(
        *(tmp_path / "pool.jsonl", student),
        page=page,
        learn=paths,
        test=other,
        count=10,
        corrected=done,
    )
    texts = [json.loads(line)["text"] for line in paths[DOCCANO].read_text("utf-8").splitlines()]
    assert len(texts) == 10
    assert "Ana va a Oslo ." not in texts


def test_what_a_tool_gives_back_is_what_was_corrected(student, tmp_path):
    """As a person would: take the file in, accept what is right, mark one more, export."""
    write_sentences(tmp_path / "pool.jsonl", POOL)
    paths = {form: tmp_path / f"learn.{form}" for form in DOCUMENTS}
    other = {form: tmp_path / f"test.{form}" for form in DOCUMENTS}
    page = tmp_path / "page.html"
    write_samples(tmp_path / "pool.jsonl", student, page=page, learn=paths, test=other, count=10)
    exported = []
    for number, task in enumerate(json.loads(paths["label-studio"].read_text("utf-8")), 1):
        text = task["data"]["text"]
        value = {"start": 0, "end": 3, "text": text[:3], "labels": ["LOC"]}
        mark = {"id": "x", "from_name": "label", "to_name": "text", "type": "labels"}
        done = {"id": number, "was_cancelled": False, "result": [{**mark, "value": value}]}
        exported.append({"id": number, **task, "annotations": [done]})
    path = tmp_path / "export.json"
    path.write_text(json.dumps(exported, ensure_ascii=False), "utf-8")
    parsed = read_spans(path, tmp_path)
    assert len(parsed) == 10
    assert all(one.tags[0] == "B-LOC" and set(one.tags[1:]) <= {"O"} for one in parsed)
    assert {one.id for one in parsed} == {
        json.loads(line)["id"] for line in paths["doccano"].read_text("utf-8").splitlines()
    }


def test_every_word_has_its_doubt(student):
    for row in tag_sentences(POOL, student):
        assert len(row["scores"]) == len(row["entities"])
        assert len(row["doubts"]) == len(row["tokens"])
        assert all(1 - row["doubts"].max() <= score + 1e-6 for score in row["scores"])
