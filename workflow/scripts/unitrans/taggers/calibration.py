"""What a tagger's probabilities are worth: the chance that an entity is right."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unitrans.errors import InputError
from unitrans.jobs.files import read_json_object

QUALITY = "quality.json"
FURTHEST = 1e-4  # probabilities nearer to 0 or 1 say nothing more


def log_odds(probability: float) -> float:
    """Stretch a probability to all numbers.

    Args:
        probability: From 0 to 1.

    Returns:
        The logarithm of its odds; 0 for one half.
    """
    inner = min(max(probability, FURTHEST), 1 - FURTHEST)
    return math.log(inner / (1 - inner))


def from_log_odds(value: float) -> float:
    """The way back.

    Args:
        value: Any number.

    Returns:
        A probability.
    """
    return 1 / (1 + math.exp(-value))


@dataclass(frozen=True, slots=True)
class Calibration:
    """A line between the log odds of what a tagger believes and of what is right.

    Attributes:
        intercept: Where the line is at one half.
        slope: How steep it is; below 1 for a tagger that is too sure.

    Source: Platt 1999; the line of a language without gold labels comes from others'
        (``evaluation/quality.py``).
    """

    intercept: float
    slope: float

    def __call__(self, probability: float) -> float:
        """Correct a probability.

        Args:
            probability: What the tagger believes.

        Returns:
            How often such an entity is right.
        """
        return from_log_odds(self.intercept + self.slope * log_odds(probability))


NONE = Calibration(0.0, 1.0)  # as the tagger has it


def entity_score(probabilities: Sequence[float], calibration: Calibration = NONE) -> float:
    """Say how probable it is that an entity is right.

    Args:
        probabilities: Those of its words' tags.
        calibration: Of the tagger.

    Returns:
        From 0 to 1, in ten-thousandths.
    """
    return round(calibration(math.prod(probabilities)), 4)


def read_calibration(folder: str | Path) -> Calibration:
    """Read a tagger's calibration.

    Args:
        folder: The tagger's.

    Returns:
        The line; one that changes nothing where the folder has no quality.json.

    Raises:
        InputError: quality.json is damaged.
    """
    path = Path(folder) / QUALITY
    if not path.exists():
        return NONE
    scores = _part(path, "scores", dict)
    try:
        return Calibration(float(scores["intercept"]), float(scores["slope"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError.at(
            path, found=f"scores: {str(scores)[:40]}", expected="numbers intercept and slope"
        ) from error


def threshold_for(folder: str | Path, precision: float) -> float:
    """Choose the score from which on so many entities are right.

    Args:
        folder: The tagger's.
        precision: The share that should be right, above 0 and below 1.

    Returns:
        The lowest score that does it, on the pool that the tagger learned from.

    Raises:
        InputError: The folder has no curve, or the curve does not reach so far.
    """
    path = Path(folder) / QUALITY
    if not path.exists():
        raise InputError.at(
            path, found="no such file", expected="what --precision is chosen by; or --threshold"
        )
    curve = [(row["precision"], row["threshold"]) for row in _part(path, "precision", list)]
    enough = [threshold for reached, threshold in curve if reached >= precision]
    if not enough:
        most = max((reached for reached, _ in curve), default=0.0)
        raise InputError(
            f"--precision: found {precision:g}; expected at most {most:g}, the highest that this "
            "tagger is believed to reach"
        )
    return min(enough)


def _part(path: Path, key: str, kind: type) -> Any:  # noqa: ANN401 (of JSON)
    """A part of quality.json."""
    part = read_json_object(path).get(key)
    if not isinstance(part, kind):
        expected = "a list" if kind is list else "a mapping"
        raise InputError.at(
            path, found=f"{key}: {str(part)[:40]}", expected=f"{expected}; delete it and run again"
        )
    return part
