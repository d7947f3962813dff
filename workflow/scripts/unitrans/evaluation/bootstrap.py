"""Bootstrap over sentences: how sure an F1 is, and a difference of two."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unitrans.corpora.tags import entities
from unitrans.errors import InputError

BLOCK_DRAWS = 2_000_000  # sentences drawn at a time; bounds the memory to some 50 MB


@dataclass(frozen=True)
class BootstrapSettings:
    """How the intervals are made.

    Attributes:
        resamples: How many test sets are drawn.
        level: Share of the resamples inside an interval, between 0 and 1.
        seed: Of the random draws.

    Raises:
        InputError: A value is out of its range.
    """

    resamples: int = 10_000
    level: float = 0.95
    seed: int = 20200711

    def __post_init__(self) -> None:
        if self.resamples < 1:
            raise InputError(f"bootstrap.resamples: found {self.resamples}; expected at least 1")
        if not 0 < self.level < 1:
            raise InputError(f"bootstrap.level: found {self.level}; expected between 0 and 1")
        if self.seed < 0:
            raise InputError(f"bootstrap.seed: found {self.seed}; expected 0 or more")


def count_entities(
    gold: Sequence[str], predicted: Sequence[str], kind: str | None = None
) -> tuple[int, int, int]:
    """Count a sentence's entities.

    Args:
        gold: W BIO tags.
        predicted: W BIO tags.
        kind: The type to count; None for all.

    Returns:
        Entities found with the right borders and type, entities predicted, gold entities.
    """
    right, guessed = (
        {entity for entity in entities(tags) if kind in (None, entity.type)}
        for tags in (gold, predicted)
    )
    return len(right & guessed), len(guessed), len(right)


def f1(counts: np.ndarray) -> np.ndarray:
    """Compute F1 from counts; zero where there is no entity at all.

    Args:
        counts: Correct, predicted and gold entities (..., 3).

    Returns:
        F1 as a fraction (...).
    """
    both = np.asarray(counts[..., 1] + counts[..., 2], dtype=np.float64)
    return np.divide(2.0 * counts[..., 0], both, out=np.zeros_like(both), where=both > 0)


def resampled_f1(counts: Sequence[np.ndarray], settings: BootstrapSettings) -> np.ndarray:
    """Draw test sets with replacement and score every model on each of them.

    All models and seeds see the same draws, so that their scores may be paired.

    Args:
        counts: For each model (seeds, sentences, 3): correct, predicted, gold entities.
        settings: Number of draws and their seed.

    Returns:
        F1 as a fraction, mean over a model's seeds (models, resamples).

    Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13;
        for F1 over sentences, Berg-Kirkpatrick et al., EMNLP 2012.
    """
    sentences = counts[0].shape[1]
    stacked = np.concatenate(counts)  # (all seeds, sentences, 3)
    table = stacked.transpose(1, 0, 2).reshape(sentences, -1).astype(np.float64)
    ends = np.cumsum([len(model) for model in counts])[:-1]
    rng = np.random.default_rng(settings.seed)
    block = max(1, BLOCK_DRAWS // sentences)
    parts = []
    for start in range(0, settings.resamples, block):
        rows = min(block, settings.resamples - start)
        drawn = rng.integers(sentences, size=(rows, sentences))
        drawn += np.arange(rows)[:, None] * sentences
        often = np.bincount(drawn.ravel(), minlength=rows * sentences).reshape(rows, sentences)
        # Sums of integers below 2^53 are exact, whatever the order of the additions.
        totals = (often @ table).reshape(rows, -1, 3)
        parts.append(np.stack([s.mean(1) for s in np.split(f1(totals), ends, axis=1)]))
    return np.concatenate(parts, axis=1)


def interval(values: np.ndarray, level: float) -> tuple[float, float]:
    """Find the percentile interval.

    Args:
        values: A statistic on every resample (resamples,).
        level: Share of the resamples inside.

    Returns:
        Its lower and upper end.
    """
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def two_sided_p(differences: np.ndarray) -> float:
    """Find how often resampling turns a difference around, counted on both sides.

    Args:
        differences: A paired difference on every resample (resamples,).

    Returns:
        p, at least 2 / (resamples + 1) and at most 1.
    """
    fewer = min((differences <= 0).sum(), (differences >= 0).sum())
    return float(min(1.0, 2 * (fewer + 1) / (len(differences) + 1)))
