"""How good a tagger is where there are no gold labels: ``quality.json``.

What can be seen without labels is how far the student and its three teachers agree on raw text.
Over languages and corpora with gold labels this tells F1, and how sure a student is beyond
reason. The numbers below were fitted to such languages by ``benchmarks/quality.py``, which also
judges them on each language without its own part of the fit; docs/quality.md has the figures.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from unitrans.corpora.tags import entities
from unitrans.evaluation.bootstrap import count_entities, f1
from unitrans.taggers.calibration import Calibration, entity_score, from_log_odds, log_odds

SENTENCES = 2000  # of the pool that are looked at, evenly spaced
# Log odds of F1: a line over the log odds of the mean agreement.
F1_INTERCEPT, F1_SLOPE = -1.5, 1.5
F1_DEVIATION = 0.35  # of the languages from the line, in log odds
LEVEL, NORMAL_QUANTILE = 90, 1.645  # of the interval, in percent and in deviations
# Intercept and slope of a student's calibration: lines over the same.
INTERCEPT = (-1.9, 0.9)
SLOPE = (0.2, 0.2)
MOST = 0.97  # agreement that was seen; a higher one promises no more
THRESHOLDS = np.linspace(0, 0.99, 100)
FEWEST = 20  # entities that a precision is told of
GOOD, POOR = 80, 60  # F1


def agreement(one: Sequence[Sequence[str]], other: Sequence[Sequence[str]]) -> float:
    """Compare what two taggers find.

    Args:
        one: The BIO tags of each sentence.
        other: Those of the other tagger.

    Returns:
        F1 of one held against the other, as a fraction; 1 where neither finds anything.
    """
    counts = np.array([count_entities(*pair) for pair in zip(one, other, strict=True)]).sum(0)
    return float(f1(counts)) if counts[1:].any() else 1.0


def estimate(
    student: Sequence[Sequence[str]],
    probabilities: Sequence[np.ndarray],
    teachers: Mapping[str, Sequence[Sequence[str]]],
) -> dict[str, Any]:
    """Estimate how good a student is.

    Args:
        student: Its BIO tags of sentences of the pool.
        probabilities: Those of the tags, for each sentence (W,).
        teachers: What each teacher makes of the same sentences.

    Returns:
        The content of quality.json.
    """
    agreements = {name: agreement(tags, student) for name, tags in teachers.items()}
    mean = log_odds(min(sum(agreements.values()) / len(agreements), MOST))
    expected = F1_INTERCEPT + F1_SLOPE * mean
    spread = NORMAL_QUANTILE * F1_DEVIATION
    low, middle, high = (
        round(100 * from_log_odds(expected + part), 1) for part in (-spread, 0, spread)
    )
    calibration = Calibration(
        INTERCEPT[0] + INTERCEPT[1] * mean, max(0.0, SLOPE[0] + SLOPE[1] * mean)
    )
    scores = np.array(
        [
            entity_score(own[start:end].tolist(), calibration)
            for tags, own in zip(student, probabilities, strict=True)
            for _, start, end in entities(tags)
        ]
    )
    return {
        "sentences": len(student),
        "entities": len(scores),
        "agreement": {name: round(100 * value, 2) for name, value in agreements.items()},
        "f1": {"estimate": middle, "interval": [low, high], "level": LEVEL},
        "verdict": verdict(middle),
        "scores": {
            "intercept": round(calibration.intercept, 4),
            "slope": round(calibration.slope, 4),
        },
        "precision": precision_curve(scores),
    }


def precision_curve(scores: np.ndarray) -> list[dict[str, float]]:
    """Say what is gained and lost by leaving out entities with low scores.

    Args:
        scores: Of the entities: how probable it is that each is right.

    Returns:
        ``threshold``; ``precision``, the share that is expected to be right of those that have
        it at least; ``kept``, their share of all. Only where enough are left.
    """
    rows = []
    for threshold in THRESHOLDS:
        left = scores[scores >= threshold]
        if len(left) < FEWEST:
            break
        rows.append(
            {
                "threshold": round(float(threshold), 2),
                "precision": round(float(left.mean()), 4),
                "kept": round(len(left) / len(scores), 4),
            }
        )
    return rows


def verdict(value: float) -> str:
    """Say what an F1 means for those who want to use the tagger.

    Args:
        value: F1 in percent.

    Returns:
        A few words.
    """
    if value >= GOOD:
        return "good: use it"
    return "fair: look over what matters" if value >= POOR else "poor: do not use it unseen"
