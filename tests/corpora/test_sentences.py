import json

import pytest

from unitrans.corpora.sentences import (
    Sentence,
    evenly_spaced,
    read_json_lines,
    read_sentences,
    write_sentences,
)
from unitrans.errors import InputError

LABELLED = Sentence("a", ("Åse", "bor", "i", "Bø"), ("B-PER", "O", "O", "B-LOC"))
UNLABELLED = Sentence("b", ("Hun", "\u2028"))


def test_sentences_come_back(tmp_path):
    write_sentences(tmp_path / "x.jsonl", [LABELLED, UNLABELLED])
    assert read_sentences(tmp_path / "x.jsonl") == [LABELLED, UNLABELLED]


def test_an_unlabelled_sentence_has_no_tags_key(tmp_path):
    write_sentences(tmp_path / "x.jsonl", [UNLABELLED])
    assert json.loads((tmp_path / "x.jsonl").read_text("utf-8")).keys() == {"id", "tokens"}


def test_blank_lines_keep_the_line_numbers(tmp_path):
    (tmp_path / "x.jsonl").write_text('\n{"a": 1}\n\n{"b": 2}\n')
    assert list(read_json_lines(tmp_path / "x.jsonl")) == [(2, {"a": 1}), (4, {"b": 2})]


def test_labels_can_be_demanded_and_forbidden(tmp_path):
    path = tmp_path / "x.jsonl"
    write_sentences(path, [LABELLED, UNLABELLED])
    with pytest.raises(InputError, match=r"x\.jsonl:2: found no tags"):
        read_sentences(path, labelled=True)
    with pytest.raises(InputError, match=r"x\.jsonl:1: found tags"):
        read_sentences(path, labelled=False)


GOOD = '{"id": "a", "tokens": ["x"]}\n'
BAD = {
    "empty file": ("", r"x\.jsonl: found no sentence"),
    "no json": (GOOD + "oops\n", r"x\.jsonl:2: found 'oops'"),
    "no object": (GOOD + "[1]\n", r"x\.jsonl:2: found a list"),
    "no id": ('{"tokens": ["x"]}\n', r"x\.jsonl:1: found"),
    "no tokens": ('{"id": "a"}\n', r"x\.jsonl:1: found"),
    "empty sentence": ('{"id": "a", "tokens": []}\n', r"x\.jsonl:1: found"),
    "empty word": ('{"id": "a", "tokens": [""]}\n', r"x\.jsonl:1: found"),
    "number as word": ('{"id": "a", "tokens": [1]}\n', r"x\.jsonl:1: found"),
    "too few tags": ('{"id": "a", "tokens": ["x", "y"], "tags": ["O"]}\n', "found 1 tags"),
    "tags no list": ('{"id": "a", "tokens": ["x"], "tags": "O"}\n', "found no list of tags"),
    "duplicate id": (GOOD * 2, r"x\.jsonl:2: found id 'a', which line 1 has"),
}


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD)
def test_bad_sentences_are_refused_with_file_and_line(tmp_path, content, message):
    (tmp_path / "x.jsonl").write_text(content)
    with pytest.raises(InputError, match=message):
        read_sentences(tmp_path / "x.jsonl")


def test_missing_and_wrongly_encoded_files_are_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_sentences(tmp_path / "x.jsonl")
    (tmp_path / "x.jsonl").write_bytes(b'{"id": "\xe9"}')
    with pytest.raises(InputError, match="not UTF-8"):
        read_sentences(tmp_path / "x.jsonl")


def test_some_are_taken_from_all_parts_alike():
    assert evenly_spaced(range(10), 4) == [0, 2, 5, 7]
    assert evenly_spaced([1, 2], 5) == [1, 2]
    assert evenly_spaced([], 5) == []
