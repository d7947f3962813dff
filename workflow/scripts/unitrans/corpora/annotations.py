"""Texts with marked places, as annotation tools export them: Doccano and Label Studio.

A record is a text and its spans. Both tools show text and count characters, so words have to be
found again: where every span lies between blanks and no word has its comma attached, the blanks
divide the words, as in the sentences that the workflow writes to be annotated; else the text is
split as raw text is.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import regex

from unitrans.corpora.formats import Parsed
from unitrans.corpora.offsets import Word, located_sentences
from unitrans.corpora.recognition import Lines
from unitrans.corpora.tags import Entity, bio_tags
from unitrans.errors import InputError
from unitrans.jobs.files import kind_of, parse_json
from unitrans.jobs.log import LOGGER

WORDS = regex.compile(r"\S+")
ATTACHED_COMMA = regex.compile(r"\w[,\u060c\uff0c\u3001]$")
NOT_PLAIN = ("hypertextlabels", "paragraphlabels")  # places in other than plain text
FORM = '{"text": "...", "label": [[start, end, "TYPE"]]}'


@dataclass(frozen=True, slots=True)
class Annotated:
    """A text with its marked places.

    Attributes:
        text: The text.
        spans: Start and end (exclusive) of each place, in characters, and its type.
        line: The line of the file, or the number of the task, from 1.
        id: The name that the workflow gave it, where it is still there.
    """

    text: str
    spans: tuple[tuple[int, int, str], ...]
    line: int
    id: str | None = None


def parse_annotations(
    path: str | Path, lines: Lines, *, labelled: bool, language: str
) -> Iterator[Parsed]:
    """Read what an annotation tool exported.

    Args:
        path: The file, for messages.
        lines: Its lines: JSON lines, or one JSON array.
        labelled: True to read the spans, False to skip them.
        language: ISO 639-1 code, which raw text is split by.

    Yields:
        The sentences in order, with BIO tags where they are read.

    Raises:
        InputError: A record is malformed, or its spans overlap or lie outside the text.
    """
    read = unseen = 0
    divided = True
    for one in _annotated(path, lines, labelled):
        read, unseen = read + (one is not None), unseen + (one is None)
        divided = divided and (one is None or _is_divided(one))
    if unseen and not read:
        raise InputError.at(
            path, found="no annotation", expected="texts that somebody has annotated"
        )
    if unseen:
        LOGGER.info("%s: %d texts that nobody annotated, passed over", path, unseen)
    moved = 0
    # Read once more rather than kept: there may be millions.
    for one in _annotated(path, lines, labelled):
        if one is None:
            continue
        sentences = [_blanks(one.text)] if divided else _split(one.text, language)
        names = [one.id] if len(sentences) == 1 else [None] * len(sentences)
        for name, words in zip(names, sentences, strict=True):
            if not words:
                continue
            found, outside = _entities(path, one, words)
            moved += outside
            tags = bio_tags(found, len(words)) if labelled else None
            tokens = tuple(word.text for word in words)
            yield Parsed(tokens, tags, [one.line] * len(words), name)
    if moved:
        LOGGER.warning(
            "%s: %d marked places end inside a word; they take the whole word", path, moved
        )


def _annotated(path: str | Path, lines: Lines, labelled: bool) -> Iterator[Annotated | None]:
    """The records as both tools have them; None for each that nobody annotated."""
    for number, record in _records(path, lines):
        yield _read(path, number, record, labelled)


def _records(path: str | Path, lines: Lines) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The objects of JSON lines or of an array, with the line or the place of each."""
    first = next((line for line in lines if line.strip("\ufeff \t")), "")
    if first.lstrip("\ufeff \t").startswith("["):
        joined = "\n".join(lines).lstrip("\ufeff \n\t")
        listed = parse_json(joined, path, None, "a JSON array of tasks")
        numbered: Iterable[tuple[int, Any]] = enumerate(listed, 1)
    else:
        numbered = (
            (number, parse_json(line.lstrip("\ufeff"), path, number, "a JSON object"))
            for number, line in enumerate(lines, 1)
            if line.strip()
        )
    for number, record in numbered:
        if not isinstance(record, dict):
            raise InputError.at(path, number, found=kind_of(record), expected="a JSON object")
        yield number, record


def _read(
    path: str | Path, number: int, record: Mapping[str, Any], labelled: bool
) -> Annotated | None:
    """Read a record of either tool; None for a task that nobody annotated."""
    inner = record.get("data")
    data = inner if isinstance(inner, dict) else record
    text = data.get("text", record.get("text"))
    if not isinstance(text, str):
        raise InputError.at(path, number, found="no text", expected=FORM)
    name = data.get("id", record.get("id"))
    name = name if isinstance(name, str) and name else None
    if not labelled:
        return Annotated(text, (), number, name)
    if "annotations" in record or data is inner:
        chosen = _chosen(record.get("annotations"))
        if chosen is None:
            return None
        regions = [one for one in chosen if isinstance(one, dict)]
        for one in regions:
            if one.get("type") in NOT_PLAIN:
                raise InputError.at(
                    path, number, found=one["type"], expected="labels of a plain text"
                )
        marks: Any = [one.get("value") for one in regions if one.get("type") == "labels"]
    else:
        keys = [key for key in ("label", "labels", "entities", "spans") if key in record]
        marks = record[keys[0]] if keys else []
    if not isinstance(marks, list):
        raise InputError.at(path, number, found=f"labels {str(marks)[:40]!r}", expected=FORM)
    spans = sorted(_span(path, number, text, mark) for mark in marks)
    for (_, end, _), (start, _, _) in pairwise(spans):
        if start < end:
            raise InputError.at(
                path,
                number,
                found=f"two labels on {text[start:end][:40]!r}",
                expected="one at most on each word",
            )
    return Annotated(text, tuple(spans), number, name)


def _chosen(annotations: object) -> list[Any] | None:
    """The result of the last annotation that was not cancelled, or that is marked as true."""
    done = [
        one
        for one in (annotations if isinstance(annotations, list) else [])
        if isinstance(one, dict)
        and not one.get("was_cancelled")
        and isinstance(one.get("result"), list)
    ]
    true = [one for one in done if one.get("ground_truth")]
    return (true or done)[-1]["result"] if done else None


def _span(path: str | Path, number: int, text: str, mark: object) -> tuple[int, int, str]:
    """Read one marked place, without the blanks at its edges."""
    shown: object = None
    if isinstance(mark, dict):
        start = mark.get("start", mark.get("start_offset"))
        end = mark.get("end", mark.get("end_offset"))
        labels = mark.get("labels", mark.get("label"))
        kind = labels[0] if isinstance(labels, list) and len(labels) == 1 else labels
        shown = mark.get("text")
    elif isinstance(mark, list) and len(mark) == 3:
        start, end, kind = mark
    else:
        start = end = kind = None
    if type(start) is not int or type(end) is not int or not isinstance(kind, str) or not kind:
        raise InputError.at(
            path,
            number,
            found=f"the label {json.dumps(mark, ensure_ascii=False)[:60]}",
            expected="a start, an end and one type",
        )
    if shown is None or text[start:end] != shown:
        # Doccano counts units of UTF-16, of which a character beyond the basic plane has two.
        start, end = (characters(text, place) for place in (start, end))
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        raise InputError.at(
            path,
            number,
            found=f"a label from {start} to {end}",
            expected=f"characters of the text, from 0 to {len(text)}",
        )
    marked = text[start:end]
    return (
        start + len(marked) - len(marked.lstrip()),
        end - len(marked) + len(marked.rstrip()),
        kind,
    )


def characters(text: str, units: int) -> int:
    """Turn a place that counts units of UTF-16 into one that counts characters.

    Args:
        text: The text.
        units: The place, in units; one outside the text stays outside.

    Returns:
        The place in characters.
    """
    encoded = text.encode("utf-16-le", errors="surrogatepass")
    if not 0 <= 2 * units <= len(encoded):
        return units
    return len(encoded[: 2 * units].decode("utf-16-le", errors="replace"))


def _is_divided(one: Annotated) -> bool:
    """Whether blanks divide the words of a text from its punctuation."""
    padded = f" {one.text} "
    return all(
        padded[start].isspace() and padded[end + 1].isspace() for start, end, _ in one.spans
    ) and not any(ATTACHED_COMMA.search(word) for word in one.text.split())


def _blanks(text: str) -> tuple[Word, ...]:
    """The words between blanks."""
    return tuple(Word(match[0], match.start(), match.end()) for match in WORDS.finditer(text))


def _split(text: str, language: str) -> list[tuple[Word, ...]]:
    """The sentences of raw text."""
    found: list[tuple[Word, ...]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        found += located_sentences(line, language=language, start=start)
        start += len(line)
    return found


def _entities(path: str | Path, one: Annotated, words: Sequence[Word]) -> tuple[list[Entity], int]:
    """The entities of a sentence, and how many end inside a word."""
    found: list[Entity] = []
    inside = 0
    for start, end, kind in one.spans:
        touched = [n for n, word in enumerate(words) if word.start < end and start < word.end]
        if not touched:
            continue
        first, last = touched[0], touched[-1]
        inside += (words[first].start, words[last].end) != (start, end)
        if found and found[-1].end > first:
            raise InputError.at(
                path,
                one.line,
                found=f"two labels on {words[first].text[:40]!r}",
                expected="one at most on each word",
            )
        found.append(Entity(kind, first, last + 1))
    return found, inside
