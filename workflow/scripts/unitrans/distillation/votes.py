"""Votes: the words on whose class all teachers agree."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from unitrans.corpora.tags import TagSet
from unitrans.distillation.soft_labels import has_opinion

NO_VOTE = -1


def vote(probabilities: Sequence[np.ndarray]) -> np.ndarray:
    """Find the words on whose class all voters agree that have an opinion.

    Args:
        probabilities: (W, C) of each teacher.

    Returns:
        The class number, or -1 where they differ or none has an opinion (W,), int64.

    Source: UniTrans, section 3.4 (voting scheme).
    """
    choices = _choices(probabilities)
    # The first of those who have an opinion speaks for all, where nobody differs.
    first = np.take_along_axis(choices, (choices != NO_VOTE).argmax(0)[None], axis=0)[0]
    return np.where(((choices == first) | (choices == NO_VOTE)).all(0), first, NO_VOTE)


def _choices(probabilities: Sequence[np.ndarray]) -> np.ndarray:
    """The class that each teacher finds most probable, -1 without an opinion (teachers, W)."""
    return np.stack(
        [np.where(has_opinion(array), array.argmax(1), NO_VOTE) for array in probabilities]
    )


def vote_stats(
    probabilities: Sequence[np.ndarray], votes: np.ndarray, tag_set: TagSet
) -> dict[str, Any]:
    """Say how far the teachers agree; no gold label is looked at.

    Args:
        probabilities: (W, C) of each teacher.
        votes: What ``vote`` made of them (W,).
        tag_set: The classes.

    Returns:
        words; voted; coverage: the share of words with a vote; for O and each type: words
        that some teacher gives it, words voted for it, and agreement, the ratio of the two.
    """
    # O is kind 0; B-X and I-X are the same kind.
    kinds = np.array([0, *(1 + number // 2 for number in range(2 * len(tag_set.types)))])
    chosen = _choices(probabilities)
    choices = np.where(chosen == NO_VOTE, NO_VOTE, kinds[chosen])
    voted = np.where(votes == NO_VOTE, NO_VOTE, kinds[votes])
    rows = {}
    for kind, label in enumerate(("O", *tag_set.types)):
        some, agreed = int((choices == kind).any(0).sum()), int((voted == kind).sum())
        rows[label] = {
            "some_teacher": some,
            "voted": agreed,
            "agreement": round(agreed / some, 4) if some else None,
        }
    total = int((votes != NO_VOTE).sum())
    return {
        "words": len(votes),
        "voted": total,
        "coverage": round(total / len(votes), 4),
        "types": rows,
    }
