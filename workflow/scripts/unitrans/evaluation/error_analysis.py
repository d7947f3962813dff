"""What a tagger gets wrong: errors by kind, confusions, and the votes held against gold."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import numpy as np

from unitrans.corpora.tags import OUTSIDE, Entity, entities
from unitrans.evaluation.predictions import TaggedSentence


class ErrorKind(StrEnum):
    """How an entity is wrong."""

    MISSED = "missed"  # nothing is predicted where it stands
    SPURIOUS = "spurious"  # nothing is gold where it is predicted
    TYPE = "type"  # right borders, another type
    BORDER = "border"  # right type, other borders
    BOTH = "type and border"


def find_errors(gold: Sequence[Entity], predicted: Sequence[Entity]) -> list[dict[str, str | None]]:
    """Find the errors of a sentence.

    Args:
        gold: Its entities.
        predicted: Those that a tagger found.

    Returns:
        For each gold entity that was not found, and each predicted one that touches no gold
        one: ``kind``, and the types ``gold`` and ``predicted`` (None where there is none).
    """
    errors: list[dict[str, str | None]] = []
    for entity in gold:
        if entity in predicted:
            continue
        other = max(predicted, key=lambda one: _overlap(one, entity), default=None)
        if other is None or not _overlap(other, entity):
            errors.append({"kind": ErrorKind.MISSED, "gold": entity.type, "predicted": None})
            continue
        kind = ErrorKind.BOTH
        if other[1:] == entity[1:]:
            kind = ErrorKind.TYPE
        elif other.type == entity.type:
            kind = ErrorKind.BORDER
        errors.append({"kind": kind, "gold": entity.type, "predicted": other.type})
    return errors + [
        {"kind": ErrorKind.SPURIOUS, "gold": None, "predicted": other.type}
        for other in predicted
        if not any(_overlap(other, entity) for entity in gold)
    ]


def _overlap(one: Entity, other: Entity) -> int:
    """How many words two entities share."""
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def analyse(sentences: Sequence[TaggedSentence]) -> list[dict[str, Any]]:
    """Put each sentence with its entities and errors.

    Args:
        sentences: The tagged sentences.

    Returns:
        ``number`` from 1, ``tokens``, ``gold`` and ``predicted`` (type, start, end), ``errors``.
    """
    rows = []
    for number, sentence in enumerate(sentences, 1):
        gold, predicted = entities(sentence.gold), entities(sentence.predicted)
        rows.append(
            {
                "number": number,
                "tokens": sentence.tokens,
                "gold": gold,
                "predicted": predicted,
                "errors": find_errors(gold, predicted),
            }
        )
    return rows


def confusion(sentences: Sequence[TaggedSentence], kinds: Sequence[str]) -> np.ndarray:
    """Count words by gold kind and predicted kind, B- and I- together.

    Args:
        sentences: The tagged sentences.
        kinds: O and the types, K of them.

    Returns:
        Counts (K, K), rows gold.
    """
    index = {kind: number for number, kind in enumerate(kinds)}
    counts = np.zeros((len(kinds), len(kinds)), dtype=np.int64)
    for sentence in sentences:
        for gold, predicted in zip(sentence.gold, sentence.predicted, strict=True):
            counts[index[_kind(gold)], index[_kind(predicted)]] += 1
    return counts


def vote_accuracy(
    teachers: Sequence[Sequence[TaggedSentence]], kinds: Sequence[str]
) -> dict[str, float | None]:
    """Say how often the teachers are right where all agree on a word's tag.

    Args:
        teachers: The gold sentences as each teacher tags them.
        kinds: O and the types.

    Returns:
        By kind of the agreed tag, the share of words whose gold tag is that; None where
        they agree on no word.
    """
    agreed: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for versions in zip(*teachers, strict=True):
        tags = zip(*(version.predicted for version in versions), strict=True)
        for choices, gold in zip(tags, versions[0].gold, strict=True):
            if len(set(choices)) == 1:
                agreed[_kind(choices[0])] += 1
                right[_kind(choices[0])] += choices[0] == gold
    return {kind: right[kind] / agreed[kind] if agreed[kind] else None for kind in kinds}


def mean_shares(shares: Sequence[Mapping[str, float | None]]) -> dict[str, float | None]:
    """Average shares over seeds, leaving out those that there are not.

    Args:
        shares: By kind, one mapping a seed.

    Returns:
        The means by kind.
    """
    means: dict[str, float | None] = {}
    for kind in shares[0]:
        known = [value for own in shares if (value := own[kind]) is not None]
        means[kind] = sum(known) / len(known) if known else None
    return means


def _kind(tag: str) -> str:
    """O, or the type of a tag."""
    return OUTSIDE if tag == OUTSIDE else tag[2:]


def count_errors(
    sentences: Sequence[Mapping[str, Any]], types: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Count the errors of each kind.

    Args:
        sentences: What ``analyse`` made.
        types: The entity types.

    Returns:
        By kind: errors of each type (the gold one, or the predicted where there is none), and
        of ``all``.
    """
    counts = {str(kind): dict.fromkeys([*types, "all"], 0) for kind in ErrorKind}
    for sentence in sentences:
        for error in sentence["errors"]:
            counts[error["kind"]][error["gold"] or error["predicted"]] += 1
            counts[error["kind"]]["all"] += 1
    return counts
