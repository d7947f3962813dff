"""How often entities with a score are right, before scores are corrected and after.

    python benchmarks/reliability.py docs/measured/quality.tsv results... --figure FILE.svg

Reads finished runs with gold labels: the test split's predictions of the student and its three
teachers. The correction follows from their agreement, by lines fitted to the other languages of
the table alone.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib import pyplot

from quality import line, log_odds, seen_through
from quality_points import read_student, students
from unitrans.evaluation.quality import THRESHOLDS
from unitrans.taggers.calibration import NONE, Calibration, entity_score

BINS = 10
FEWEST = 20  # entities in a bin that is drawn


class Scored(NamedTuple):
    """The entities that a student finds.

    Attributes:
        before: Their scores as the tagger has them (N,).
        after: Their scores corrected (N,).
        right: Whether each is right (N,).
    """

    before: np.ndarray
    after: np.ndarray
    right: np.ndarray


def read_run(path: Path, target: str, table: Sequence[dict[str, str]]) -> Scored:
    """Read what a student found, and correct its scores.

    Args:
        path: Its predictions.
        target: ISO 639-1 code.
        table: Agreement, intercept and slope of students of several languages.

    Returns:
        The entities.
    """
    found = read_student(path)
    rows = [row for row in table if row["language"] != target]
    y = [np.array([float(row[key]) for row in rows]) for key in ("intercept", "slope")]
    names = [f"{row['corpus']} {row['language']}" for row in rows]
    weights = np.array([1 / names.count(name) for name in names])
    start, steepness = line(seen_through(rows), np.stack(y, axis=1), weights)
    own = float(log_odds(np.array(100 * found.agreement)))
    intercept, slope = (start + steepness * own).tolist()
    before, after = (
        np.array([entity_score([belief], used) for belief in found.beliefs.tolist()])
        for used in (NONE, Calibration(intercept, max(0, slope)))
    )
    return Scored(before, after, found.right)


def bins(scores: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Group entities by score.

    Args:
        scores: (N,).
        right: (N,).

    Returns:
        Of each bin that is not empty, its mean score, how many are right, and its size (bins, 3).
    """
    number = np.minimum((scores * BINS).astype(int), BINS - 1)
    return np.array(
        [
            (scores[own].mean(), right[own].mean(), own.sum())
            for one in range(BINS)
            if (own := number == one).any()
        ]
    )


def calibration_error(scores: np.ndarray, right: np.ndarray) -> float:
    """The expected calibration error: how far scores are from the truth, over bins.

    Args:
        scores: (N,).
        right: (N,).

    Returns:
        From 0 to 1.

    Source: Naeini et al. 2015.
    """
    means, shares, sizes = bins(scores, right).T
    return float((np.abs(means - shares) * sizes).sum() / sizes.sum())


def at_precision(scored: Scored, asked: float) -> str:
    """What is right of the entities that are left where a precision is asked for."""
    for threshold in THRESHOLDS:
        kept = scored.after >= threshold
        if kept.sum() < FEWEST:
            break
        if scored.after[kept].mean() >= asked:
            return f"{scored.right[kept].mean():.2f}, {kept.mean():.0%}"
    return "not reached"


def draw(path: Path, runs: dict[str, Scored]) -> None:
    """Draw the share of right entities over the score, a panel for each corpus.

    Args:
        path: The SVG to write.
        runs: The entities by corpus.
    """
    matplotlib.rcParams["svg.hashsalt"] = "unitrans"  # the same figure on every run
    matplotlib.rcParams["svg.fonttype"] = "none"
    columns = 3
    figure, panels = pyplot.subplots(
        -(-len(runs) // columns),
        columns,
        figsize=(7.2, 2.5 * -(-len(runs) // columns)),
        layout="constrained",
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    for axes in panels.flat[len(runs) :]:
        axes.axis("off")
    for axes, (name, scored) in zip(panels.flat, runs.items(), strict=False):
        axes.plot([0, 1], [0, 1], color="#999999", lw=1)
        for label, scores, style, color in (
            ("before", scored.before, "o--", "#b5651d"),
            ("after", scored.after, "s-", "#1f5fa8"),
        ):
            rows = bins(scores, scored.right)
            rows = rows[rows[:, 2] >= FEWEST]
            axes.plot(rows[:, 0], rows[:, 1], style, color=color, ms=4, lw=1.2, label=label)
        axes.set_title(name, fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0, 0].legend(frameon=False)
    figure.supxlabel("score of an entity")
    figure.supylabel("share that is right")
    figure.savefig(path, metadata={"Date": None})


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, and draw the figure.

    Args:
        arguments: The command line; None for the process' own.
    """
    parser = argparse.ArgumentParser(
        description=__doc__ or "", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path)
    parser.add_argument("results", type=Path, nargs="+", help="the results folders of runs")
    parser.add_argument("--figure", type=Path, help="an SVG of the curves")
    parser.add_argument("--precision", type=float, default=0.95, help="what is asked for")
    options = parser.parse_args(arguments)
    asked = options.precision
    with options.table.open(encoding="utf-8") as file:
        table = list(csv.DictReader(file, delimiter="\t"))
    runs = {
        f"{results.resolve().parent.name} {path.parts[-4]}": read_run(path, path.parts[-4], table)
        for results in options.results
        # Of several seeds, the last one stays.
        for path in students(results)
    }
    write = sys.stdout.write
    write(
        f"| corpus | entities | before | after | right where {asked} is asked for, share kept |\n"
    )
    write("| --- | --- | --- | --- | --- |\n")
    for name, scored in runs.items():
        errors = (calibration_error(own, scored.right) for own in (scored.before, scored.after))
        cells = " | ".join(f"{error:.3f}" for error in errors)
        write(f"| {name} | {len(scored.right):,} | {cells} | {at_precision(scored, asked)} |\n")
    if options.figure:
        draw(options.figure, runs)


if __name__ == "__main__":
    main()
