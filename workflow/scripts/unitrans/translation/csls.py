"""The best match of each word by CSLS: among all pairs, or among its nearest neighbours."""

from dataclasses import dataclass

import numpy as np
import torch

EXACT_PAIRS = 400_000_000  # up to so many, all are compared; it takes half a minute of a core
BLOCK_CELLS = 1 << 24  # similarities held at a time: 64 MB in float32
# Beyond that, a word is compared with this many neighbours, which are found by this many principal
# components of the vectors. docs/scaling.md has what this misses, and what others do.
CANDIDATES, SHORT = 50, 192


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

    Of up to ``EXACT_PAIRS`` pairs the best are found exactly; of more, among approximate nearest
    neighbours.

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
    find = _exact_matches if len(x) * len(y) <= EXACT_PAIRS else _near_matches
    return find(x, y, x_bits, y_bits, neighbours=neighbours, frequency_weight=frequency_weight)


def _exact_matches(
    x: torch.Tensor,
    y: torch.Tensor,
    x_bits: torch.Tensor,
    y_bits: torch.Tensor,
    *,
    neighbours: int,
    frequency_weight: float,
) -> Matches:
    """Compare all pairs, with no more than ``BLOCK_CELLS`` similarities held at a time."""
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


def _near_matches(
    x: torch.Tensor,
    y: torch.Tensor,
    x_bits: torch.Tensor,
    y_bits: torch.Tensor,
    *,
    neighbours: int,
    frequency_weight: float,
) -> Matches:
    """Compare each word with those that are near it in a space of fewer dimensions."""
    count = max(CANDIDATES, neighbours)
    short_x, short_y = _shortened(x, y)
    near_x = _neighbours(x, y, _nearest(short_x, short_y, count))
    near_y = _neighbours(y, x, _nearest(short_y, short_x, count))
    means = [similarities[:, :neighbours].mean(1) for similarities, _ in (near_x, near_y)]
    targets, scores = _best(near_x, means, (x_bits, y_bits), frequency_weight)
    sources, _ = _best(near_y, means[::-1], (y_bits, x_bits), frequency_weight)
    return Matches.of(targets, scores, sources)


def _shortened(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The parts of both that lie in the space of their largest principal components."""
    moments = (x.T @ x + y.T @ y).double()
    space = torch.linalg.eigh(moments).eigenvectors[:, -SHORT:].to(x.dtype)
    return x @ space, y @ space


def _nearest(queries: torch.Tensor, vectors: torch.Tensor, count: int) -> torch.Tensor:
    """The rows of the vectors with the largest products, in no order (N, count)."""
    count = min(count, len(vectors))
    found = torch.empty(len(queries), count, dtype=torch.int32)
    step = max(1, BLOCK_CELLS // len(vectors))
    for start in range(0, len(queries), step):
        products = queries[start : start + step] @ vectors.T
        found[start : start + step] = products.topk(count, sorted=False).indices
    return found


def _neighbours(
    queries: torch.Tensor, vectors: torch.Tensor, rows: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The similarities of some rows, the largest first, and the rows, both (N, count)."""
    similarities = torch.empty(rows.shape)
    step = max(1, BLOCK_CELLS // (rows.shape[1] * vectors.shape[1]))
    for start in range(0, len(queries), step):
        part = slice(start, start + step)
        found = torch.einsum("qd,qkd->qk", queries[part], vectors[rows[part]])
        best = found.sort(dim=1, descending=True, stable=True)
        similarities[part], rows[part] = best.values, rows[part].gather(1, best.indices)
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
