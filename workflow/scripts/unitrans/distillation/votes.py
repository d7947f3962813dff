"""Votes: the words on whose class all teachers agree."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from unitrans.corpora.tags import TagSet

NO_VOTE = -1


def vote(probabilities: Sequence[np.ndarray]) -> np.ndarray:
    """Find the words on whose class all voters agree.

    Args:
        probabilities: (W, C) of each teacher.

    Returns:
        The class number, or -1 where they differ (W,), int64.

    Source: UniTrans, section 3.4 (voting scheme).
    """
    choices = np.stack([array.argmax(1) for array in probabilities])
    return np.where((choices == choices[0]).all(0), choices[0], NO_VOTE)


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
    choices = np.stack([kinds[array.argmax(1)] for array in probabilities])
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
