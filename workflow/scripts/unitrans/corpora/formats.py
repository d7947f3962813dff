"""Labelled corpora as people publish them, read with the line of every word.

Reading knows two modes. With labels, every word must have its tag. Without (the unlabelled
pool) the tags are skipped unread, so that nothing of them, not even a fault in them, can
reach what is trained on the pool.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unitrans.corpora.recognition import (
    INDEX,
    Columns,
    Format,
    Layout,
    Lines,
    blocks,
    find_layout,
    is_comment,
    is_conllu,
    split_columns,
)
from unitrans.corpora.sentences import all_differ, digest, is_texts, is_words
from unitrans.errors import InputError
from unitrans.jobs.files import kind_of, parse_json
from unitrans.jobs.log import LOGGER

MOST_GAPS = 0.001  # sentences that may lack words in their middle


@dataclass(frozen=True, slots=True)
class Parsed:
    """A sentence as its file has it.

    Attributes:
        tokens: Its W words, not cleaned yet.
        tags: Its W tags in the file's own scheme, or None where they were not read.
        lines: The line of each word in the file, from 1 (a row of a dataset).
        id: The file's own name for the sentence, where it has one.
    """

    tokens: tuple[str, ...]
    tags: tuple[str, ...] | None
    lines: Sequence[int]
    id: str | None = None


def parse(
    path: str | Path, lines: Lines, form: Format, *, labelled: bool, columns: Columns
) -> Iterator[Parsed]:
    """Read the sentences of a corpus file.

    Args:
        path: The file, for messages.
        lines: Its lines.
        form: Its format, one with words marked off: not TEXT, SPANS, AUTO or DATASET.
        labelled: True to read the tags, False to skip them.
        columns: Where a column format has words and tags.

    Yields:
        The sentences in order.

    Raises:
        InputError: A line is malformed; the message names it.
    """
    if form is Format.CONLL:
        yield from _parse_conll(path, lines, labelled, columns)
    elif form is Format.CONLLU:
        yield from _parse_conllu(path, lines, labelled)
    elif form is Format.JSONL:
        yield from _parse_jsonl(path, lines, labelled)
    else:
        yield from _parse_bracketed(path, lines, labelled)


def _parse_conll(
    path: str | Path, lines: Lines, labelled: bool, columns: Columns
) -> Iterator[Parsed]:
    """Read one word a line: CoNLL-2002, CoNLL-2003, ``index word tag`` and their like."""
    layout = find_layout(path, lines, columns)
    index = _Index(path)
    for first, block in blocks(lines):
        rows: list[list[str]] = []
        numbers: list[int] = []
        index.start()
        for number, line in enumerate(block, first):
            if line.startswith("#") and (layout.indexed or is_comment(line, layout.width)):
                continue
            row = split_columns(line)
            if len(row) == layout.width - 1 and line.startswith(" "):
                row.insert(0, "")  # a word of nothing, between the margin and a blank
            if layout.indexed:
                if not row[0].isdecimal() and INDEX.fullmatch(row[0]):
                    continue  # a range of words, or an empty node
                index.check(number, row[0])
            if labelled:
                _check_row(path, number, row, layout)
            elif not -len(row) <= layout.word < len(row):
                raise InputError.at(
                    path,
                    number,
                    found=_count(row),
                    expected=f"a word in column {layout.word}",
                )
            rows.append(row)
            numbers.append(number)
        if rows:
            words = tuple(row[layout.word].removeprefix(layout.language) for row in rows)
            tags = tuple(row[layout.tag].strip() for row in rows) if labelled else None
            yield Parsed(words, tags, numbers)
    index.finish()


class _Index:
    """The numbers that count the words of each sentence, held against what they should be.

    Published corpora have lost some words out of the middle of very few sentences. So rare a gap
    is reported; more of them, and numbers that stand still or go back, are refused.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = path
        self._sentences = 0
        self._gaps: list[InputError] = []
        self._before = -1

    def start(self) -> None:
        """Begin a sentence."""
        self._sentences += 1
        self._before = -1

    def check(self, number: int, text: str) -> None:
        """Hold the number of the next word, on a line of the file, against the one before."""
        wanted = "0 or 1" if self._before < 0 else str(self._before + 1)
        fault = InputError.at(
            self._path,
            number,
            found=f"the word number {text[:20]!r}",
            expected=f"{wanted}, the next; word_column names the column of the words otherwise",
        )
        # So many digits are no number of a word, and more than Python reads.
        if not text.isdecimal() or len(text) > 9:
            raise fault
        index = int(text)
        if index <= self._before:
            raise fault
        if str(index) not in wanted.split(" or "):
            self._gaps.append(fault)
        self._before = index

    def finish(self) -> None:
        """Refuse gaps that are no rarity, and report those that are."""
        if len(self._gaps) > MOST_GAPS * self._sentences:
            raise self._gaps[0]
        for gap in self._gaps:
            LOGGER.warning("%s; read as it stands", gap)


def _check_row(path: str | Path, number: int, row: list[str], layout: Layout) -> None:
    """Refuse a row of another width, or without room for a word and a tag."""
    width, word, tag = layout.width, layout.word, layout.tag
    if len(row) != width:
        raise InputError.at(
            path, number, found=_count(row), expected=f"{width}, as most lines have"
        )
    places = [column if column >= 0 else width + column for column in (word, tag)]
    if places[0] == places[1] or not all(0 <= place < width for place in places):
        raise InputError.at(
            path,
            number,
            found=_count(row),
            expected=f"a word in column {word}, a tag in column {tag}",
        )


def _count(row: list[str]) -> str:
    """How many columns a row has, in words."""
    return f"{len(row)} column{'' if len(row) == 1 else 's'}"


def _parse_conllu(path: str | Path, lines: Lines, labelled: bool) -> Iterator[Parsed]:
    """Read CoNLL-U; ranges of words and empty nodes are passed over."""
    has_labels = False
    index = _Index(path)
    for first, block in blocks(lines):
        tokens, tags, numbers, name = [], [], [], None
        index.start()
        for number, line in enumerate(block, first):
            if line.startswith("#"):
                key, _, value = line[1:].partition("=")
                name = value.strip() if key.strip() == "sent_id" else name
                continue
            if not is_conllu(line):
                raise InputError.at(
                    path,
                    number,
                    found=f"{line.count(chr(9)) + 1} columns after {line.split(chr(9))[0]!r}",
                    expected="a word number and nine more columns of CoNLL-U",
                )
            columns = line.split("\t")
            if not columns[0].isdecimal():
                continue  # a range of words, or an empty node
            index.check(number, columns[0])
            tokens.append(columns[1])
            numbers.append(number)
            if labelled:
                label = re.search(r"(?:^|\|)name=([^|]*)", columns[-1])
                has_labels |= label is not None
                tags.append(label[1].strip() if label else "O")
        if tokens:
            yield Parsed(tuple(tokens), tuple(tags) if labelled else None, numbers, name or None)
    index.finish()
    if labelled and not has_labels:
        raise InputError.at(
            path, found="no entity label", expected="name=B-PER or the like in the last column"
        )


def _parse_bracketed(path: str | Path, lines: Lines, labelled: bool) -> Iterator[Parsed]:
    """Read one sentence a line, entities in brackets."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if labelled:
            try:
                tokens, tags = _read_brackets(line)
            except ValueError as error:
                raise InputError.at(
                    path, number, found=str(error), expected="words and [TYPE word ...]"
                ) from error
            yield Parsed(tuple(tokens), tuple(tags), [number] * len(tokens))
        else:
            pieces = (piece.rstrip("]") for piece in line.split() if not piece.startswith("["))
            words = tuple(piece for piece in pieces if piece)
            yield Parsed(words, None, [number] * len(words))


def _read_brackets(line: str) -> tuple[list[str], list[str]]:
    """Give the words of a bracketed line, and their BIO tags."""
    tokens: list[str] = []
    tags: list[str] = []
    kind, border = "", ""
    for piece in line.split():
        if piece.startswith("["):
            if kind:
                raise ValueError(f"a bracket inside a bracket, {piece!r}")
            kind, border = piece[1:], "B"
            if not kind or "]" in kind:
                raise ValueError(f"a bracket without a type and a word, {piece!r}")
            continue
        word = piece.removesuffix("]")
        if "[" in word or "]" in word:
            raise ValueError(f"a bracket inside a word, {piece!r}")
        if word:
            tokens.append(word)
            tags.append(f"{border}-{kind}" if kind else "O")
            border = "I"
        if piece != word:
            if not kind or border == "B":
                raise ValueError(
                    f"an entity {kind} without a word" if kind else f"a stray bracket in {piece!r}"
                )
            kind = ""
    if kind:
        raise ValueError(f"a bracket [{kind} that is not closed")
    return tokens, tags


def _parse_jsonl(path: str | Path, lines: Lines, labelled: bool) -> Iterator[Parsed]:
    """Read JSON lines, and refuse a name that stands twice."""
    seen = array("q")  # eight bytes a name, of which there may be millions
    for number, line in enumerate(lines, 1):
        if line.strip():
            sentence = _json_line(path, number, line, labelled)
            if sentence.id is not None:
                seen.append(digest([sentence.id]))
            yield sentence
    if not all_differ(seen):
        _refuse_names(path, lines, labelled)


def _refuse_names(path: str | Path, lines: Lines, labelled: bool) -> None:
    """Raise the error that names the first name that stands twice."""
    first: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and (name := _json_line(path, number, line, labelled).id) is not None:
            if name in first:
                raise InputError.at(
                    path,
                    number,
                    found=f"id {name!r}, which line {first[name]} has",
                    expected="an id of its own for each sentence",
                )
            first[name] = number


def _json_line(path: str | Path, number: int, line: str, labelled: bool) -> Parsed:
    """Read one sentence from JSON."""
    record = parse_json(line, path, number, "a JSON object")
    if not isinstance(record, dict):
        raise InputError.at(path, number, found=kind_of(record), expected="a JSON object")
    name = record.get("id")
    if name is not None and (not isinstance(name, str) or not name):
        raise InputError.at(path, number, found=f"id {name!r}", expected="a text, not empty")
    tokens: Any = record.get("tokens")
    tags: Any = record.get("tags") if labelled else None
    if not is_texts(tokens) or not tokens:
        raise InputError.at(path, number, found="no list of words", expected="tokens, a list")
    if labelled and (not is_words(tags) or len(tags) != len(tokens)):
        found = f"{len(tags)} tags" if isinstance(tags, list) else "no list of tags"
        raise InputError.at(
            path, number, found=found, expected=f"{len(tokens)}, one for each token"
        )
    return Parsed(tuple(tokens), tuple(tags) if labelled else None, [number] * len(tokens), name)
