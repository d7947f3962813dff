"""How long the jobs of a run took, out of Snakemake's benchmark files."""

import csv
from collections.abc import Collection
from pathlib import Path


def stage_seconds(folder: Path, *, others: Collection[str]) -> dict[str, float]:
    """Add up the seconds of each stage.

    Args:
        folder: A folder for each rule, with a file for each job named after its wildcards.
        others: Languages whose jobs do not count.

    Returns:
        Seconds by rule; a stage that has not run here is left out.
    """
    seconds: dict[str, float] = {}
    for path in sorted(folder.glob("*/*.tsv")):
        if path.name.split(".")[0] in others:
            continue
        with path.open(encoding="utf-8", newline="") as handle:
            rows = [float(row["s"]) for row in csv.DictReader(handle, delimiter="\t")]
        seconds[path.parent.name] = seconds.get(path.parent.name, 0) + sum(rows)
    return seconds
