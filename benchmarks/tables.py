"""Write a summary as the Markdown table that docs/results.md has.

python benchmarks/tables.py results/summary.json
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MODELS = {
    "source_teacher": "source teacher",
    "translated_teacher": "translated teacher",
    "tuned_teacher": "tuned teacher",
    "paper": "the paper's recipe",
    "first_round": "first round",
    "student": "**student**",
    "oracle": "oracle",
}
REFERENCES = {"source_teacher": "source teacher", "paper": "the paper's recipe"}
SIGNIFICANT = 0.05
AVERAGE = "average"


def score(row: Mapping[str, Any]) -> str:
    """A model's F1: its mean, its deviation over seeds if there are several, and its interval."""
    mean, deviation = row["f1"]["mean"], row["f1"]["deviation"]
    spread = "" if deviation is None else f" ± {deviation:.2f}"
    low, high = row["interval"]
    return f"{mean:.2f}{spread} ({low:.1f} to {high:.1f})"


def difference(row: Mapping[str, Any], reference: str) -> str:
    """A difference with its interval; a star where it is more than chance."""
    found = row.get(f"minus_{reference}")
    if found is None:
        return ""
    star = "\\*" if found["p_adjusted"] < SIGNIFICANT else ""
    low, high = found["interval"]
    return f"{found['mean']:+.2f}{star} ({low:+.2f} to {high:+.2f})"


def table(summary: Mapping[str, Any]) -> str:
    """The table of a summary.

    Args:
        summary: The content of ``summary.json``.

    Returns:
        Markdown: models below each other, languages side by side, then the student's
        differences.
    """
    rows = {(row["model"], row["language"]): row for row in summary["rows"]}
    languages = [*summary["languages"]]
    if any(language == AVERAGE for _, language in rows):
        languages.append(AVERAGE)
    lines = [["", *languages], ["---"] * (1 + len(languages))]
    for model, name in MODELS.items():
        cells = [rows.get((model, language)) for language in languages]
        if any(cells):
            lines.append([name, *(score(row) if row else "" for row in cells)])
    for reference, name in REFERENCES.items():
        cells = [rows.get(("student", language), {}) for language in languages]
        differences = [difference(row, reference) for row in cells]
        if any(differences):
            lines.append([f"student − {name}", *differences])
    return "".join(f"| {' | '.join(line)} |\n".replace("|  |", "| |") for line in lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("summary", type=Path)
    summary = json.loads(parser.parse_args().summary.read_text("utf-8"))
    sys.stdout.write(table(summary))
