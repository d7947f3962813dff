import json
import math

import pytest

from tiny import make_student
from unitrans.corpora.tags import entities
from unitrans.errors import InputError
from unitrans.tagging.file import tag_file, text_lines
from unitrans.tagging.student import Student
from unitrans.tagging.text import tag_lines

TEXT = [
    "El  Sr. Gil\tllegó a Oslo. 👩🏽 ¿Y Ana?\r\n",
    "\n",
    "Jose\u0301 vive en Nueva York " + "y en Bergen " * 60 + ".",
]


@pytest.fixture(scope="module")
def student(tiny_encoder, tmp_path_factory):
    folder = make_student(tiny_encoder, tmp_path_factory.mktemp("student"))
    return Student.load(folder, precision="float32")


@pytest.fixture(scope="module")
def tagged(student):
    return list(tag_lines(TEXT, student))


def test_the_folder_tells_the_language(student):
    assert (student.settings.language, student.settings.max_subwords) == ("es", 24)


def test_places_count_from_the_start_of_the_whole_text(tagged):
    text = "".join(TEXT)
    found = [entity for sentence in tagged for entity in sentence.entities()]
    assert len(found) > 10
    for entity in found:
        assert text[entity["start"] : entity["end"]] == entity["text"]
        assert 0 < entity["score"] <= 1
    for sentence in tagged:
        assert text[sentence.words[0].start : sentence.words[-1].end] == sentence.text


def test_sentences_keep_their_order_and_line_and_no_word_is_lost(tagged):
    assert [sentence.line for sentence in tagged] == [1, 1, 3]
    words = "".join(word.text for sentence in tagged for word in sentence.words)
    assert words == "".join("".join(TEXT).split()).replace("e\u0301", "é")
    assert len(tagged[2].words) > 180


def test_blocks_change_nothing_but_when(student, tagged):
    for one, other in zip(tag_lines(TEXT, student, block_words=1), tagged, strict=True):
        assert (one.words, one.tags) == (other.words, other.tags)
        assert one.scores == pytest.approx(other.scores, abs=1e-4)


def test_text_is_tagged_as_it_comes(student):
    read = []

    def lines():
        for line in TEXT:
            read.append(line)
            yield line

    sentences = tag_lines(lines(), student, block_words=1)
    assert next(sentences).line == 1
    assert len(read) == 1


def test_an_entitys_score_is_the_product_of_its_words(tagged):
    sentence = next(one for one in tagged if any(e - s > 1 for _, s, e in entities(one.tags)))
    for entity, (_, start, end) in zip(sentence.entities(), entities(sentence.tags), strict=True):
        product = math.prod(sentence.scores[start:end])
        assert entity["score"] == pytest.approx(product, abs=2e-4)  # never quite 0 or 1


def test_files_are_written_in_both_forms(student, tagged, tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes("".join(TEXT).encode())
    outputs = [tmp_path / "a.conll", tmp_path / "a.jsonl"]
    tag_file(path, student, outputs)
    blocks = outputs[0].read_text("utf-8").strip().split("\n\n")
    assert [block.splitlines()[0].split(" ")[0] for block in blocks] == [
        sentence.words[0].text for sentence in tagged
    ]
    rows = [json.loads(line) for line in outputs[1].read_text("utf-8").splitlines()]
    assert [row["text"] for row in rows] == [sentence.text for sentence in tagged]
    assert rows[0] == tagged[0].record()


def test_an_empty_text_gives_empty_files(student, tmp_path):
    (tmp_path / "text.txt").write_bytes(b" \n\xef\xbb\xbf\n")
    tag_file(tmp_path / "text.txt", student, [tmp_path / "a.jsonl"])
    assert not (tmp_path / "a.jsonl").read_bytes()


@pytest.mark.parametrize(("content", "found"), [(None, "no such file"), (b"\xff", "not utf-8")])
def test_a_text_that_cannot_be_read_is_named(tmp_path, content, found):
    path = tmp_path / "text.txt"
    if content:
        path.write_bytes(content)
    with pytest.raises(InputError, match=rf"text.txt: .*{found}"):
        list(text_lines(path))


def test_an_encoder_is_no_student(tiny_encoder):
    with pytest.raises(InputError, match="expected a tagger, not an encoder"):
        Student.load(tiny_encoder)
