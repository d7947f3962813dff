"""Figures that documents quote are those that a command has written."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from unitrans.evaluation.table import score_lines

PROJECT = Path(__file__).parents[1]
MEASURED = PROJECT / "docs" / "measured"
SUMMARIES = sorted(MEASURED.glob("*.summary.json"))


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
    assert table in (PROJECT / "docs" / "results.md").read_text("utf-8"), table


ROWS = {
    "MasakhaNER 2.0, Swahili": ("swahili-hausa-chinese", "sw"),
    "MasakhaNER 2.0, Hausa": ("swahili-hausa-chinese", "ha"),
    "Universal NER, Chinese": ("swahili-hausa-chinese", "zh"),
}


@pytest.mark.parametrize("corpus", ROWS)
def test_the_readme_shows_what_was_measured(corpus):
    name, language = ROWS[corpus]
    means = {
        row["model"]: row["f1"]["mean"]
        for row in read(f"{name}.summary.json")["rows"]
        if row["language"] == language
    }
    row = f"| {corpus} | {means['source_teacher']:.1f} | **{means['student']:.1f}** |"
    assert row in (PROJECT / "README.md").read_text("utf-8")


def test_every_file_is_told_about():
    told = set(re.findall(r"^\| `([^`]+)`", (MEASURED / "README.md").read_text("utf-8"), re.M))
    assert {path.name for path in MEASURED.glob("*.json")} == told
