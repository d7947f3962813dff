"""How good the taggers of a language are: everything that stands in ``f1.json``."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from unitrans.corpora.tags import entities
from unitrans.evaluation.bootstrap import BootstrapSettings
from unitrans.evaluation.comparison import (
    compare_models,
    percent,
    sample_models,
    type_intervals,
)
from unitrans.evaluation.predictions import Predictions, Runs, TaggedSentence, read_runs
from unitrans.evaluation.table import REFERENCE, headline, score_lines
from unitrans.jobs.log import LOGGER, progress
from unitrans.jobs.provenance import versions

UNIT = "percent; differences in percentage points"
MEASURES = {"precision": "precision", "recall": "recall", "f1": "f1-score"}  # ours: seqeval's


def score_language(
    predictions: Predictions,
    *,
    language: str,
    split: str,
    corpora: Mapping[str, Mapping[str, Any]],
    votes: Mapping[int, Mapping[str, Any]],
    digest: str,
    bootstrap: BootstrapSettings | None = None,
) -> dict[str, Any]:
    """Score every model of a language on one corpus.

    Args:
        predictions: For each model, in the order of the result, a prediction file a seed.
        language: ISO 639-1 code.
        split: The corpus that was tagged.
        corpora: Sizes of the corpora by name.
        votes: What ``vote_stats`` says, by seed.
        digest: Digest of the configuration.
        bootstrap: How the intervals are made; None for the default.

    Returns:
        The content of ``f1.json``.

    Raises:
        InputError: A prediction file is malformed, or of other sentences than the first.
    """
    bootstrap = bootstrap or BootstrapSettings()
    runs = read_runs(predictions)
    models = score_models(runs)
    samples = sample_models(runs, bootstrap)
    for model, comparison in compare_models(samples, [REFERENCE], level=bootstrap.level).items():
        models[model] |= comparison
    kinds = list(next(iter(models.values()))["types"])
    for model, intervals in type_intervals(runs, kinds, bootstrap).items():
        for kind, ends in intervals.items():
            models[model]["types"][kind]["interval"] = ends
    first = next(iter(next(iter(runs.values())).values()))
    for line in score_lines(models):
        LOGGER.info(line)
    LOGGER.info(headline(models))
    return {
        "language": language,
        "split": split,
        "sentences": len(first),
        "tokens": sum(len(sentence.tokens) for sentence in first),
        "seeds": list(next(iter(runs.values()))),
        "unit": UNIT,
        "models": models,
        "bootstrap": {
            "resamples": bootstrap.resamples,
            "level": bootstrap.level,
            "seed": bootstrap.seed,
            "over": "sentences",
        },
        "corpora": {name: dict(sizes) for name, sizes in corpora.items()},
        "votes": {str(seed): dict(stats) for seed, stats in votes.items()},
        "versions": versions(),
        "configuration": digest,
    }


def score_models(runs: Runs) -> dict[str, dict[str, Any]]:
    """Compute precision, recall and F1 of every model, in all and per type.

    Args:
        runs: The tagged sentences by model and seed.

    Returns:
        By model: the measures as conlleval counts them, the types, and both again under
        ``strict``, where an entity that I- opens counts for nothing.
    """
    every = [run for seeds in runs.values() for run in seeds.values()]
    types = sorted(
        {
            entity.type
            for run in every
            for sentence in run
            for entity in (*entities(sentence.gold), *entities(sentence.predicted))
        }
    )
    pairs = [(model, seed) for model, seeds in runs.items() for seed in seeds]
    reports: dict[str, dict[bool, dict[int, dict]]] = {m: {False: {}, True: {}} for m in runs}
    for model, seed in progress(pairs, total=len(pairs), unit="prediction files"):
        for strict in (False, True):
            reports[model][strict][seed] = seqeval_report(runs[model][seed], strict=strict)
    return {
        model: {**_measures(kinds[False], types), "strict": _measures(kinds[True], types)}
        for model, kinds in reports.items()
    }


def seqeval_report(sentences: Sequence[TaggedSentence], *, strict: bool) -> dict[str, dict]:
    """Let seqeval score one run.

    Args:
        sentences: The run.
        strict: Whether an entity must open with B-; otherwise conlleval's counting.

    Returns:
        Its classification report: measures as fractions, by type and as ``micro avg``.
    """
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    gold = [list(sentence.gold) for sentence in sentences]
    predicted = [list(sentence.predicted) for sentence in sentences]
    options = {"mode": "strict", "scheme": IOB2} if strict else {}
    with warnings.catch_warnings():
        # The report also averages over types, of which there may be none.
        warnings.simplefilter("ignore", RuntimeWarning)
        return classification_report(gold, predicted, output_dict=True, zero_division=0, **options)


def _measures(reports: Mapping[int, Mapping[str, Mapping]], types: Sequence[str]) -> dict:
    def row(name: str) -> dict[str, Any]:
        found = {seed: report.get(name, {}) for seed, report in reports.items()}
        measures: dict[str, Any] = {
            ours: over_seeds({seed: float(entry.get(theirs, 0)) for seed, entry in found.items()})
            for ours, theirs in MEASURES.items()
        }
        return measures | {"support": max(int(entry.get("support", 0)) for entry in found.values())}

    return row("micro avg") | {"types": {kind: row(kind) for kind in types}}


def over_seeds(fractions: Mapping[int, float]) -> dict[str, Any]:
    """Sum a measure up over seeds.

    Args:
        fractions: The measure by seed.

    Returns:
        Mean, sample standard deviation (None for one seed) and values by seed, in percent.
    """
    values = list(fractions.values())
    return {
        "mean": percent(np.mean(values)),
        "deviation": percent(np.std(values, ddof=1)) if len(values) > 1 else None,
        "by_seed": {str(seed): percent(value) for seed, value in fractions.items()},
    }
