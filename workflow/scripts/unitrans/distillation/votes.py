"""Votes: the words on whose class all teachers agree."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from unitrans.corpora.tags import TagSet
from unitrans.distillation.soft_labels import has_opinion
from unitrans.distillation.word_files import (
    WordFile,
    aligned_blocks,
    read_aligned,
    write_word_file,
)

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


def cast_votes(paths: Sequence[str | Path], output: str | Path) -> dict[str, Any]:
    """Let all voters of a pool vote on every word, a part of the pool at a time.

    Args:
        paths: The file of each one's soft labels.
        output: The file of votes to write.

    Returns:
        The content of the file beside it, see ``vote_stats``.

    Raises:
        InputError: A file is damaged, or of other sentences or classes than the first.
    """
    files = read_aligned(paths, "probabilities")
    tag_set = files[0].tag_set
    counts = []

    def parts() -> Iterator[WordFile]:
        for block in aligned_blocks(files):
            probabilities = [file.values[:] for file in block]
            votes = vote(probabilities)
            counts.append(count_votes(probabilities, votes, tag_set))
            yield replace(block[0], values=votes)

    write_word_file(output, "votes", tag_set, parts())
    return vote_stats(np.sum(counts, axis=0), tag_set)


def count_votes(
    probabilities: Sequence[np.ndarray], votes: np.ndarray, tag_set: TagSet
) -> np.ndarray:
    """Count how far the teachers agree; no gold label is looked at.

    Args:
        probabilities: (W, C) of each teacher.
        votes: What ``vote`` made of them (W,).
        tag_set: The classes.

    Returns:
        For O and each of the K types, how many words some teacher gives it, and how many have a
        vote for it; last, how many words there are, and how many have a vote (K + 2, 2).
    """
    # O is kind 0; B-X and I-X are the same kind.
    kinds = np.array([0, *(1 + number // 2 for number in range(2 * len(tag_set.types)))])
    chosen = _choices(probabilities)
    choices = np.where(chosen == NO_VOTE, NO_VOTE, kinds[chosen])
    voted = np.where(votes == NO_VOTE, NO_VOTE, kinds[votes])
    rows = [
        [(choices == kind).any(0).sum(), (voted == kind).sum()]
        for kind in range(len(tag_set.types) + 1)
    ]
    return np.array([*rows, [len(votes), (votes != NO_VOTE).sum()]])


def vote_stats(counts: np.ndarray, tag_set: TagSet) -> dict[str, Any]:
    """Say how far the teachers agree.

    Args:
        counts: Those of ``count_votes``, or their sum over parts of the pool.
        tag_set: The classes.

    Returns:
        words; voted; coverage: the share of words with a vote; for O and each type: words
        that some teacher gives it, words voted for it, and agreement, the ratio of the two.
    """
    *rows, (words, voted) = counts.tolist()
    types = {
        label: {
            "some_teacher": some,
            "voted": agreed,
            "agreement": round(agreed / some, 4) if some else None,
        }
        for label, (some, agreed) in zip(("O", *tag_set.types), rows, strict=True)
    }
    return {
        "words": words,
        "voted": voted,
        "coverage": round(voted / words, 4),
        "types": types,
    }
