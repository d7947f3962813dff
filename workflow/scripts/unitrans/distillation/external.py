"""Soft labels that a model outside the pipeline has given to the words of the pool."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from unitrans.corpora.raw_text import clean
from unitrans.corpora.sentences import Sentence, read_json_lines
from unitrans.corpora.shards import Pool
from unitrans.corpora.tags import Entity, TagSet, bio_tags
from unitrans.distillation.word_files import WordFile
from unitrans.errors import InputError
from unitrans.jobs.log import LOGGER

# How far from one the probabilities of a word may sum up: what rounding to two digits takes.
ROUNDING = 0.05


def import_soft_labels(path: str | Path, pool: str | Path, tag_set: TagSet) -> Iterator[WordFile]:
    """Read what another model says of every word of the pool.

    Args:
        path: JSON lines, one object for each sentence of the pool, in order: ``id``, and
            ``probabilities`` (a list of C numbers for each word) or ``tags`` (a tag for each
            word, which has probability 1). Or, in any order and for some sentences only,
            ``id`` and ``entities``: a list of ``{"text": ..., "type": ...}``, as large
            language models give them, or null where there is no answer.
        pool: JSON lines of the unlabelled sentences.
        tag_set: The C classes.

    Yields:
        The soft labels of consecutive sentences; each row sums to one.

    Raises:
        InputError: The file is of other sentences, words or classes, or a word's numbers are
            no probabilities.
    """
    sentences = Pool(pool)
    if any("entities" in record for _, record in read_json_lines(path)):
        answers = _read_lists(path, {sentence.id for sentence in sentences}, tag_set)
        yield from _find_lists(answers, sentences, tag_set)
        return
    records = read_json_lines(path)
    read = 0
    for block in sentences.blocks():
        rows = []
        for sentence, (number, record) in zip(block, records, strict=False):
            try:
                rows.append(_read_record(record, sentence, tag_set))
            except InputError as error:
                raise InputError(f"{path}:{number}: {error}") from error
        read += len(rows)
        if len(rows) < len(block):
            total = sum(1 for _ in sentences)
            raise InputError.at(path, found=f"{read} sentences", expected=f"the {total} of {pool}")
        yield WordFile.of(np.concatenate(rows), block, tag_set)
    for number, _ in records:
        raise InputError.at(
            path, number, found=f"sentence {read + 1}", expected=f"the {read} of {pool}"
        )


def _read_lists(
    path: str | Path, known: Collection[str], tag_set: TagSet
) -> dict[str, list[tuple[str, str]]]:
    """Lists of entities without places, by sentence, where there is an answer."""
    answers: dict[str, list[tuple[str, str]]] = {}
    seen: set[str] = set()
    for number, record in read_json_lines(path):
        name = record.get("id")
        if not isinstance(name, str) or name not in known or name in seen:
            raise InputError.at(
                path, number, found=f"id {name!r}", expected="that of a sentence of the pool, once"
            )
        seen.add(name)
        try:
            if (entities := _read_entities(record, tag_set)) is not None:
                answers[name] = entities
        except InputError as error:
            raise InputError(f"{path}:{number}: {error}") from error
    return answers


def _find_lists(
    answers: Mapping[str, Sequence[tuple[str, str]]], sentences: Pool, tag_set: TagSet
) -> Iterator[WordFile]:
    """The probabilities of all words, from the entities that their sentences have."""
    total = missing = given = 0
    classes = len(tag_set.tags)
    for block in sentences.blocks():
        rows = []
        for sentence in block:
            if sentence.id not in answers:
                rows.append(np.full((len(sentence.tokens), classes), 1 / classes, np.float32))
                continue
            listed = answers[sentence.id]
            found, absent = find_entities(sentence.tokens, listed)
            given, missing = given + len(listed), missing + absent
            rows.append(_read_tags([*bio_tags(found, len(sentence.tokens))], tag_set))
        total += len(block)
        yield WordFile.of(np.concatenate(rows), block, tag_set)
    LOGGER.info(
        "%d of %d sentences have an answer; %d of the %d entities are not in their sentence",
        *(len(answers), total, missing, given),
    )


def _read_entities(record: Mapping[str, Any], tag_set: TagSet) -> list[tuple[str, str]] | None:
    """Texts and types of a sentence's entities; None where there is no answer."""
    listed = record.get("entities")
    if listed is None:
        return None
    form = '[{"text": "...", "type": "..."}]'
    if not isinstance(listed, list):
        raise InputError(f"found entities {str(listed)[:40]!r}; expected {form} or null")
    pairs = []
    for entity in listed:
        text, kind = (
            (entity.get("text"), entity.get("type")) if isinstance(entity, dict) else (None, None)
        )
        if not isinstance(text, str) or not isinstance(kind, str):
            raise InputError(f"found the entity {str(entity)[:60]!r}; expected one as in {form}")
        if kind not in tag_set.types:
            raise InputError(
                f"found type {kind!r}; expected one of: {', '.join(tag_set.types)}, or leave "
                "the entity out"
            )
        pairs.append((clean(text), kind))
    return pairs


def find_entities(
    tokens: Sequence[str], listed: Sequence[tuple[str, str]]
) -> tuple[list[Entity], int]:
    """Find where the entities of a list stand in a sentence.

    Args:
        tokens: The words of the sentence.
        listed: Text and type of each entity. White space does not matter.

    Returns:
        The entities, from left to right, wherever their texts stand as whole words; where
        two overlap, the longer one. And how many of the list stand nowhere.
    """
    starts, ends, place = {}, {}, 0
    for number, token in enumerate(tokens):
        starts[place] = number
        place += len(token)
        ends[place] = number + 1
    joined = "".join(tokens)
    places: list[Entity] = []
    absent = 0
    for text, kind in listed:
        bare = "".join(text.split())
        before = len(places)
        at = joined.find(bare) if bare else -1
        while at >= 0:
            if at in starts and at + len(bare) in ends:
                places.append(Entity(kind, starts[at], ends[at + len(bare)]))
            at = joined.find(bare, at + 1)
        absent += len(places) == before
    chosen: list[Entity] = []
    for entity in sorted(places, key=lambda one: (one.start - one.end, one.start)):
        if all(entity.end <= other.start or other.end <= entity.start for other in chosen):
            chosen.append(entity)
    return sorted(chosen, key=lambda one: one.start), absent


def _read_record(record: Mapping[str, Any], sentence: Sentence, tag_set: TagSet) -> np.ndarray:
    """The probabilities of a sentence's words (W, C), float32."""
    if record.get("id") != sentence.id:
        raise InputError(f"found id {record.get('id')!r}; expected {sentence.id!r}, as in the pool")
    given = [name for name in ("probabilities", "tags") if isinstance(record.get(name), list)]
    if len(given) != 1:
        found = " and ".join(given) or "no list"
        raise InputError(f"found {found}; expected either a list of probabilities or one of tags")
    values = record[given[0]]
    if len(values) != len(sentence.tokens):
        raise InputError(
            f"found {len(values)} {given[0]}; expected {len(sentence.tokens)}, one for each word"
        )
    read = _read_probabilities if given[0] == "probabilities" else _read_tags
    return read(values, tag_set)


def _read_tags(tags: list[Any], tag_set: TagSet) -> np.ndarray:
    """Certainty of one class for each word (W, C)."""
    unknown = [tag for tag in tags if tag not in tag_set.tags]
    if unknown:
        raise InputError(f"found tag {unknown[0]!r}; expected one of: {', '.join(tag_set.tags)}")
    classes = [tag_set.index[tag] for tag in tags]
    return np.eye(len(tag_set.tags), dtype=np.float32)[classes]


def _read_probabilities(values: list[Any], tag_set: TagSet) -> np.ndarray:
    """Probabilities that sum to one for each word (W, C)."""
    classes = len(tag_set.tags)
    for position, row in enumerate(values, 1):
        if not isinstance(row, list) or len(row) != classes:
            count = f"{len(row)} numbers" if isinstance(row, list) else repr(row)
            raise InputError(
                f"found {count} for word {position}; expected {classes}: {', '.join(tag_set.tags)}"
            )
    try:
        rows = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"found probabilities that are no numbers ({error})") from error
    total = rows.sum(1)
    wrong = ~((rows >= 0).all(1) & (np.abs(total - 1) <= ROUNDING))  # also where it is NaN
    if wrong.any():
        position = int(wrong.argmax())
        raise InputError(
            f"found {values[position]} for word {position + 1}; expected numbers from 0 that sum "
            f"to 1, not to {total[position]:.4g}"
        )
    return (rows / total[:, None]).astype(np.float32)
