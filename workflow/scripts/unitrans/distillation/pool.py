"""What the pool as a whole says of a word's labels: its case, and its other occurrences."""

from collections.abc import Sequence

import numpy as np

from unitrans.corpora.tags import TagSet, entities
from unitrans.distillation.soft_labels import has_opinion
from unitrans.distillation.votes import NO_VOTE
from unitrans.taggers.decoding import viterbi_tags


def drop_lower_case(
    probabilities: np.ndarray | None,
    votes: np.ndarray | None,
    sentences: Sequence[Sequence[str]],
    tag_set: TagSet,
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Make O of entities without a capital; scripts without case have none.

    Which words an entity has is decoded from the soft labels, or from the votes where there
    are none.

    Args:
        probabilities: Soft labels (W, C), or None.
        votes: Class numbers, -1 for no vote (W,), or None, but not both.
        sentences: The words of each sentence, W in all.
        tag_set: The classes.

    Returns:
        Both, changed copies.
    """
    outside = np.eye(len(tag_set.tags), dtype=np.float32)
    judged = probabilities
    if judged is None:
        assert votes is not None
        judged = outside[np.maximum(votes, 0)]
    dropped = np.zeros(len(judged), dtype=bool)
    offsets = np.cumsum([0, *map(len, sentences)])
    tags = viterbi_tags(judged, offsets, tag_set)
    for offset, words, row in zip(offsets[:-1], sentences, tags, strict=True):
        for _, start, end in entities(row):
            dropped[offset + start : offset + end] = " ".join(words[start:end]).islower()
    if probabilities is not None:
        probabilities = np.where(dropped[:, None], outside[0], probabilities)
    if votes is not None:
        votes = np.where(dropped & (votes != NO_VOTE), 0, votes)
    return probabilities, votes


class TypeShares:
    """Which types each word has, over all its occurrences in the pool.

    Source: after label consistency, CoLaDa (Ma et al., ACL 2023), with a word's own
        occurrences for neighbours.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._totals: np.ndarray | None = None  # of each word and type, with room for more

    def add(self, probabilities: np.ndarray, words: Sequence[str]) -> None:
        """Take in further occurrences.

        Args:
            probabilities: Soft labels (W, C); those that say nothing are passed over.
            words: The words (W,).
        """
        own = [self._numbers.setdefault(word, len(self._numbers)) for word in words]
        pairs = _pairs(probabilities)
        if self._totals is None:
            self._totals = np.zeros((2 * len(self._numbers), pairs.shape[1]))
        elif len(self._numbers) > len(self._totals):
            more = np.zeros((2 * len(self._numbers) - len(self._totals), pairs.shape[1]))
            self._totals = np.concatenate([self._totals, more])
        known = has_opinion(probabilities)
        np.add.at(self._totals, np.array(own)[known], pairs[known].sum(2))

    def draw(self, probabilities: np.ndarray, words: Sequence[str], weight: float) -> np.ndarray:
        """Draw the types together that a word has wherever it stands in the pool.

        Whether a word is part of an entity, and whether it opens one, is left to its sentence;
        which type it has is what its occurrences say together.

        Args:
            probabilities: Soft labels (W, C), of words that have been taken in.
            words: The words (W,).
            weight: 0 for each occurrence on its own, 1 for the mean of all.

        Returns:
            (W, C), float32; the probability of O is as before, and so is a word of which nothing
            is said.
        """
        assert self._totals is not None
        pairs = _pairs(probabilities)
        own = self._totals[[self._numbers[word] for word in words]]  # (W, K)
        total = own.sum(1, keepdims=True)
        usual = np.divide(own, total, out=np.zeros_like(own), where=total > 0)
        # B- and I- of all types together, (W, 1, 2), spread over the usual types.
        shared = usual[:, :, None] * pairs.sum(1, keepdims=True)
        drawn = (1 - weight) * pairs + weight * shared
        rest = drawn.reshape(len(probabilities), -1).astype(np.float32)
        shared_rows = np.concatenate([probabilities[:, :1], rest], axis=1)
        return np.where(has_opinion(probabilities)[:, None], shared_rows, probabilities)


def _pairs(probabilities: np.ndarray) -> np.ndarray:
    """The probabilities of B- and I- of each type (W, K, 2)."""
    return probabilities[:, 1:].reshape(len(probabilities), -1, 2).astype(np.float64)
