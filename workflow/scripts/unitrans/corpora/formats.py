"""Labelled corpora as people publish them: recognised, read, with the line of every word.

Reading knows two modes. With labels, every word must have its tag. Without (the unlabelled
pool) the tags are skipped unread, so that nothing of them, not even a fault in them, can
reach what is trained on the pool.
"""

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from unitrans.corpora.sentences import is_words
from unitrans.errors import InputError


class Format(StrEnum):
    """How a corpus is laid out."""

    AUTO = "auto"  # recognised from what the file holds
    BRACKETED = "bracketed"  # one sentence a line, entities as [TYPE word word]
    CONLL = "conll"  # one word a line, columns, empty lines between sentences
    CONLLU = "conllu"  # ten columns, the tag as name=B-PER in the last
    JSONL = "jsonl"  # one {"id", "tokens", "tags"} a line
    TEXT = "text"  # plain text, for the unlabelled pool
    DATASET = "dataset"  # a dataset of the Hugging Face library, by name or folder


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


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a column format has its words and tags, from 0, or from the end where negative.

    Attributes:
        word: Column of the word; None to recognise it.
        tag: Column of the tag; None for the last.
    """

    word: int | None = None
    tag: int | None = None


Lines = Sequence[str]
SAMPLE_LINES = 2000  # how much of a file its format is recognised from
MAX_CONLL_COLUMNS = 6  # of lines without tabs; plain text is longer
BRACKET = re.compile(r"(?:^| )\[[A-Z][A-Z0-9_-]+ [^][]+\](?= |$)")
CONLLU_INDEX = re.compile(r"[0-9]+([-.][0-9]+)?")
CONLLU_COLUMNS = 10
DOCUMENT_START = "-DOCSTART-"


def read_lines(path: str | Path, encoding: str) -> list[str]:
    """Read a text file into its lines, without their ends.

    Args:
        path: The file to read.
        encoding: Its encoding. A byte order mark of UTF-8 is dropped.

    Returns:
        Its lines; line feeds alone and with carriage returns end them.

    Raises:
        InputError: The file is missing or empty, or is not in this encoding.
    """
    try:
        data = Path(path).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        found = "a folder" if isinstance(error, IsADirectoryError) else "no such file"
        raise InputError.at(path, found=found, expected="a corpus file") from error
    if not data.strip():
        raise InputError.at(path, found="an empty file", expected="at least one sentence")
    is_utf8 = codecs.lookup(encoding).name.startswith("utf-8")
    try:
        text = data.decode("utf-8-sig" if is_utf8 else encoding)
    except UnicodeDecodeError as error:
        raise InputError.at(
            path,
            data.count(b"\n", 0, error.start) + 1,
            found=f"byte 0x{data[error.start]:02x}, which {encoding} does not have there",
            expected=f"{encoding}; the key encoding names another, such as iso-8859-1",
        ) from error
    if not is_utf8:
        _refuse_utf8(path, data, encoding)
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def _refuse_utf8(path: str | Path, data: bytes, encoding: str) -> None:
    """Refuse UTF-8 declared as something else: a single-byte encoding reads anything."""
    if data.isascii():
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return
    line = next(n for n, raw in enumerate(data.split(b"\n"), 1) if not raw.isascii())
    raise InputError.at(
        path, line, found="text in UTF-8", expected=f"{encoding}, as the key encoding says"
    )


def recognise_format(lines: Lines) -> Format:
    """Tell the format of a file from its first lines, never from its name.

    JSON lines open with a brace; CoNLL-U has ten columns after an index; column files have
    tabs, or the same small number of pieces in nine lines of ten; the bracketed form has
    ``[TYPE ...]`` in one line of ten or more; all else is plain text.

    Args:
        lines: The lines of the file.

    Returns:
        The format, never AUTO or DATASET.
    """
    sample = [line for line in lines[:SAMPLE_LINES] if line.strip()]
    sample = [line for line in sample if not line.startswith(DOCUMENT_START)] or sample
    if sample[0].lstrip().startswith("{"):
        return Format.JSONL
    words = [line for line in sample if not line.startswith("#")] or sample
    if sum(_is_conllu(line) for line in words) >= 0.9 * len(words):
        return Format.CONLLU
    if sum("\t" in line for line in words) >= 0.9 * len(words):
        return Format.CONLL
    if sum(bool(BRACKET.search(line)) for line in sample) >= 0.1 * len(sample):
        return Format.BRACKETED
    pieces, count = Counter(len(_split(line)) for line in sample).most_common(1)[0]
    is_even = pieces <= MAX_CONLL_COLUMNS and count >= 0.9 * len(sample) > 1
    return Format.CONLL if is_even else Format.TEXT


def _is_conllu(line: str) -> bool:
    """Whether a line is a word of CoNLL-U."""
    columns = line.split("\t")
    return len(columns) == CONLLU_COLUMNS and CONLLU_INDEX.fullmatch(columns[0]) is not None


def parse(
    path: str | Path, lines: Lines, form: Format, *, labelled: bool, columns: Columns
) -> Iterator[Parsed]:
    """Read the sentences of a corpus file.

    Args:
        path: The file, for messages.
        lines: Its lines.
        form: Its format, one with words marked off: not TEXT, AUTO or DATASET.
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


def _blocks(lines: Lines) -> Iterator[tuple[int, list[str]]]:
    """Cut lines at empty lines and document marks; give each block and its first line."""
    block: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith(DOCUMENT_START):
            block.append(line)
            continue
        if block:
            yield number - len(block), block
        block = []
    if block:
        yield len(lines) - len(block) + 1, block


def _split(line: str) -> list[str]:
    """Split a line into columns, at tabs where it has any, else at spaces."""
    # Not at other white space: a word may hold a no-break space.
    if "\t" in line:
        return line.split("\t")
    return [piece for piece in line.split(" ") if piece]


def _has_index(lines: Lines) -> bool:
    """Whether the first column counts the words of each sentence, from 0 or from 1."""
    for _, block in _blocks(lines[:SAMPLE_LINES]):
        rows = [_split(line) for line in block if not line.startswith("#")]
        indices = [row[0] for row in rows if len(row) > 1]
        if len(indices) != len(rows) or indices not in (
            [str(n) for n in range(len(rows))],
            [str(n) for n in range(1, len(rows) + 1)],
        ):
            return False
    return True


def _parse_conll(
    path: str | Path, lines: Lines, labelled: bool, columns: Columns
) -> Iterator[Parsed]:
    """Read one word a line: CoNLL-2002, CoNLL-2003, ``index word tag`` and their like."""
    indexed = columns.word is None and _has_index(lines)
    word = columns.word if columns.word is not None else int(indexed)
    tag = columns.tag if columns.tag is not None else -1
    width = 0
    for first, block in _blocks(lines):
        rows: list[list[str]] = []
        numbers: list[int] = []
        for number, line in enumerate(block, first):
            if indexed and line.startswith("#"):
                continue
            row = _split(line)
            width = width or len(row)
            if labelled:
                _check_row(path, number, row, width, word, tag)
            elif not -len(row) <= word < len(row):
                raise InputError.at(
                    path, number, found=f"{len(row)} columns", expected=f"a word in column {word}"
                )
            rows.append(row)
            numbers.append(number)
        if rows:
            tags = tuple(row[tag].strip() for row in rows) if labelled else None
            yield Parsed(tuple(row[word] for row in rows), tags, numbers)


def _check_row(
    path: str | Path, number: int, row: list[str], width: int, word: int, tag: int
) -> None:
    """Refuse a row of another width, or without room for a word and a tag."""
    found = f"{len(row)} column{'' if len(row) == 1 else 's'}"
    if len(row) != width:
        raise InputError.at(path, number, found=found, expected=f"{width}, as in the lines before")
    places = [column if column >= 0 else width + column for column in (word, tag)]
    if places[0] == places[1] or not all(0 <= place < width for place in places):
        raise InputError.at(
            path, number, found=found, expected=f"a word in column {word}, a tag in column {tag}"
        )


def _parse_conllu(path: str | Path, lines: Lines, labelled: bool) -> Iterator[Parsed]:
    """Read CoNLL-U; ranges of words and empty nodes are passed over."""
    has_labels = False
    for first, block in _blocks(lines):
        tokens, tags, numbers, name = [], [], [], None
        for number, line in enumerate(block, first):
            if line.startswith("#"):
                key, _, value = line[1:].partition("=")
                name = value.strip() if key.strip() == "sent_id" else name
                continue
            if not _is_conllu(line):
                raise InputError.at(
                    path,
                    number,
                    found=f"{line.count(chr(9)) + 1} columns after {line.split(chr(9))[0]!r}",
                    expected="a word number and nine more columns of CoNLL-U",
                )
            columns = line.split("\t")
            if not columns[0].isdigit():
                continue
            tokens.append(columns[1])
            numbers.append(number)
            if labelled:
                label = re.search(r"(?:^|\|)name=([^|]*)", columns[-1])
                has_labels |= label is not None
                tags.append(label[1].strip() if label else "O")
        if tokens:
            yield Parsed(tuple(tokens), tuple(tags) if labelled else None, numbers, name or None)
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
    seen: dict[str | None, int] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            sentence = _json_line(path, number, line, labelled)
            if sentence.id in seen and sentence.id is not None:
                raise InputError.at(
                    path,
                    number,
                    found=f"id {sentence.id!r}, which line {seen[sentence.id]} has",
                    expected="an id of its own for each sentence",
                )
            seen[sentence.id] = number
            yield sentence


def _json_line(path: str | Path, number: int, line: str, labelled: bool) -> Parsed:
    """Read one sentence from JSON."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError.at(
            path, number, found=f"{line.strip()[:60]!r}", expected="a JSON object"
        ) from error
    if not isinstance(record, dict):
        raise InputError.at(path, number, found=type(record).__name__, expected="a JSON object")
    name = record.get("id")
    if name is not None and (not isinstance(name, str) or not name):
        raise InputError.at(path, number, found=f"id {name!r}", expected="a text, not empty")
    tokens: Any = record.get("tokens")
    tags: Any = record.get("tags") if labelled else None
    if not is_words(tokens) or not tokens:
        raise InputError.at(path, number, found="no list of words", expected="tokens, none empty")
    if labelled and (not is_words(tags) or len(tags) != len(tokens)):
        found = f"{len(tags)} tags" if isinstance(tags, list) else "no list of tags"
        raise InputError.at(
            path, number, found=found, expected=f"{len(tokens)}, one for each token"
        )
    return Parsed(tuple(tokens), tuple(tags) if labelled else None, [number] * len(tokens), name)
