"""Which windows are read together: in random order to learn from, within a budget to predict."""

import numpy as np

SHUFFLE_BATCHES = 50
CORE_SUBWORDS = 2048  # of a batch in prediction: a larger one leaves the cache of a CPU core


def shuffled_batches(
    lengths: np.ndarray, batch_size: int, generator: np.random.Generator
) -> list[np.ndarray]:
    """Put windows into batches of similar length, in random order.

    Args:
        lengths: Subwords of each window.
        batch_size: Windows in a batch; the last may have fewer.
        generator: Where the order comes from.

    Returns:
        The window numbers of each batch; every window stands in exactly one.
    """
    order = generator.permutation(len(lengths))
    batches: list[np.ndarray] = []
    for start in range(0, len(order), batch_size * SHUFFLE_BATCHES):
        group = order[start : start + batch_size * SHUFFLE_BATCHES]
        group = group[np.argsort(lengths[group], kind="stable")]
        batches += [group[at : at + batch_size] for at in range(0, len(group), batch_size)]
    return [batches[number] for number in generator.permutation(len(batches))]


def budget_batches(lengths: np.ndarray, subwords: int) -> list[np.ndarray]:
    """Put windows of similar length together, as many as fit a budget when padded.

    Args:
        lengths: Subwords of each window.
        subwords: The most that a padded batch may hold, unless one window alone holds more.

    Returns:
        The window numbers of each batch, longest windows first: a batch too large for the
        memory fails at once, and the time left is never underestimated.
    """
    order = np.argsort(-lengths, kind="stable")
    batches, start = [], 0
    while start < len(order):
        size = max(1, subwords // int(lengths[order[start]]))
        batches.append(order[start : start + size])
        start += size
    return batches


def ranges(starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Write out ranges of numbers one after the other.

    Args:
        starts: Where each range starts.
        counts: How many numbers it has.

    Returns:
        The numbers of all ranges.
    """
    ends = np.cumsum(counts)
    return np.repeat(starts - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0)
