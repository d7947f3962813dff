"""Write how good students are, and what can be seen of it without labels, as a table.

    python benchmarks/quality_points.py runs/conll/results runs/norne/results > quality.tsv

Reads finished runs with gold labels: the predictions of each student and of its three teachers.
A corpus is named after the folder of its run. ``benchmarks/quality.py`` fits lines to the rows.
"""

import argparse
import csv
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from unitrans.corpora.tags import entities
from unitrans.distillation.lineage import TEACHERS
from unitrans.distillation.word_files import WordFile
from unitrans.evaluation.predictions import read_predictions
from unitrans.evaluation.quality import agreement
from unitrans.taggers.calibration import log_odds

COLUMNS = ("corpus", "language", "seed", "text", "agreement", "f1", "intercept", "slope")


class Found(NamedTuple):
    """What a student finds in a split with gold labels.

    Attributes:
        agreement: The mean F1 of its teachers held against it, as a fraction.
        f1: Its own F1, as a fraction.
        beliefs: Of the N entities, the product of the words' probabilities (N,).
        right: Whether each is right (N,).
    """

    agreement: float
    f1: float
    beliefs: np.ndarray
    right: np.ndarray


def students(results: Path) -> Iterator[Path]:
    """Find the predictions of all students of a run.

    Args:
        results: The folder of its results.

    Yields:
        Their paths, by target and seed.
    """
    yield from sorted(results.glob("*/predictions/student/seed*.conll"))


def read_student(path: Path) -> Found:
    """Read what a student found.

    Args:
        path: Its predictions; those of its teachers lie beside them.

    Returns:
        The entities.
    """
    sentences = read_predictions(path)
    own = [one.predicted for one in sentences]
    agreements = [
        agreement([one.predicted for one in read_predictions(folder / path.name)], own)
        for folder in (path.parent.parent / teacher for teacher in TEACHERS)
    ]
    file = WordFile.read(path.with_suffix(".safetensors"), "probabilities")
    values = file.whole()
    beliefs, right = [], []
    for sentence, offset in zip(sentences, file.offsets, strict=False):
        gold = set(entities(sentence.gold))
        for entity in entities(sentence.predicted):
            tags = sentence.predicted[entity.start : entity.end]
            places = [file.tag_set.index[tag] for tag in tags]
            words = values[np.arange(entity.start, entity.end) + offset, places]
            beliefs.append(math.prod(words.tolist()))
            right.append(entity in gold)
    f1 = agreement([one.gold for one in sentences], own)
    return Found(float(np.mean(agreements)), f1, np.array(beliefs), np.array(right))


def calibration(found: Found) -> tuple[float, float]:
    """Fit the line that corrects a student's scores on this split.

    Args:
        found: Its entities.

    Returns:
        Intercept and slope, in log odds.

    Source: Platt 1999.
    """
    beliefs = np.array([[log_odds(belief)] for belief in found.beliefs.tolist()])
    fitted = LogisticRegression(C=math.inf).fit(beliefs, found.right)
    return float(fitted.intercept_[0]), float(fitted.coef_[0, 0])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table.

    Args:
        arguments: The command line; None for the process' own.
    """
    parser = argparse.ArgumentParser(
        description=__doc__ or "", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("results", type=Path, nargs="+", help="the results folders of runs")
    parser.add_argument("--text", default="test", help="the split that was predicted")
    options = parser.parse_args(arguments)
    writer = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for results in options.results:
        for path in students(results):
            found = read_student(path)
            intercept, slope = calibration(found)
            writer.writerow(
                [
                    results.resolve().parent.name,
                    path.parts[-4],
                    path.stem.removeprefix("seed"),
                    options.text,
                    f"{100 * found.agreement:.2f}",
                    f"{100 * found.f1:.2f}",
                    f"{intercept:.4f}",
                    f"{slope:.4f}",
                ]
            )


if __name__ == "__main__":
    main()
