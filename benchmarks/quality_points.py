"""Write how good students are, and what can be seen of it without labels, as a table.

    python benchmarks/quality_points.py runs/conll/results runs/norne/results > quality.tsv

Reads finished runs with gold labels. A student has a row for the split that was predicted, and
one for the sentences of the pool that ``quality.json`` looks at, where the pool's own labels are
at hand (those of the oracle). A corpus is named after the folder of its run.
``benchmarks/quality.py`` fits lines to the rows.
"""

import argparse
import csv
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from unitrans.corpora.sentences import Sentence, read_sentences
from unitrans.corpora.tags import TagSet, entities, without_edge_quotes
from unitrans.distillation.lineage import TEACHERS
from unitrans.distillation.word_files import WordFile, read_some
from unitrans.evaluation.predictions import read_predictions
from unitrans.evaluation.quality import SENTENCES, agreement
from unitrans.taggers.calibration import log_odds
from unitrans.taggers.decoding import viterbi_tags
from unitrans.tagging.student import Student

COLUMNS = ("corpus", "language", "seed", "text", "agreement", "f1", "intercept", "slope")

Tags = Sequence[tuple[str, ...]]


class Found(NamedTuple):
    """What a student finds in sentences with gold labels.

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
    """Read what a student found in the split that was predicted.

    Args:
        path: Its predictions; those of its teachers lie beside them.

    Returns:
        The entities.
    """
    sentences = read_predictions(path)
    teachers = [
        [one.predicted for one in read_predictions(path.parent.parent / teacher / path.name)]
        for teacher in TEACHERS
    ]
    file = WordFile.read(path.with_suffix(".safetensors"), "probabilities")
    gold = [one.gold for one in sentences]
    own = [one.predicted for one in sentences]
    return _compared(gold, own, teachers, file.whole(), file.tag_set)


def read_pool(path: Path) -> Found | None:
    """Tag the sentences of the pool that ``quality.json`` looks at, and hold them against gold.

    Args:
        path: The student's predictions, which say where all else is.

    Returns:
        The entities; None without labels of the pool.
    """
    target = path.parents[2]
    if not (target / "corpus" / "oracle.jsonl").exists():
        return None
    labelled = read_sentences(target / "corpus" / "oracle.jsonl", labelled=True)
    gold = {sentence.tokens: sentence.tags or () for sentence in labelled}
    files = [target / "soft_labels" / name / f"{path.stem}.safetensors" for name in TEACHERS]
    pool = target / "corpus" / "unlabelled.jsonl"
    sentences, values, tag_set = read_some(pool, files, most=SENTENCES)
    probabilities = Student.load(target / "student" / path.stem).probabilities(sentences)[0]
    own, *teachers = (_decoded(sentences, array, tag_set) for array in (probabilities, *values))
    return _compared([gold[one.tokens] for one in sentences], own, teachers, probabilities, tag_set)


def _decoded(sentences: Sequence[Sentence], values: np.ndarray, tag_set: TagSet) -> Tags:
    """The tags of sentences, as the tagger gives them."""
    offsets = np.cumsum([0, *(len(sentence.tokens) for sentence in sentences)])
    rows = viterbi_tags(values, offsets, tag_set)
    return [
        without_edge_quotes(sentence.tokens, row)
        for sentence, row in zip(sentences, rows, strict=True)
    ]


def _compared(
    gold: Tags, own: Tags, teachers: Iterable[Tags], values: np.ndarray, tag_set: TagSet
) -> Found:
    """What a student finds beside what is there, and beside its teachers."""
    beliefs, right = [], []
    offset = 0
    for tags, expected in zip(own, gold, strict=True):
        known = set(entities(expected))
        for entity in entities(tags):
            places = [tag_set.index[tag] for tag in tags[entity.start : entity.end]]
            words = values[np.arange(entity.start, entity.end) + offset, places]
            beliefs.append(math.prod(words.tolist()))
            right.append(entity in known)
        offset += len(tags)
    agreements = [agreement(tags, own) for tags in teachers]
    return Found(
        float(np.mean(agreements)), agreement(gold, own), np.array(beliefs), np.array(right)
    )


def calibration(found: Found) -> tuple[float, float]:
    """Fit the line that corrects a student's scores on these sentences.

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
            name = (results.resolve().parent.name, path.parts[-4], path.stem.removeprefix("seed"))
            for text, found in ((options.text, read_student(path)), ("pool", read_pool(path))):
                if found is not None:
                    percents = [f"{100 * value:.2f}" for value in (found.agreement, found.f1)]
                    line = [f"{number:.4f}" for number in calibration(found)]
                    writer.writerow([*name, text, *percents, *line])


if __name__ == "__main__":
    main()
