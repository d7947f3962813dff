"""Fit what agreement tells of F1 and of scores, and judge it on languages left out.

    python benchmarks/quality.py docs/measured/quality.tsv

The table has a row for each student and text with gold labels, a split or the pool (``text``): the
mean F1 of its three teachers held against the student there (``agreement``), its own ``f1``, and
the ``intercept`` and ``slope`` of the calibration that fits its scores. ``quality_points.py``
writes such rows. Printed are the numbers of ``evaluation/quality.py``, and how far F1 is from the
estimate where no row of the language took part in the fit.
"""

import argparse
import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import pyplot

from unitrans.evaluation.quality import SEEN

POOL = "pool"  # the text of rows on sentences that the student learned from
LEVEL = 0.9
NORMAL_QUANTILE = 1.645


def log_odds(percent: np.ndarray) -> np.ndarray:
    """Stretch percents to all numbers.

    Args:
        percent: Between 0 and 100 (N,).

    Returns:
        The logarithms of their odds (N,).
    """
    return np.log(percent / (100 - percent))


def percent(odds: np.ndarray) -> np.ndarray:
    """The way back.

    Args:
        odds: Logarithms of odds (N,).

    Returns:
        Percents (N,).
    """
    return 100 / (1 + np.exp(-odds))


def seen_through(rows: Sequence[Mapping[str, str]]) -> np.ndarray:
    """What the agreement of a student with its teachers is on text that it has not seen.

    Args:
        rows: Of the table.

    Returns:
        In log odds (N,); on the pool, which the student has learned from, it is lower than it
        looks there.
    """
    on_pool = np.array([row["text"] == POOL for row in rows])
    return log_odds(np.array([float(row["agreement"]) for row in rows])) - SEEN * on_pool


def line(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Fit lines by weighted least squares.

    Args:
        x: (N,).
        y: What is fitted, one line a column (N, K).
        weights: Of the rows (N,).

    Returns:
        Where each line is at 0, and how steep it is (2, K).
    """
    design = np.stack([np.ones_like(x), x], axis=1)
    weighted = design * weights[:, None]
    return np.linalg.solve(design.T @ weighted, weighted.T @ y)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the numbers and the table.

    Args:
        arguments: The command line; None for the process' own.
    """
    text = __doc__ or ""
    parser = argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path)
    parser.add_argument("--figure", type=Path, help="an SVG of F1 over the estimates")
    options = parser.parse_args(arguments)
    with options.table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    languages = np.array([row["language"] for row in rows])
    corpora = np.array([f"{row['corpus']} {row['language']}" for row in rows])
    texts = np.array(
        [f"{corpus}, {row['text']}" for corpus, row in zip(corpora, rows, strict=True)]
    )
    # Every corpus counts the same, however many seeds and splits it has.
    weights = np.array([1 / (corpora == corpus).sum() for corpus in corpora])
    agreement, f1, intercept, slope = (
        np.array([float(row[key]) for row in rows])
        for key in ("agreement", "f1", "intercept", "slope")
    )
    x = seen_through(rows)
    y = np.stack([log_odds(f1), intercept, slope], axis=1)
    fitted = line(x, y, weights)
    estimate = np.zeros(len(rows))
    for language in sorted(set(languages)):
        out = languages == language
        start, steepness = line(x[~out], y[~out, :1], weights[~out])[:, 0]
        estimate[out] = start + steepness * x[out]
    deviation = float(np.sqrt(np.average((y[:, 0] - estimate) ** 2, weights=weights)))
    write = sys.stdout.write
    for name, values in zip(("F1", "INTERCEPT", "SLOPE"), fitted.T, strict=True):
        write(f"{name}: {values[0]:.3f} {values[1]:+.3f} per log odds of agreement\n")
    write(f"deviation of F1 from the estimate, languages left out: {deviation:.2f} log odds\n\n")
    write("| corpus and text | agreement | F1 | estimate without the language | error |\n")
    write("| --- | --- | --- | --- | --- |\n")
    errors = np.abs(percent(estimate) - f1)
    for text in sorted(set(texts)):
        own = texts == text
        means = [values[own].mean() for values in (agreement, f1, percent(estimate), errors)]
        write(f"| {text} | " + " | ".join(f"{mean:.1f}" for mean in means) + " |\n")
    inside = np.abs(y[:, 0] - estimate) <= NORMAL_QUANTILE * deviation
    write(f"\nmean absolute error {np.average(errors, weights=weights):.1f} F1; ")
    write(f"in the {LEVEL:.0%} interval: {np.average(inside, weights=weights):.0%}\n")
    pools = weights * (np.array([row["text"] for row in rows]) == POOL)
    write(f"on pools alone {np.average(errors, weights=pools):.1f} F1; ")
    write(f"in the interval: {np.average(inside, weights=pools):.0%}\n")
    if options.figure:
        draw(options.figure, estimate, y[:, 0], languages, NORMAL_QUANTILE * deviation)


def draw(
    path: Path, estimate: np.ndarray, truth: np.ndarray, languages: np.ndarray, spread: float
) -> None:
    """Draw F1 over what was estimated without the language.

    Args:
        path: The SVG to write.
        estimate: Logarithms of odds (N,).
        truth: The same of F1 (N,).
        languages: ISO 639-1 codes (N,).
        spread: Half of the interval, in log odds.
    """
    matplotlib.rcParams["svg.hashsalt"] = "unitrans"  # the same figure on every run
    matplotlib.rcParams["svg.fonttype"] = "none"
    figure, axes = pyplot.subplots(figsize=(5.2, 4.6), layout="constrained")
    odds = np.linspace(-1, 3, 100)
    axes.fill_between(
        percent(odds), percent(odds - spread), percent(odds + spread), color="#e6e6e6", lw=0
    )
    axes.plot(percent(odds), percent(odds), color="#777777", lw=1)
    for language, mark in zip(sorted(set(languages)), "osD^vPX", strict=True):
        own = languages == language
        axes.scatter(
            percent(estimate[own]),
            percent(truth[own]),
            marker=mark,
            s=28,
            label=language,
            alpha=0.8,
        )
    axes.set(
        xlabel="F1 as estimated without labels of the language",
        ylabel="F1 measured",
        xlim=(30, 95),
        ylim=(30, 95),
    )
    axes.legend(frameon=False, ncols=2)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
