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


def share_types(probabilities: np.ndarray, words: Sequence[str], weight: float) -> np.ndarray:
    """Draw the types together that a word has wherever it stands in the pool.

    Whether a word is part of an entity, and whether it opens one, is left to its sentence;
    which type it has is what its occurrences say together.

    Args:
        probabilities: Soft labels (W, C).
        words: The words (W,).
        weight: 0 for each occurrence on its own, 1 for the mean of all.

    Returns:
        (W, C), float32; the probability of O is as before, and so is a word of which nothing
        is said.

    Source: after label consistency, CoLaDa (Ma et al., ACL 2023), with a word's own
        occurrences for neighbours.
    """
    _, number = np.unique(np.array(words), return_inverse=True)
    pairs = probabilities[:, 1:].reshape(len(probabilities), -1, 2).astype(np.float64)  # (W, K, 2)
    types = np.zeros((number.max() + 1, pairs.shape[1]))
    known = has_opinion(probabilities)
    np.add.at(types, number[known], pairs[known].sum(2))
    total = types.sum(1, keepdims=True)
    usual = np.divide(types, total, out=np.zeros_like(types), where=total > 0)[number]  # (W, K)
    # B- and I- of all types together, (W, 1, 2), spread over the usual types.
    shared = usual[:, :, None] * pairs.sum(1, keepdims=True)
    drawn = (1 - weight) * pairs + weight * shared
    rest = drawn.reshape(len(probabilities), -1).astype(np.float32)
    shared_rows = np.concatenate([probabilities[:, :1], rest], axis=1)
    return np.where(known[:, None], shared_rows, probabilities)
