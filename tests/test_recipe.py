"""The benchmark of the recipe: what it makes of gains, and what a candidate costs."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def recipe():
    spec = importlib.util.spec_from_file_location("recipe", PROJECT / "benchmarks" / "recipe.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("gains", "cost", "kept"),
    [
        ({"a": [1.0, 1.2], "b": [0.8, 1.0], "c": [1.1, 0.9]}, 1.0, True),
        ({"a": [3.0, 3.0], "b": [2.0, 2.0], "c": [-0.6, -0.6]}, 1.0, False),  # one loses much
        ({"a": [1.0, 1.0], "b": [-0.4, -0.4], "c": [-0.3, -0.3]}, 1.0, False),  # may be chance
        ({"a": [0.1, -0.1], "b": [0.0, 0.1], "c": [-0.1, 0.0]}, 0.5, True),  # cheaper, no loss
        ({"a": [0.1, -0.1], "b": [0.0, 0.1], "c": [-0.1, 0.0]}, 1.0, False),
    ],
)
def test_what_is_kept(recipe, gains, cost, kept):
    verdict = recipe.judge(gains, cost)
    assert verdict.is_kept is kept
    assert verdict.low <= verdict.mean <= verdict.high
    assert verdict.least == min(sum(own) / 2 for own in gains.values())


def test_the_interval_is_wider_where_corpora_differ(recipe):
    alike = recipe.judge({name: [1.0, 1.0] for name in "abc"}, 1.0)
    apart = recipe.judge({"a": [0.0, 0.0], "b": [1.0, 1.0], "c": [2.0, 2.0]}, 1.0)
    assert (alike.low, alike.high) == (1.0, 1.0)
    assert apart.high - apart.low > 1


def test_a_candidate_costs_what_it_learns_from_too(recipe):
    variants = {
        "second": {"start": "first", "soft_labels": ["first", "tuned_teacher"]},
        "first": {"start": "tuned_teacher"},
        "after_the_default": {"start": "first_round", "voters": ["first_round"]},
    }
    assert recipe.helpers(variants, "second") == {"second", "first"}
    assert recipe.helpers(variants, "after_the_default") == {"after_the_default", "first_round"}
    assert recipe.helpers(variants, "paper") == {"paper"}


def test_the_table_has_a_row_for_each_candidate(recipe, monkeypatch, tmp_path, capsys):
    """Snakemake's part is played by files of the form that it leaves."""

    def snakemake(command, **_):
        folder = Path(command[command.index("--directory") + 1])
        wanted = yaml.safe_load(Path(command[-1]).read_text("utf-8"))
        values = {"student": 80.0, "first_round": 79.0, "paper": 75.0, "better": 82.0}
        if wanted.get("student"):
            values = {"student": 79.5}
        names = ["student", *wanted.get("summary", {}).get("variants", [])]
        rows = [
            {"language": "nb", "model": name, "f1": {"by_seed": {"1": values[name]}}}
            for name in names
        ]
        (folder / "results").mkdir(parents=True, exist_ok=True)
        (folder / "results" / "summary.json").write_text(
            json.dumps({"languages": ["nb"], "rows": rows})
        )
        for path, cost in (
            ("train_student/nb.1.tsv", 10),
            ("train_variant/nb.first_round.1.tsv", 10),
            ("train_variant/nb.paper.1.tsv", 30),
            ("train_variant/nb.better.1.tsv", 5),
        ):
            (folder / "benchmarks" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "benchmarks" / path).write_text(f"s\tcpu_time\n1\t{cost}\n")

    monkeypatch.setattr(recipe.subprocess, "run", snakemake)
    (tmp_path / "candidates.yaml").write_text(
        "variants: {better: {start: tuned_teacher}}\ncandidates: [better]\n"
        "settings: {no_sharing: {student: {type_sharing: 0.0}}}\n"
    )
    arguments = ["recipe.py", str(tmp_path / "candidates.yaml"), "--corpora", "norne"]
    monkeypatch.setattr(sys, "argv", [*arguments, "--runs", str(tmp_path / "runs")])
    recipe.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[2:] == [
        "| first_round | -1.00 | -1.00 to -1.00 | norne nb -1.00 | 0.50 | no |",
        "| paper | -5.00 | -5.00 to -5.00 | norne nb -5.00 | 1.50 | no |",
        "| better | +2.00 | +2.00 to +2.00 | norne nb +2.00 | 0.25 | yes |",
        "| no_sharing | -0.50 | -0.50 to -0.50 | norne nb -0.50 | 1.00 | no |",
    ]
