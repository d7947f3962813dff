"""How good a tagger is where there are no gold labels: ``quality.json``.

What can be seen without labels is how far the student and its three teachers agree on raw text.
Over languages and corpora with gold labels this tells F1, and how sure a student is beyond
reason. The numbers below were fitted to such languages by ``benchmarks/quality.py``, which also
judges them on each language without its own part of the fit; docs/quality.md has the figures.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import TagSet, entities, without_edge_quotes
from unitrans.evaluation.bootstrap import count_entities, f1
from unitrans.jobs.log import LOGGER
from unitrans.taggers.calibration import Calibration, entity_score, from_log_odds, log_odds
from unitrans.taggers.decoding import viterbi

SENTENCES = 2000  # of the pool that are looked at, evenly spaced
# Log odds of F1: a line over the log odds of the mean agreement on text that nobody has seen.
F1_INTERCEPT, F1_SLOPE = -0.743, 1.184
F1_DEVIATION = 0.27  # of the languages from the line, in log odds
LEVEL, NORMAL_QUANTILE = 90, 1.645  # of the interval, in percent and in deviations
# Intercept and slope of a student's calibration: lines over the same.
INTERCEPT = (-1.523, 0.462)
SLOPE = (0.320, 0.165)
# The student has learned from the pool: there they agree more, by so much in log odds.
SEEN = 0.2
MOST = 0.97  # agreement that was seen; a higher one promises no more
THRESHOLDS = np.linspace(0, 0.99, 100)
FEWEST = 20  # entities that a precision is told of
# F1, or an agreement, in percent: where F1 of a type was measured, types above the first were fit
# for use, and types below the second were not.
GOOD, POOR = 80, 60


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


def estimate_student(
    sentences: Sequence[Sentence],
    student: np.ndarray,
    teachers: Mapping[str, np.ndarray],
    tag_set: TagSet,
) -> dict[str, Any]:
    """Estimate how good a student is from what it and its teachers make of the same sentences.

    Args:
        sentences: Of the pool, W words in all.
        student: Its probabilities (W, C).
        teachers: Those of each teacher (W, C).
        tag_set: The C classes.

    Returns:
        The content of quality.json.
    """
    offsets = np.cumsum([0, *(len(sentence.tokens) for sentence in sentences)])
    classes = viterbi(student, offsets, tag_set)
    own = student[np.arange(len(classes)), classes]

    def tags(chosen: np.ndarray) -> list[tuple[str, ...]]:
        """Name the classes of each sentence, as the tagger does."""
        names = np.split(np.array(tag_set.tags)[chosen], offsets[1:-1])
        return [
            without_edge_quotes(sentence.tokens, row.tolist())
            for sentence, row in zip(sentences, names, strict=True)
        ]

    result = estimate(
        tags(classes),
        np.split(own, offsets[1:-1]),
        {name: tags(viterbi(values, offsets, tag_set)) for name, values in teachers.items()},
    )
    low, high = result["f1"]["interval"]
    LOGGER.info(
        "F1 is probably %.0f, %.0f to %.0f (estimated without gold labels): %s",
        *(result["f1"]["estimate"], low, high, result["verdict"]),
    )
    return result


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
    mean = log_odds(min(sum(agreements.values()) / len(agreements), MOST)) - SEEN
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
        "verdict": in_words(middle),
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


def in_words(value: float) -> str:
    """Say what an F1, or an agreement, means for those who want to use the tagger.

    Args:
        value: In percent.

    Returns:
        A few words.
    """
    if value >= GOOD:
        return "good: use it"
    return "fair: look over what matters" if value >= POOR else "poor: do not use it unseen"
