"""What a corpus file is, told from what it holds: its format, and what its columns are.

A pool's tags must never be taken for words, so plain text is what is left when a file shows no
sign of labels. A file that shows some, in a form that nobody reads here, is refused.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import NamedTuple, NoReturn

from unitrans.errors import InputError


class Format(StrEnum):
    """How a corpus is laid out."""

    AUTO = "auto"  # recognised from what the file holds
    BRACKETED = "bracketed"  # one sentence a line, entities as [TYPE word word]
    CONLL = "conll"  # one word a line, columns, empty lines between sentences
    CONLLU = "conllu"  # ten columns, the tag as name=B-PER in the last
    JSONL = "jsonl"  # one {"id", "tokens", "tags"} a line
    SPANS = "spans"  # texts with marked places, as Doccano and Label Studio export them
    TEXT = "text"  # plain text, for the unlabelled pool
    DATASET = "dataset"  # a dataset of the Hugging Face library, by name or folder


class Recognised(NamedTuple):
    """The format of a file, and why it was taken for that."""

    format: Format
    reason: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a column format has its words and tags, from 0, or from the end where negative.

    Attributes:
        word: Column of the word; None to recognise it.
        tag: Column of the tag; None to recognise it.
    """

    word: int | None = None
    tag: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of a file are.

    Attributes:
        word: Column of the word.
        tag: Column of the tag.
        width: Columns of a line, of most lines.
        indexed: Whether the first column counts the words of each sentence.
        language: What stands before every word, such as ``en:``; mostly nothing.
    """

    word: int
    tag: int
    width: int
    indexed: bool
    language: str


Lines = Collection[str]
SAMPLE_LINES = 2000  # how much of a file its format is recognised from
MOST = 0.9  # share of the lines that have to agree
SOME = 0.1  # share of the lines that is no accident
MAX_CONLL_COLUMNS = 6  # of lines without tabs; plain text is longer
CONLLU_COLUMNS = 10
DOCUMENT_START = re.compile(r"(?:[01][\t ])?-DOCSTART-")
BRACKET = re.compile(r"(?:^| )\[[A-Z][A-Z0-9_-]+ [^][]+\](?= |$)")
INDEX = re.compile(r"\d+([-.]\d+)?")
TAG = re.compile(r"O|[BIESLU]-\S+")
COMMENT = re.compile(r"#(\s|$|#|\s*[\w.]+\s*[=:])")
COMMENT_KEY = re.compile(r"(id|sent_id|text|newdoc|newpar|meta|global\.\w+)\b|\S*[=:]$|=")
SENTENCE_END = re.compile(r"\w[.!?\u2026\u06d4\u0964\u104b\u3002\uff01\uff1f][\"'\u00bb\u201d]?$")
CJK_PAUSE = re.compile(r"\S[\u3001\u3002\uff0c\uff01\uff1f]\S")
NUMBERED = re.compile(r"[0-9]+\t")
TEXT_KEY, TOKENS_KEY = re.compile(r'"text"\s*:'), re.compile(r'"tokens"\s*:')
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]+)?:(?=.)")

# Signs of labels that are no words, each with what the file seems to be.
_TYPE = r"(?:[BIESLU]-)?(?:PER|PERS|PERSON|ORG|ORGANI[SZ]ATION|LOC|LOCATION|GPE|MISC|DATE)"
TAGGED_WORD = re.compile(r"[^\s/_|\\]+[/_|\\](?:[A-Z$.,:]+[/_|\\])?(?:O|[BIESLU]-[A-Z]\w*)(?=\s|$)")
SEPARATED_TAG = re.compile(r"[,;|]\s*[\"']?(?:O|[BIESLU]-\w+)[\"']?\s*$")
ELEMENT = re.compile(r"</?[A-Za-z][\w.:-]*(\s+[\w.:-]+\s*=[^<>]*)?\s*/?>")
INLINE_TYPE = re.compile(rf"[\[({{<|/:=\"']\s*{_TYPE}\s*[\])}}>|/:=\"']|[\[{{]{_TYPE}\s")
SUBTITLE = re.compile(r"[0-9:.,]{5,} --> [0-9:.,]{5,}")
SIGNS = (
    (SUBTITLE, "the times of subtitles"),
    (TAGGED_WORD, "words with their tags behind a mark"),
    (SEPARATED_TAG, "tags behind commas, semicolons or bars"),
    (ELEMENT, "XML or HTML"),
    (INLINE_TYPE, "types of entities between marks"),
)


def recognise_format(path: str | Path, lines: Lines) -> Recognised:
    """Tell the format of a file from its first lines, never from its name.

    JSON lines open with a brace, and hold words, or texts with marked places; CoNLL-U has ten
    columns after an index; column files have tabs, or the same small number of pieces in nine
    lines of ten; the bracketed form has ``[TYPE ...]`` in one line of ten or more; all else is
    plain text, unless it shows labels.

    Args:
        path: The file, for messages.
        lines: Its lines.

    Returns:
        The format, never AUTO or DATASET, and the reason in words.

    Raises:
        InputError: The file has labels in no form that is read here, or may be of two kinds.
    """
    numbered = _sample(lines)
    if not numbered:
        raise InputError.at(path, found="an empty file", expected="at least one sentence")
    sample = [line for _, line in numbered]
    first, start = numbered[0][0], sample[0].lstrip()
    if re.match(r"\{\s*(\"|\}|$)", start):
        if TEXT_KEY.search(start) and not TOKENS_KEY.search(start):
            return Recognised(Format.SPANS, "the first line is an object with a text")
        return Recognised(Format.JSONL, "the first line opens with a brace")
    if _is_json_array(start):
        if any(TEXT_KEY.search(line) for line in sample):
            return Recognised(Format.SPANS, "it is an array of objects with texts")
        _refuse(path, first, "a JSON array", "JSON lines, one object a line")
    words = [line for line in sample if not COMMENT.match(line)] or sample
    if sum(is_conllu(line) for line in words) >= MOST * len(words):
        return Recognised(Format.CONLLU, "lines have ten columns, the first one a number")
    if sum("\t" in line for line in words) >= MOST * len(words):
        return _table(path, first, words)
    if has_brackets(sample, SOME):
        return Recognised(Format.BRACKETED, "lines have entities in brackets, [TYPE words]")
    pieces, count = Counter(len(split_columns(line)) for line in words).most_common(1)[0]
    is_even = pieces <= MAX_CONLL_COLUMNS and count >= MOST * len(words) > 1
    if is_even and sum(map(_ends_in_tag, words)) >= 0.5 * len(words):
        return Recognised(Format.CONLL, f"lines have {pieces} columns, the last one a tag")
    _refuse_labels(path, numbered)
    if is_even and not _is_prose(words):
        columns = "a single word" if pieces == 1 else f"{pieces} columns"
        return Recognised(Format.CONLL, f"lines have {columns}, and are no sentences")
    return Recognised(Format.TEXT, "nothing shows labels or columns")


def _sample(lines: Lines) -> list[tuple[int, str]]:
    """The first lines with something on them, and their numbers."""
    filled = (
        (number, line) for number, line in enumerate(lines, 1) if line.strip().strip("\ufeff")
    )
    sample = list(islice(filled, SAMPLE_LINES))
    return [row for row in sample if not DOCUMENT_START.match(row[1])] or sample


def _is_json_array(start: str) -> bool:
    """Whether a file opens like a JSON array, which a bracketed sentence never does."""
    return re.match(r"\[\s*($|[\[{]*\s*(\"|$)|[\]0-9-])", start) is not None


def has_brackets(lines: Iterable[str], share: float) -> bool:
    """Whether so many lines have an entity in brackets.

    Args:
        lines: The lines.
        share: The part of them that must have one.

    Returns:
        True where they have.
    """
    found = [bool(BRACKET.search(line)) for line in lines]
    return sum(found) >= share * len(found)


def is_conllu(line: str) -> bool:
    """Whether a line is a word of CoNLL-U.

    Args:
        line: The line.

    Returns:
        True for ten columns after an index.
    """
    columns = line.split("\t")
    return len(columns) == CONLLU_COLUMNS and INDEX.fullmatch(columns[0]) is not None


def _table(path: str | Path, first: int, lines: Lines) -> Recognised:
    """Tell words with columns from numbered sentences, and refuse other tables."""
    if numbered_text(lines):
        return Recognised(Format.TEXT, "lines have a number, a tab and a sentence")
    rows = [line.split("\t") for line in lines]
    texts = sum(any(len(column.split()) > 2 for column in row) for row in rows)
    if texts >= 0.5 * len(rows):
        _refuse(path, first, "a table of texts", "one word a line, or plain text")
    return Recognised(Format.CONLL, "lines have columns with tabs between them")


def numbered_text(lines: Lines) -> bool:
    """Whether each line is a number, a tab and a text, as Leipzig's corpora are.

    Args:
        lines: Some lines that are not empty.

    Returns:
        True where nine of ten are, and half of the texts have several words.
    """
    rows = [line.split("\t") for line in lines]
    texts = [row[1] for row in rows if len(row) == 2 and row[0].isdecimal()]
    several = [text for text in texts if " " in text.strip() or SENTENCE_END.search(text.strip())]
    return len(texts) >= MOST * len(rows) and len(several) >= 0.5 * len(rows) > 0


def drop_numbers(lines: Lines) -> Iterator[str]:
    """Take the numbers from the lines of a numbered text.

    Args:
        lines: The lines of a plain text.

    Yields:
        The same without the numbers; unchanged where most lines have none.
    """
    numbered = numbered_text([line for _, line in _sample(lines)])
    for line in lines:
        yield NUMBERED.sub("", line, count=1) if numbered else line


def _is_prose(lines: Lines) -> bool:
    """Whether lines of equally many pieces are sentences all the same.

    They may be short, or of a script without blanks between words. Words on lines of their own
    seldom end in a full stop: abbreviations do.

    Returns:
        True where they look like sentences.
    """
    ends = sum(bool(SENTENCE_END.search(line) or CJK_PAUSE.search(line)) for line in lines)
    single = all(len(split_columns(line)) == 1 for line in lines)
    return ends >= (SOME if single else 0.5) * len(lines)


def _refuse_labels(path: str | Path, numbered: Sequence[tuple[int, str]]) -> None:
    """Refuse what would be read as text although it shows labels."""
    lines = [line for _, line in numbered]
    enough = max(SOME * len(lines), min(2, len(lines)))
    tagged = [n for n, line in numbered if _ends_in_tag(line)]
    if len(tagged) >= enough:
        _refuse(
            path,
            tagged[0],
            "lines that end in a tag, though not all have as many columns",
            "the same number of columns on every line",
            Format.CONLL,
        )
    for sign, found in SIGNS:
        marked = [n for n, line in numbered if sign.search(line)]
        if len(marked) >= enough:
            _refuse(path, marked[0], found, "words in columns, brackets or JSON lines")
    brackets = [n for n, line in numbered if BRACKET.search(line)]
    if len(brackets) > 1:
        _refuse(
            path,
            brackets[0],
            f"brackets as around entities in {len(brackets)} of {len(lines)} lines",
            "a corpus or a text",
            Format.BRACKETED,
        )


def _ends_in_tag(line: str) -> bool:
    """Whether the last of several pieces is a tag."""
    pieces = line.split()
    return len(pieces) > 1 and TAG.fullmatch(pieces[-1]) is not None


def _refuse(
    path: str | Path, line: int, found: str, expected: str, form: Format | None = None
) -> NoReturn:
    """Refuse to guess, and say which formats can be declared."""
    declared = f"{form} or text" if form else "text if this is plain text all the same"
    raise InputError.at(path, line, found=found, expected=f"{expected}; format: {declared}")


def split_columns(line: str) -> list[str]:
    """Split a line into columns, at tabs where it has any, else at spaces.

    Args:
        line: The line.

    Returns:
        Its columns. Other white space divides none: a word may hold a no-break space.
    """
    if "\t" in line:
        return line.split("\t")
    return [piece for piece in line.split(" ") if piece]


def blocks(lines: Lines) -> Iterator[tuple[int, list[str]]]:
    """Cut lines at empty lines and document marks.

    Args:
        lines: The lines of a column file.

    Yields:
        The number of the first line of each block, and its lines.
    """
    block: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.strip().strip("\ufeff") and not DOCUMENT_START.match(line):
            block.append(line)
            continue
        if block:
            yield number - len(block), block
        block = []
    if block:
        yield len(lines) - len(block) + 1, block


def is_comment(line: str, width: int) -> bool:
    """Whether a line among the words of a sentence is a comment and no word.

    Args:
        line: The line.
        width: Columns of the lines with words.

    Returns:
        True for a hash mark and a text of another number of columns, or one that is known.
    """
    if not COMMENT.match(line):
        return False
    columns = split_columns(line)
    if len(columns) != width:
        return line.strip() != "#"
    return " " in columns[0] or (len(columns) > 1 and COMMENT_KEY.match(columns[1]) is not None)


def find_layout(path: str | Path, lines: Lines, columns: Columns) -> Layout:
    """Find out what the columns of a file are.

    Args:
        path: The file, for messages.
        lines: Its lines.
        columns: What is known of them already.

    Returns:
        The layout.

    Raises:
        InputError: The first column has numbers that do not count words.
    """
    rows = [
        (number, split_columns(line))
        for number, line in _sample(lines)
        if not COMMENT.match(line) or TAG.fullmatch(split_columns(line)[-1])
    ]
    widths = Counter(len(row) for _, row in rows)
    width = widths.most_common(1)[0][0] if widths else 0
    table = [row for _, row in rows if len(row) == width]
    numbers = sum(INDEX.fullmatch(row[0]) is not None for row in table)
    indexed = columns.word is None and width > 1 and numbers >= MOST * len(table)
    shown = _tag_column(table, width)
    tag = next(column for column in (columns.tag, shown, -1) if column is not None)
    word = columns.word if columns.word is not None else int(indexed)
    if columns.word is None and shown == word < width - 1:
        word += 1  # tags stand first
    prefixes = Counter(
        match[0]
        for row in table
        if word < len(row) and (match := LANGUAGE.match(row[word])) is not None
    )
    prefix, count = prefixes.most_common(1)[0] if prefixes else ("", 0)
    return Layout(word, tag, width, indexed, prefix if count == len(table) > 1 else "")


def _tag_column(rows: Sequence[Sequence[str]], width: int) -> int | None:
    """Find the column of tags: the last, or the last one whose values are tags."""
    shares = [
        sum(TAG.fullmatch(row[column].strip()) is not None for row in rows) / len(rows)
        for column in range(width)
    ]
    if not shares or shares[-1] >= 0.5:
        return -1  # a file with some faults in its last column has its tags there all the same
    return next((n for n in reversed(range(width)) if shares[n] >= MOST), None)
