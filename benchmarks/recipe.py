"""Judge other settings by what they gain over the default, on the dev splits of ten corpora.

    python benchmarks/recipe.py candidates.yaml --cores 2

The file names the candidates, of two kinds:

    variants:                  # students on the default's own teachers, as config.yaml has them
      tuned_only: {start: tuned_teacher, soft_labels: [tuned_teacher], voters: [tuned_teacher]}
    candidates: [tuned_only]   # those to judge; the other variants are what these learn from
    settings:                  # or whole runs, with other translations or teachers
      no_sharing: {student: {type_sharing: 0.0}}

A candidate is worth keeping if its mean gain is above zero with its whole interval, or if it is
cheaper and loses nothing, and if no corpus loses more than half a point. Intervals are drawn
over corpora, and over the seeds within each. What is made stays below --runs: stopped, the
command goes on where it was, and the next candidates find the teachers there.
"""

import argparse
import csv
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

PROJECT = Path(__file__).parents[1]
CORPORA = {
    "conll": ["es", "nl", "de"],
    "norne": ["nb"],
    "wikineural": ["es", "de", "nl"],
    "masakhaner": ["sw", "ha"],
    "uner": ["zh"],
}
DEFAULT = "default"
STUDENT = "student"
FIRST_ROUND = "first_round"
RESAMPLES = 10_000
LEVEL = 0.95
MOST_LOST = 0.5  # F1 that a single corpus may lose
TIED = 0.05  # F1 that counts as no loss


class Verdict(NamedTuple):
    """What a candidate came to.

    Attributes:
        mean: Its mean gain over corpora and seeds, in F1.
        low: Lower end of the interval.
        high: Upper end of the interval.
        worst: The corpus that gains least.
        least: What that one gains.
        cost: Its processor time as a multiple of the default's.
    """

    mean: float
    low: float
    high: float
    worst: str
    least: float
    cost: float

    @property
    def is_kept(self) -> bool:
        """Whether it should become the default."""
        pays = self.low > 0 or (self.cost < 1 and self.mean > -TIED)
        return pays and self.least >= -MOST_LOST


def judge(gains: Mapping[str, Sequence[float]], cost: float, *, seed: int = 1) -> Verdict:
    """Sum a candidate's gains up.

    Args:
        gains: For each corpus the gain with each seed, in F1.
        cost: Its processor time as a multiple of the default's.
        seed: Seeds the draws.

    Returns:
        Mean and interval over corpora, and the corpus that gains least.
    """
    names = list(gains)
    means = {name: float(np.mean(gains[name])) for name in names}
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(RESAMPLES):
        corpora = random.integers(len(names), size=len(names))
        drawn.append(
            np.mean(
                [
                    np.mean(random.choice(gains[names[one]], size=len(gains[names[one]])))
                    for one in corpora
                ]
            )
        )
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    worst = min(names, key=lambda name: means[name])
    return Verdict(
        float(np.mean([*means.values()])), float(low), float(high), worst, means[worst], cost
    )


def run(
    folder: Path, overlay: Mapping[str, Any], corpora: Iterable[str], *, cores: int
) -> dict[str, dict[str, list[float]]]:
    """Make the summaries of one run over all corpora, as far as they are not there.

    Args:
        folder: Where the run lies; a folder below it for each configuration.
        overlay: What differs from the configurations.
        corpora: Names of configurations in config/.
        cores: For Snakemake.

    Returns:
        F1 by corpus and model, a number for each seed.
    """
    found: dict[str, dict[str, list[float]]] = {}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "overlay.yaml"
    path.write_text(yaml.safe_dump(dict(overlay)), encoding="utf-8")
    for name in corpora:
        command = [sys.executable, "-m", "snakemake", "results/summary.json"]
        command += ["--cores", str(cores), "--directory", str(folder / name), "--configfile"]
        command += [f"config/{name}.yaml", str(path.absolute())]
        subprocess.run(command, cwd=PROJECT, check=True)
        summary = json.loads((folder / name / "results" / "summary.json").read_text("utf-8"))
        for row in summary["rows"]:
            if row["language"] in summary["languages"]:
                own = found.setdefault(f"{name} {row['language']}", {})
                own[row["model"]] = [*row["f1"]["by_seed"].values()]
    return found


def seconds(folder: Path, model: str) -> float:
    """Add up what the trainings of a model took.

    Args:
        folder: The run.
        model: The student, or a variant.

    Returns:
        Seconds of processor time, over all corpora and seeds.
    """
    pattern = "train_student/*.tsv" if model == STUDENT else f"train_variant/*.{model}.*.tsv"
    total = 0.0
    for path in folder.glob(f"*/benchmarks/{pattern}"):
        with path.open(encoding="utf-8") as file:
            total += sum(float(row["cpu_time"]) for row in csv.DictReader(file, delimiter="\t"))
    return total


def helpers(variants: Mapping[str, Mapping[str, Any]], name: str) -> set[str]:
    """Find the variants that must be trained for one.

    Args:
        variants: All variants of the candidates' file.
        name: One of them.

    Returns:
        Their names, its own among them.
    """
    found = {name}
    values = variants.get(name, {})
    for parent in (values.get("start"), *values.get("soft_labels", []), *values.get("voters", [])):
        if parent in (*variants, FIRST_ROUND) and parent not in found:
            found |= helpers(variants, parent) if parent in variants else {parent}
    return found


def main() -> None:
    """Run what is missing and print the table."""
    text = __doc__ or ""
    parser = argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("candidates", type=Path, help="YAML with variants, candidates, settings")
    parser.add_argument("--runs", type=Path, default=PROJECT / "runs" / "recipe")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[122])
    parser.add_argument("--corpora", nargs="+", default=[*CORPORA], choices=[*CORPORA])
    arguments = parser.parse_args()
    given = yaml.safe_load(arguments.candidates.read_text("utf-8")) or {}
    variants, names = given.get("variants", {}), list(given.get("candidates", []))
    shared = {"seeds": arguments.seeds, "evaluation": {"split": "dev"}}
    compared = [FIRST_ROUND, "paper", *names]
    overlay = shared | {"variants": variants, "summary": {"variants": compared}}
    home = arguments.runs / DEFAULT
    scores = run(home, overlay, arguments.corpora, cores=arguments.cores)
    base = seconds(home, STUDENT) + seconds(home, FIRST_ROUND)
    rows: dict[str, tuple[dict[str, list[float]], float]] = {}
    for name in compared:
        cost = sum(seconds(home, one) for one in helpers(variants, name))
        rows[name] = {corpus: own[name] for corpus, own in scores.items()}, cost
    for name, settings in given.get("settings", {}).items():
        folder = arguments.runs / name
        found = run(folder, settings | shared, arguments.corpora, cores=arguments.cores)
        cost = seconds(folder, STUDENT) + seconds(folder, FIRST_ROUND)
        rows[name] = {corpus: own[STUDENT] for corpus, own in found.items()}, cost
    sys.stdout.write("| candidate | gain | interval | worst corpus | cost | keep |\n")
    sys.stdout.write("| --- | --- | --- | --- | --- | --- |\n")
    for name, (f1, cost) in rows.items():
        gains = {
            corpus: [
                one - other for one, other in zip(values, scores[corpus][STUDENT], strict=True)
            ]
            for corpus, values in f1.items()
        }
        found_verdict = judge(gains, cost / base if base else 1.0)
        sys.stdout.write(
            f"| {name} | {found_verdict.mean:+.2f} | {found_verdict.low:+.2f} to "
            f"{found_verdict.high:+.2f} | {found_verdict.worst} {found_verdict.least:+.2f} | "
            f"{found_verdict.cost:.2f} | {'yes' if found_verdict.is_kept else 'no'} |\n"
        )


if __name__ == "__main__":
    main()
