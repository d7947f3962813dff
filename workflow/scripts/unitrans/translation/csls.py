"""The best match of each word by CSLS: all pairs compared, or those that an index finds near."""

from dataclasses import dataclass

import numpy as np
import torch

EXACT_PAIRS = 400_000_000  # up to so many, all are compared; it takes half a minute of a core
BLOCK_CELLS = 1 << 24  # similarities held at a time: 64 MB in float32
CANDIDATES = 50  # of a word, among which the best match is looked for
# Nodes looked at for each word while the index is built and searched; docs/scaling.md has what
# they find.
EXPANSION = 128


@dataclass(frozen=True)
class Matches:
    """The best target of each of N source words.

    Attributes:
        targets: Shape (N,), rows of the target vectors.
        scores: Shape (N,), CSLS less the price of unlike frequencies.
        mutual: Shape (N,), whether the source word is in turn its target's best one.
    """

    targets: np.ndarray
    scores: np.ndarray
    mutual: np.ndarray

    @classmethod
    def of(cls, targets: torch.Tensor, scores: torch.Tensor, sources: torch.Tensor) -> "Matches":
        """Make them.

        Args:
            targets: The best target of each source word, shape (N,).
            scores: Its score, shape (N,).
            sources: The best source word of each target, shape (M,).

        Returns:
            The matches.
        """
        mutual = sources[targets] == torch.arange(len(targets))
        return cls(targets.numpy(), scores.numpy(), mutual.numpy())


def best_matches(
    x: torch.Tensor,
    y: torch.Tensor,
    x_bits: torch.Tensor,
    y_bits: torch.Tensor,
    *,
    neighbours: int,
    frequency_weight: float,
) -> Matches:
    """Find each source word's best target by CSLS less the price of unlike frequencies.

    Of up to ``EXACT_PAIRS`` pairs the best are found exactly; of more, among the nearest
    neighbours that an approximate index knows.

    Args:
        x: Unit vectors of the source words, shape (N, D).
        y: Unit vectors of the target words, shape (M, D).
        x_bits: log2 of the relative frequency of each source word, shape (N,).
        y_bits: The same of each target word, shape (M,).
        neighbours: k of CSLS.
        frequency_weight: Price of one bit between two words' frequencies.

    Returns:
        The best match of each source word.

    Source: Conneau et al. (2018), equation 7 (CSLS).
    """
    find = exact_matches if len(x) * len(y) <= EXACT_PAIRS else near_matches
    return find(x, y, x_bits, y_bits, neighbours=neighbours, frequency_weight=frequency_weight)


def exact_matches(
    x: torch.Tensor,
    y: torch.Tensor,
    x_bits: torch.Tensor,
    y_bits: torch.Tensor,
    *,
    neighbours: int,
    frequency_weight: float,
) -> Matches:
    """Compare all pairs, in blocks: no more than ``BLOCK_CELLS`` similarities are held at a time.

    Args:
        x: As ``best_matches`` has it, and so are the others.
        y: Target vectors.
        x_bits: Frequencies of the source words.
        y_bits: Frequencies of the target words.
        neighbours: k of CSLS.
        frequency_weight: Price of one bit.

    Returns:
        The best match of each source word.
    """
    rows = max(1, BLOCK_CELLS // len(y))
    starts = range(0, len(x), rows)
    near_x = torch.empty(len(x))
    top_y = torch.empty(0, len(y))  # the k best similarities of each target so far
    for start in starts:
        block = x[start : start + rows] @ y.T  # rows x M
        near_x[start : start + rows] = block.topk(min(neighbours, len(y))).values.mean(1)
        pile = torch.cat([top_y, block])
        top_y = pile.topk(min(neighbours, len(pile)), dim=0).values
    near_y = top_y.mean(0)
    targets = torch.empty(len(x), dtype=torch.long)
    scores = torch.empty(len(x))
    best_y, best_x = torch.full((len(y),), -torch.inf), torch.zeros(len(y), dtype=torch.long)
    for start in starts:
        part = slice(start, start + rows)
        block = 2 * (x[part] @ y.T) - near_x[part, None] - near_y
        block -= frequency_weight * (x_bits[part, None] - y_bits).abs()
        scores[part], targets[part] = block.max(1)
        values, where = block.max(0)
        better = values > best_y
        best_y[better], best_x[better] = values[better], where[better] + start
    return Matches.of(targets, scores, best_x)


def near_matches(
    x: torch.Tensor,
    y: torch.Tensor,
    x_bits: torch.Tensor,
    y_bits: torch.Tensor,
    *,
    neighbours: int,
    frequency_weight: float,
) -> Matches:
    """Compare each word with those that an approximate index finds near it.

    Args:
        x: As ``best_matches`` has it, and so are the others.
        y: Target vectors.
        x_bits: Frequencies of the source words.
        y_bits: Frequencies of the target words.
        neighbours: k of CSLS.
        frequency_weight: Price of one bit.

    Returns:
        The best match of each source word.

    Source: Malkov and Yashunin 2018 (the index, a graph of small worlds).
    """
    count = max(CANDIDATES, neighbours)
    near_x, near_y = _neighbours(x, y, count), _neighbours(y, x, count)
    means = [similarities[:, :neighbours].mean(1) for similarities, _ in (near_x, near_y)]
    targets, scores = _best(near_x, means, (x_bits, y_bits), frequency_weight)
    sources, _ = _best(near_y, means[::-1], (y_bits, x_bits), frequency_weight)
    return Matches.of(targets, scores, sources)


def _neighbours(
    queries: torch.Tensor, vectors: torch.Tensor, count: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The nearest vectors that the index finds for each query.

    Returns:
        Their similarities, the largest first, and their rows, both of shape (N, count).
    """
    from usearch.index import Index  # loaded only where there are so many words

    count = min(count, len(vectors))
    # Eight bits a number: which ones are near is all that is asked of the index.
    index = Index(
        ndim=vectors.shape[1],
        metric="ip",
        dtype="i8",
        expansion_add=EXPANSION,
        expansion_search=EXPANSION,
    )
    # By one thread, since the graph depends on the order in which words come in.
    index.add(np.arange(len(vectors)), vectors.numpy(), threads=1)
    similarities = torch.empty(len(queries), count)
    rows = torch.empty(len(queries), count, dtype=torch.int32)
    step = max(1, BLOCK_CELLS // (count * vectors.shape[1]))
    for start in range(0, len(queries), step):
        some = queries[start : start + step]
        found = index.search(some.numpy(), count, threads=torch.get_num_threads())
        keys = torch.from_numpy(found.keys.reshape(len(some), count).astype(np.int32))
        exact = torch.einsum("nd,nkd->nk", some, vectors[keys])
        best = exact.sort(dim=1, descending=True, stable=True)
        similarities[start : start + step] = best.values
        rows[start : start + step] = keys.gather(1, best.indices)
    return similarities, rows


def _best(
    near: tuple[torch.Tensor, torch.Tensor],
    means: list[torch.Tensor],
    bits: tuple[torch.Tensor, torch.Tensor],
    frequency_weight: float,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The best of each word's neighbours, and its score, both of shape (N,)."""
    similarities, rows = near
    scores = 2 * similarities - means[0][:, None] - means[1][rows]
    scores -= frequency_weight * (bits[0][:, None] - bits[1][rows]).abs()
    best = scores.max(dim=1)
    return rows.gather(1, best.indices[:, None])[:, 0].long(), best.values
