"""Probabilities of words to legal tag sequences."""

from collections.abc import Sequence

import numpy as np

from unitrans.corpora.tags import TagSet

VITERBI_SENTENCES = 1024  # decoded at a time


def viterbi(probabilities: np.ndarray, offsets: np.ndarray, tag_set: TagSet) -> np.ndarray:
    """Find each sentence's most probable class sequence among the legal ones.

    Args:
        probabilities: (W, C).
        offsets: Where each sentence's words start (sentences + 1).
        tag_set: Its legal moves; all others are forbidden.

    Returns:
        Class numbers (W,).

    Source: UniTrans, section 3.5 (decoding); Viterbi 1967.
    """
    with np.errstate(divide="ignore"):
        scores = np.log(probabilities.astype(np.float64))
        moves = np.log(tag_set.legal_moves.astype(np.float64))
    # A class that underflowed to zero is worse than any other, but better than an illegal move.
    scores = np.maximum(scores, np.log(np.finfo(np.float64).tiny))
    best = np.zeros(len(probabilities), dtype=np.int64)
    order = np.argsort(np.diff(offsets), kind="stable")
    for start in range(0, len(order), VITERBI_SENTENCES):
        _viterbi_block(scores, offsets, order[start : start + VITERBI_SENTENCES], moves, best)
    return best


def viterbi_tags(
    probabilities: np.ndarray, offsets: np.ndarray, tag_set: TagSet
) -> list[tuple[str, ...]]:
    """Decode, and name the classes.

    Args:
        probabilities: (W, C).
        offsets: Where each sentence's words start (sentences + 1).
        tag_set: The classes.

    Returns:
        The tags of each sentence; legal BIO.
    """
    tags = np.array(tag_set.tags)[viterbi(probabilities, offsets, tag_set)]
    return [tuple(part.tolist()) for part in np.split(tags, offsets[1:-1])]


def _viterbi_block(
    scores: np.ndarray,
    offsets: np.ndarray,
    sentences: Sequence[int] | np.ndarray,
    moves: np.ndarray,
    best: np.ndarray,
) -> None:
    """Decode sentences of similar length side by side, into ``best``."""
    starts, lengths = offsets[sentences], np.diff(offsets)[sentences]
    width, classes = int(lengths.max()), scores.shape[1]
    places = starts[:, None] + np.minimum(np.arange(width), lengths[:, None] - 1)  # (B, W)
    padded = scores[places]  # (B, W, C)
    back = np.zeros((len(starts), width, classes), dtype=np.int64)
    total = padded[:, 0] + moves[-1]  # (B, C)
    for word in range(1, width):
        paths = total[:, :, None] + moves[None, :-1]  # (B, C before, C after)
        back[:, word] = paths.argmax(1)
        arrived = paths.max(1) + padded[:, word]
        total = np.where((word < lengths)[:, None], arrived, total)
    rows = np.arange(len(starts))
    state = total.argmax(1)
    for word in range(width - 1, -1, -1):
        inside = word < lengths
        best[places[inside, word]] = state[inside]
        # A sentence that ended before this word has not begun to walk back yet.
        state = np.where(inside & (word > 0), back[rows, word, state], state)
