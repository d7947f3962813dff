"""All languages and models in one table: ``summary.json`` and ``summary.csv``."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from unitrans.evaluation.bootstrap import BootstrapSettings
from unitrans.evaluation.comparison import (
    Sample,
    average_languages,
    close_distance,
    compare_models,
    correct_p,
    sample_models,
)
from unitrans.evaluation.predictions import Predictions, read_runs
from unitrans.evaluation.scoring import UNIT, over_seeds
from unitrans.evaluation.table import REFERENCE
from unitrans.jobs.artifacts import replacing
from unitrans.jobs.log import LOGGER

AVERAGE = "average"  # stands for a language where a row is the mean over all of them
REFERENCES = (REFERENCE, "paper")


def summarise(
    predictions: Mapping[str, Predictions], *, split: str, bootstrap: BootstrapSettings
) -> dict[str, Any]:
    """Score every model on every language, and test the differences.

    Args:
        predictions: By language, for each model a prediction file a seed.
        split: The corpora that were tagged.
        bootstrap: How the intervals are made.

    Returns:
        The content of ``summary.json``.

    Raises:
        InputError: A prediction file is malformed, or of other sentences than the first of
            its language.
    """
    samples: dict[str, dict[str, Sample]] = {}
    for language, files in predictions.items():
        LOGGER.info("%s: %d models", language, len(files))
        samples[language] = sample_models(read_runs(files), bootstrap)
    seeds = list(next(iter(next(iter(predictions.values())).values())))
    rows = [
        row
        for language, models in samples.items()
        for row in _rows(language, models, seeds, bootstrap.level)
    ]
    averages = _rows(AVERAGE, average_languages(samples, bootstrap), seeds, bootstrap.level)
    for table in (rows, averages):
        for reference in REFERENCES:
            correct_p(table, reference)
    return {
        "split": split,
        "languages": list(samples),
        "seeds": seeds,
        "unit": UNIT,
        "bootstrap": {
            "resamples": bootstrap.resamples,
            "level": bootstrap.level,
            "seed": bootstrap.seed,
            "over": "sentences",
        },
        "correction": "Benjamini-Hochberg, over all rows with the same reference",
        "rows": rows + averages if len(samples) > 1 else rows,
    }


def _rows(
    language: str, samples: Mapping[str, Sample], seeds: Sequence[int], level: float
) -> list[dict[str, Any]]:
    """The rows of one language, models in the order given."""
    comparisons = compare_models(samples, REFERENCES, level=level)
    closed = close_distance(samples, level=level)
    return [
        {
            "language": language,
            "model": model,
            "f1": over_seeds(dict(zip(seeds, sample.by_seed, strict=True))),
            **comparisons[model],
            **({"closed": closed[model]} if model in closed else {}),
        }
        for model, sample in samples.items()
    ]


def write_table(path: str | Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the rows as comma-separated values; what a row lacks is empty.

    Args:
        path: The file to write, whole or not at all.
        rows: Those of ``summarise``.
    """
    flat = [_flatten(row) for row in rows]
    columns = list(dict.fromkeys(column for row in flat for column in row))
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(flat)


def _flatten(row: Mapping[str, Any]) -> dict[str, Any]:
    """One level of keys: f1, f1_deviation, low, high, minus_paper, minus_paper_low, ..."""
    flat: dict[str, Any] = {"language": row["language"], "model": row["model"]}
    flat |= {"f1": row["f1"]["mean"], "f1_deviation": row["f1"]["deviation"]}
    flat["f1_low"], flat["f1_high"] = row["interval"]
    for name in (*(f"minus_{reference}" for reference in REFERENCES), "closed"):
        if name in row:
            low, high = row[name]["interval"] or (None, None)
            flat |= {name: row[name]["mean"], f"{name}_low": low, f"{name}_high": high}
            flat |= {
                f"{name}_{key}": row[name][key] for key in ("p", "p_adjusted") if key in row[name]
            }
    return flat
