"""Models side by side: how sure each F1 is, and which differences are more than noise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unitrans.evaluation.bootstrap import (
    BootstrapSettings,
    count_entities,
    f1,
    interval,
    resampled_f1,
    two_sided_p,
)
from unitrans.evaluation.predictions import Runs
from unitrans.evaluation.table import REFERENCE

ORACLE = "oracle"  # trained on gold labels: where the distance to close ends


@dataclass(frozen=True)
class Sample:
    """The F1 of a model, or a difference of two, as fractions.

    Attributes:
        by_seed: On the corpus as it is (seeds,).
        drawn: Mean over seeds on each resample of the corpus (resamples,); the resamples are
            the same for all models.
    """

    by_seed: np.ndarray
    drawn: np.ndarray

    @property
    def mean(self) -> float:
        """The mean over seeds, on the corpus as it is."""
        return float(self.by_seed.mean())

    def __sub__(self, other: "Sample") -> "Sample":
        return Sample(self.by_seed - other.by_seed, self.drawn - other.drawn)


def sample_models(runs: Runs, settings: BootstrapSettings) -> dict[str, Sample]:
    """Score every model on the corpus and on resamples of it.

    The sentences are drawn anew, the seeds are not: an interval says what another test
    corpus would change, the deviation over seeds what another training would.

    Args:
        runs: The tagged sentences by model and seed.
        settings: How the resamples are drawn.

    Returns:
        The F1 of each model.
    """
    counts = [
        np.array([[count_entities(s.gold, s.predicted) for s in run] for run in seeds.values()])
        for seeds in runs.values()
    ]  # (seeds, sentences, 3) each
    drawn = resampled_f1(counts, settings)
    return {
        model: Sample(f1(array.sum(1)), values)
        for model, array, values in zip(runs, counts, drawn, strict=True)
    }


def type_intervals(
    runs: Runs, kinds: Sequence[str], settings: BootstrapSettings
) -> dict[str, dict[str, list[float]]]:
    """Say how sure each model's F1 is for each type.

    Args:
        runs: The tagged sentences by model and seed.
        kinds: The types.
        settings: How the resamples are drawn.

    Returns:
        By model and type the interval of the mean F1 over seeds, in percent.
    """
    pairs = [(model, kind) for model in runs for kind in kinds]
    if not pairs:
        return {model: {} for model in runs}
    counts = [
        np.array(
            [
                [count_entities(s.gold, s.predicted, kind) for s in run]
                for run in runs[model].values()
            ]
        )
        for model, kind in pairs
    ]
    found: dict[str, dict[str, list[float]]] = {model: {} for model in runs}
    for (model, kind), values in zip(pairs, resampled_f1(counts, settings), strict=True):
        found[model][kind] = _ends(values, settings.level)
    return found


def average_languages(
    samples: Mapping[str, Mapping[str, Sample]], settings: BootstrapSettings
) -> dict[str, Sample]:
    """Average each model over the languages, which are drawn independently of each other.

    Args:
        samples: The F1 by language and model.
        settings: The seed of the draws.

    Returns:
        The mean F1 of each model that all languages have.
    """
    rng = np.random.default_rng(settings.seed)
    # Two corpora of one size share their draws: another order makes them independent.
    orders = {language: rng.permutation(settings.resamples) for language in samples}
    first, *others = samples.values()
    return {
        model: Sample(
            np.mean([models[model].by_seed for models in samples.values()], axis=0),
            np.mean([m[model].drawn[orders[language]] for language, m in samples.items()], axis=0),
        )
        for model in first
        if all(model in models for models in others)
    }


def compare_models(
    samples: Mapping[str, Sample], references: Sequence[str], *, level: float
) -> dict[str, dict[str, Any]]:
    """Say how sure each model's F1 is, and its difference to others.

    Args:
        samples: The F1 by model.
        references: Models that all others but the oracle are compared with; those that are
            not among ``samples`` are passed over.
        level: Share of the resamples inside an interval.

    Returns:
        By model: ``interval`` of the mean F1 over seeds, and for each reference
        ``minus_<reference>`` with mean, interval and two-sided p.
    """
    rows: dict[str, dict[str, Any]] = {}
    for model, sample in samples.items():
        rows[model] = {"interval": _ends(sample.drawn, level)}
        for reference in references:
            if reference not in samples or model in (reference, REFERENCE, ORACLE):
                continue
            difference = sample - samples[reference]
            rows[model][f"minus_{reference}"] = {
                "mean": percent(difference.mean),
                "interval": _ends(difference.drawn, level),
                "p": round(two_sided_p(difference.drawn), 4),
            }
    return rows


def close_distance(samples: Mapping[str, Sample], *, level: float) -> dict[str, dict[str, Any]]:
    """Say which part of the distance from the source teacher to the oracle a model closes.

    Args:
        samples: The F1 by model.
        level: Share of the resamples inside an interval.

    Returns:
        By model, for all but these two: mean and interval in percent; nothing where one of
        the two is missing, and no interval where the oracle is not ahead on every resample.
    """
    if not {REFERENCE, ORACLE} <= set(samples):
        return {}
    whole = samples[ORACLE] - samples[REFERENCE]
    parts = {
        model: sample - samples[REFERENCE]
        for model, sample in samples.items()
        if model not in (REFERENCE, ORACLE) and whole.mean > 0
    }
    ahead = (whole.drawn > 0).all()
    return {
        model: {
            "mean": percent(part.mean / whole.mean),
            "interval": _ends(part.drawn / whole.drawn, level) if ahead else None,
        }
        for model, part in parts.items()
    }


def correct_p(rows: Sequence[Mapping[str, Any]], reference: str) -> None:
    """Put ``p_adjusted`` beside each p of the comparisons with one reference, in place.

    Args:
        rows: The rows of a table; those without such a comparison are passed over.
        reference: The model that the others are compared with.

    Source: Benjamini and Hochberg, Journal of the Royal Statistical Society B 57, 1995.
    """
    from scipy.stats import false_discovery_control

    tests = [row[f"minus_{reference}"] for row in rows if f"minus_{reference}" in row]
    if tests:
        for test, p in zip(tests, false_discovery_control([t["p"] for t in tests]), strict=True):
            test["p_adjusted"] = round(float(p), 4)


def percent(fraction: float | np.floating) -> float:
    """Write a fraction in percent with two decimals.

    Args:
        fraction: Any number.

    Returns:
        A hundred times as much, rounded; never minus zero.
    """
    return round(100 * float(fraction), 2) + 0.0


def _ends(values: np.ndarray, level: float) -> list[float]:
    return [percent(end) for end in interval(values, level)]
