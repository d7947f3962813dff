"""What a user says of single names, and what it changes in soft labels and votes."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from unitrans.corpora.raw_text import clean
from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import OUTSIDE, Entity, TagSet, entities
from unitrans.corpora.words import splitter
from unitrans.distillation.votes import NO_VOTE
from unitrans.errors import InputError
from unitrans.jobs.lines import read_lines
from unitrans.taggers.decoding import viterbi_tags

DEPENDS = "depends"  # the answer for a name that is one thing here and another there
NAME, ANSWER = "name", "answer"  # columns
Name = tuple[str, ...]


def read_answers(path: str | Path, types: Sequence[str], *, language: str) -> dict[Name, str]:
    """Read answers, or any list of names with their types.

    Args:
        path: A table with tabs, commas or semicolons between its columns. Either the first line
            names its columns, ``name`` and ``answer`` among them, or each line has a name and
            its answer. An empty answer says nothing.
        types: The entity types.
        language: ISO 639-1 code, which names of several words are divided by.

    Returns:
        A type, O or ``depends`` for each name, as the words it has in text.

    Raises:
        InputError: A line has no name, an answer is none of these, or a name has two.
    """
    lines = read_lines(path, "utf-8", expected="a table of names and answers")
    rows = _rows(path, lines)
    columns = [cell.lower() for cell in rows[0][1]] if rows else []
    name_column, answer_column = 0, 1
    if NAME in columns and ANSWER in columns:
        name_column, answer_column = columns.index(NAME), columns.index(ANSWER)
        del rows[0]
    known = {kind.casefold(): kind for kind in (*types, OUTSIDE, DEPENDS)}
    found: dict[Name, str] = {}
    for number, cells in rows:
        if len(cells) <= max(name_column, answer_column) or not cells[name_column]:
            raise InputError.at(
                path, number, found=f"{' '.join(cells)[:60]!r}", expected="a name and its answer"
            )
        text, given = cells[name_column], cells[answer_column]
        if not given:
            continue
        answer = known.get(given.casefold())
        if answer is None:
            raise InputError.at(
                path,
                number,
                found=f"answer {given[:40]!r} to {text[:40]!r}",
                expected=f"one of {', '.join(known.values())}, or nothing",
            )
        for name in {tuple(text.split()), splitter(language).split(text)}:
            if found.setdefault(name, answer) != answer:
                raise InputError.at(
                    path,
                    number,
                    found=f"answer {answer} to {text[:40]!r}",
                    expected=f"{found[name]}, which a line before has",
                )
    return found


def _rows(path: str | Path, lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    """The number of each line that has anything, and its clean cells."""
    head = lines[0] if lines else ""
    mark = next((mark for mark in "\t;," if mark in head), "\t")
    rows = []
    for number, line in enumerate(lines, 1):
        # Each line by itself, so that a stray quotation mark spoils no other.
        try:
            cells = [clean(cell) for cell in next(csv.reader([line], delimiter=mark), [])]
        except csv.Error as error:
            raise InputError.at(
                path, number, found=f"a line that is no row ({error})", expected="a table"
            ) from error
        if any(cells):
            rows.append((number, cells))
    return rows


def stands_alone(start: int, end: int, believed: Sequence[Entity]) -> bool:
    """Whether a name is not part of a longer one.

    Args:
        start: Its first word.
        end: Where it ends (exclusive).
        believed: The entities that the sentence is believed to have.

    Returns:
        False for a name inside a longer entity, or across the edge of one.
    """
    return not any(
        one.start < end and start < one.end and (one.start < start or end < one.end)
        for one in believed
    )


def names_alone(
    sentence: Sentence, believed: Sequence[Entity], names: Mapping[Name, str], longest: int
) -> list[Entity]:
    """Find the names of a list in a sentence, where they are not part of something longer.

    Args:
        sentence: The sentence.
        believed: The entities that it is believed to have.
        names: What each name is.
        longest: Words of the longest name.

    Returns:
        Their places, from left to right, the longest first where several begin.
    """
    tokens = sentence.tokens
    found: list[Entity] = []
    start = 0
    while start < len(tokens):
        for end in range(min(len(tokens), start + longest), start, -1):
            kind = names.get(tokens[start:end])
            if kind is not None and stands_alone(start, end, believed):
                found.append(Entity(kind, start, end))
                start = end
                break
        else:
            start += 1
    return found


@dataclass
class Reach:
    """How far people's labels reach in a pool.

    Attributes:
        names: The names with an answer that stand on their own somewhere.
        words: How many words the answers decide.
        corrected: How many sentences are corrected.
    """

    names: set[Name] = field(default_factory=set)
    words: int = 0
    corrected: int = 0


def apply_answers(
    probabilities: np.ndarray | None,
    votes: np.ndarray | None,
    sentences: Sequence[Sentence],
    answers: Mapping[Name, str],
    tag_set: TagSet,
    *,
    reach: "Reach | None" = None,
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Write answers into soft labels and votes, wherever the name stands on its own.

    Args:
        probabilities: Soft labels (W, C), or None.
        votes: Class numbers, -1 for no vote (W,), or None, but not both.
        sentences: The sentences, W words in all.
        answers: What each name is; those that depend change nothing.
        tag_set: The classes.
        reach: Takes in how far they reach.

    Returns:
        Both, changed copies: an answer is a soft label without doubt, and a vote.
    """
    certain = np.eye(len(tag_set.tags), dtype=np.float32)
    judged = probabilities
    if judged is None:
        assert votes is not None
        judged = certain[np.maximum(votes, tag_set.index[OUTSIDE])]
    offsets = np.cumsum([0, *(len(sentence.tokens) for sentence in sentences)])
    classes = np.full(len(judged), NO_VOTE)
    longest = max(map(len, answers), default=0)
    reach = reach or Reach()
    tags = viterbi_tags(judged, offsets, tag_set)
    for sentence, offset, row in zip(sentences, offsets[:-1], tags, strict=True):
        for kind, start, end in names_alone(sentence, entities(row), answers, longest):
            if kind == DEPENDS:
                continue
            reach.names.add(sentence.tokens[start:end])
            place = offset + start
            if kind == OUTSIDE:
                classes[place : offset + end] = tag_set.index[OUTSIDE]
            else:
                classes[place : offset + end] = tag_set.index[f"I-{kind}"]
                classes[place] = tag_set.index[f"B-{kind}"]
    changed = classes != NO_VOTE
    reach.words += int(changed.sum())
    if probabilities is not None:
        probabilities = np.where(changed[:, None], certain[classes], probabilities)
    if votes is not None:
        votes = np.where(changed, classes, votes)
    return probabilities, votes
