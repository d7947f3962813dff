"""What a sentence is, and the JSON lines that every stage reads and writes."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from unitrans.errors import InputError
from unitrans.jobs.artifacts import replacing
from unitrans.jobs.files import kind_of, open_text, parse_json

# What stands for a word of dev or test of which nothing can be seen: U+200B, of width zero.
UNSEEN = "\u200b"
Item = TypeVar("Item")
SENTENCE_FORM = '{"id": "...", "tokens": [...], "tags": [...]} with tags optional'


@dataclass(frozen=True, slots=True)
class Sentence:
    """A tokenised sentence, labelled or not.

    Attributes:
        id: Unique within its file.
        tokens: Its words and punctuation, W of them, at least one, none empty.
        tags: One BIO tag a word, or None where the sentence carries no labels at all.
    """

    id: str
    tokens: tuple[str, ...]
    tags: tuple[str, ...] | None = None


def digest(tokens: Sequence[str]) -> int:
    """Sum words up, to find the same ones again without keeping them.

    Args:
        tokens: The words.

    Returns:
        A number of eight bytes with a sign. The chance that any two of a hundred million
        sentences share theirs is 1 in 3,700.
    """
    return digest_bytes("\n".join(tokens).encode())


def digest_bytes(data: bytes) -> int:
    """Sum bytes up.

    Args:
        data: The bytes.

    Returns:
        A number of eight bytes with a sign.
    """
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little", signed=True)


def all_differ(digests: Sequence[int]) -> bool:
    """Whether no digest stands twice.

    Args:
        digests: Numbers, eight bytes each, as an array has them.

    Returns:
        True where all differ.
    """
    import numpy as np

    ordered = np.sort(np.array(digests, dtype=np.int64))
    return not bool((ordered[1:] == ordered[:-1]).any())


def write_sentences(path: str | Path, sentences: Iterable[Sentence]) -> None:
    """Write sentences as JSON lines; an unlabelled one gets no ``tags`` key.

    Args:
        path: The file to write, whole or not at all.
        sentences: The sentences in order.
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as handle:
        for sentence in sentences:
            record = {"id": sentence.id, "tokens": sentence.tokens}
            if sentence.tags is not None:
                record["tags"] = sentence.tags
            handle.write(json.dumps(record, ensure_ascii=False) + "\n")


def read_json_lines(path: str | Path, lines: range | None = None) -> Iterator[tuple[int, dict]]:
    """Read JSON lines that hold one object each; blank lines are passed over.

    Args:
        path: The file to read.
        lines: Numbers of the lines to read, from 1; None for all.

    Yields:
        The line number, from 1, and the object.

    Raises:
        InputError: The file is missing or not UTF-8, or a line holds no JSON object.
    """
    with open_text(path, "JSON lines") as handle:
        for number, line in enumerate(handle, 1):
            if not line.strip() or (lines is not None and number not in lines):
                continue
            record = parse_json(line, path, number, "a JSON object")
            if not isinstance(record, dict):
                raise InputError.at(path, number, found=kind_of(record), expected="a JSON object")
            yield number, record


def is_texts(value: object) -> bool:
    """Whether a JSON value is a list of strings.

    Args:
        value: Any value read from JSON.

    Returns:
        True for a list, also an empty one, or one of empty strings.
    """
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_words(value: object) -> bool:
    """Whether a JSON value is a list of strings, none of them empty.

    Args:
        value: Any value read from JSON.

    Returns:
        True for a list (also an empty one) of non-empty strings.
    """
    return is_texts(value) and all(value)  # type: ignore[arg-type]


def parse_sentence(
    path: str | Path, number: int, record: dict, *, labelled: bool | None
) -> Sentence:
    """Check one line of a corpus.

    Args:
        path: The file.
        number: The line.
        record: What stands there.
        labelled: True to demand tags, False to forbid them, None to take either.

    Returns:
        The sentence.

    Raises:
        InputError: The line is malformed, the sentence is empty or has another number of tags
            than of words, or tags are missing or forbidden.
    """
    identifier, tokens, tags = record.get("id"), record.get("tokens"), record.get("tags")
    if not isinstance(identifier, str) or not is_words(tokens) or not tokens:
        raise InputError.at(
            path, number, found=f"{json.dumps(record)[:60]}", expected=SENTENCE_FORM
        )
    if labelled is False and "tags" in record:
        raise InputError.at(path, number, found="tags", expected="an unlabelled sentence")
    if tags is None and labelled:
        raise InputError.at(path, number, found="no tags", expected="a labelled sentence")
    if tags is not None and (not is_words(tags) or len(tags) != len(tokens)):
        raise InputError.at(
            path,
            number,
            found=f"{len(tags) if isinstance(tags, list) else 'no list of'} tags",
            expected=f"{len(tokens)} tags, one for each token",
        )
    return Sentence(identifier, tuple(tokens), None if tags is None else tuple(tags))


def read_sentences(path: str | Path, *, labelled: bool | None = None) -> list[Sentence]:
    """Read and check the JSON lines of a corpus.

    Args:
        path: The file to read.
        labelled: True to demand tags, False to forbid them, None to take either.

    Returns:
        The sentences, at least one.

    Raises:
        InputError: A line is no such sentence, an id stands twice, or the file holds no
            sentence.
    """
    sentences: list[Sentence] = []
    seen: dict[str, int] = {}
    for number, record in read_json_lines(path):
        sentence = parse_sentence(path, number, record, labelled=labelled)
        if sentence.id in seen:
            raise InputError.at(
                path,
                number,
                found=f"id {sentence.id!r}, which line {seen[sentence.id]} has",
                expected="an id of its own for each sentence",
            )
        seen[sentence.id] = number
        sentences.append(sentence)
    if not sentences:
        raise InputError.at(path, found="no sentence", expected="at least one")
    return sentences


def evenly_spaced(items: Sequence[Item], count: int) -> list[Item]:
    """Take some of many, from all parts alike.

    Args:
        items: Sentences, or anything else.
        count: How many to take at most.

    Returns:
        The items, in order.
    """
    count = min(count, len(items))
    return [items[number * len(items) // count] for number in range(count)]
