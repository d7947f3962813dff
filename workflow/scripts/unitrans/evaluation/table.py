"""Scores as a table for the console; imports nothing slow, since every run ends with it."""

from collections.abc import Mapping
from typing import Any

REFERENCE = "source_teacher"  # what every other model is compared with
SHOWN = ("precision", "recall", "f1")


def score_lines(models: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Write the scores as lines of a table.

    Args:
        models: The rows of ``f1.json``.

    Returns:
        A heading and a line for each model.
    """
    width = max(map(len, models))
    lines = [f"{'':{width}}      P      R     F1      ±  interval"]
    for model, row in models.items():
        spread = row["f1"]["deviation"]
        text = "".join(f"{row[name]['mean']:7.2f}" for name in SHOWN)
        text += f"{spread:7.2f}" if spread is not None else "      -"
        text += "  {:.2f} to {:.2f}".format(*row["interval"])
        if difference := row.get(f"minus_{REFERENCE}"):
            text += f"; {difference['mean']:+.2f} to {REFERENCE}, p {difference['p']}"
        lines.append(f"{model:{width}}{text}")
    return lines


def headline(models: Mapping[str, Mapping[str, Any]]) -> str:
    """Say the first model's score in one line.

    Args:
        models: The rows of ``f1.json``.

    Returns:
        Its F1 and interval.
    """
    model, row = next(iter(models.items()))
    low, high = row["interval"]
    return f"{model}: F1 {row['f1']['mean']:.2f}, {low:.2f} to {high:.2f}"
