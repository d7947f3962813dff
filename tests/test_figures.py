"""Figures that documents quote are those that a command has written."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tables import CORPORA
from unitrans.evaluation import quality
from unitrans.evaluation.table import score_lines

PROJECT = Path(__file__).parents[1]
MEASURED = PROJECT / "docs" / "measured"
SUMMARIES = sorted(MEASURED.glob("*.summary.json"))
CORPORA_SUMMARIES = sorted((MEASURED / "corpora").glob("*.json"))


def read(name):
    return json.loads((MEASURED / name).read_text("utf-8"))


def test_the_readme_shows_the_scores_of_the_main_job():
    lines = score_lines(read("sample-es.f1.json")["models"])
    assert "\n".join(lines) in (PROJECT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("path", SUMMARIES, ids=lambda path: path.name)
def test_a_table_of_results_is_the_summary_of_a_run(path):
    table = subprocess.run(
        [sys.executable, PROJECT / "benchmarks" / "tables.py", path],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    texts = [(PROJECT / "docs" / name).read_text("utf-8") for name in ("results.md", "trials.md")]
    assert any(table in text for text in texts), table


@pytest.fixture(scope="module")
def earlier():
    """F1 on test splits by corpus, language, model and seed, of the trainings on a GPU."""
    with (MEASURED / "benchmark.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["split"] == "test"]
    return {
        tuple(row[key] for key in ("corpus", "language", "model", "seed")): float(row["f1"])
        for row in rows
        if row["device"] == "GPU"
    }


def test_the_results_show_the_corpora_as_they_were_measured():
    command = [sys.executable, PROJECT / "benchmarks" / "tables.py", *CORPORA_SUMMARIES]
    table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert table in (PROJECT / "docs" / "results.md").read_text("utf-8"), table


@pytest.mark.parametrize("path", CORPORA_SUMMARIES, ids=lambda path: path.name)
def test_the_readme_shows_the_corpora_as_they_were_measured(path):
    summary = json.loads(path.read_text("utf-8"))
    for language in summary["languages"]:
        rows = {row["model"]: row for row in summary["rows"] if row["language"] == language}
        models = ("source_teacher", "paper", "student", "oracle")
        values = [f"{rows[model]['f1']['mean']:.1f}" for model in models]
        values[2] = f"**{values[2]}**"
        row = f"| {CORPORA[path.stem, language]} | {' | '.join(values)} |"
        assert row in (PROJECT / "README.md").read_text("utf-8"), row


@pytest.mark.parametrize("corpus", [one for one in CORPORA if one[0] == "wikineural"])
def test_the_results_show_the_means_of_three_seeds(corpus, earlier):
    cells = []
    for model in (
        *("source_teacher", "translated_teacher", "tuned_teacher", "paper", "first_round"),
        *("without_rehearsal", "oracle"),
    ):
        seeds = [earlier[*corpus, model, seed] for seed in ("122", "649", "705")]
        cells.append(f"{np.mean(seeds):.1f} ± {np.std(seeds, ddof=1):.1f}")
    row = f"| {CORPORA[corpus]} | {' | '.join(cells)} |"
    assert row in (PROJECT / "docs" / "results.md").read_text("utf-8")


def test_the_estimate_s_numbers_are_those_of_the_table():
    command = [sys.executable, PROJECT / "benchmarks" / "quality.py", MEASURED / "quality.tsv"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^\w+: (\S+) (\S+) per", printed, re.M)
    expected = [(quality.F1_INTERCEPT, quality.F1_SLOPE), quality.INTERCEPT, quality.SLOPE]
    for pair, own in zip(found, expected, strict=True):
        assert [float(value) for value in pair] == pytest.approx(own, abs=0.0015)
    table = printed[printed.index("| corpus") : printed.index("\nmean absolute")]
    assert table in (PROJECT / "docs" / "quality.md").read_text("utf-8")


def test_every_file_is_told_about():
    told = set(re.findall(r"^\| `([^`]+)`", (MEASURED / "README.md").read_text("utf-8"), re.M))
    files = [path for ending in ("*sv", "json") for path in MEASURED.rglob(f"*.{ending}")]
    assert {path.relative_to(MEASURED).as_posix() for path in files} == told
