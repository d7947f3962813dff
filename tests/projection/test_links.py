from dataclasses import replace

import pytest

from unitrans.errors import InputError
from unitrans.projection.links import adopt_links, join_alignments, read_links, write_links
from unitrans.translation.words import TranslatedSentence, write_translation

SENTENCES = [
    TranslatedSentence("a", ("Oslo", "calls"), ("B-LOC", "O"), ("Oslo", "llama", ".")),
    TranslatedSentence("b", ("No",), ("O",), ("No",)),
]


def test_links_come_back_as_they_went(tmp_path):
    path = tmp_path / "alignments.txt"
    write_links(path, [[(0, 0), (1, 2)], []])
    assert path.read_text() == "0-0 1-2\n\n"
    assert read_links(path, SENTENCES) == [[(0, 0), (1, 2)], []]


def test_another_aligners_order_and_repetitions_do_no_harm(tmp_path):
    path = tmp_path / "alignments.txt"
    path.write_text("1-2  0-0 1-2\n0-0\n")
    assert read_links(path, SENTENCES) == [[(0, 0), (1, 2)], [(0, 0)]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0-0\n", "found 1 lines; expected 2"),
        ("0-0\n\n\n", "found 3 lines; expected 2"),
        ("0-0 1_2\n\n", "alignments.txt:1: found '1_2'"),
        ("0-0\n0-1\n", "alignments.txt:2: found link 0-1; expected words 0-0 to 0-0"),
        ("2-0\n\n", "alignments.txt:1: found link 2-0"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path, text, message):
    path = tmp_path / "alignments.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_links(path, SENTENCES)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_links(tmp_path / "none.txt", SENTENCES)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "alignments.txt"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="expected word alignments in UTF-8"):
        read_links(path, SENTENCES)


def test_parts_of_another_aligners_links_put_together_are_the_whole(tmp_path):
    links, translation = tmp_path / "links.txt", tmp_path / "translation.jsonl"
    sentences = [replace(SENTENCES[0], id=str(number)) for number in range(9000)]
    write_translation(translation, sentences)
    write_links(links, [[(0, 0)] if number % 3 else [(1, 2)] for number in range(9000)])

    def adopt(shard, name):
        files = tmp_path / f"{name}.txt", tmp_path / f"{name}.json"
        adopt_links(links, translation, *files, shard=shard)
        return files

    whole = adopt("1-of-1", "whole")
    parts = [adopt(f"{number}-of-2", str(number)) for number in (1, 2)]
    joined = tmp_path / "joined.txt", tmp_path / "joined.json"
    join_alignments(*zip(*parts, strict=True), *joined)
    assert parts[1][0].stat().st_size > 0
    assert [path.read_bytes() for path in joined] == [path.read_bytes() for path in whole]
    assert joined[0].read_bytes() == links.read_bytes()
