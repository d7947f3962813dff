import json
from types import SimpleNamespace

import pytest

from unitrans.report.closing import closing_lines

ROW = {"precision": {"mean": 80.0}, "recall": {"mean": 90.0}, "interval": [70.0, 90.0]}


def run_of(*languages):
    return SimpleNamespace(targets=languages, seeds=[1], prefix="")


@pytest.fixture
def finished(tmp_path, monkeypatch):
    """A run's folder with a tagger of Spanish, which has scores, and of Russian, which has none."""
    run = tmp_path / "runs" / "mine"
    for language in ("es", "ru"):
        (run / "results" / language / "student" / "seed1").mkdir(parents=True)
        (run / "results" / language / "student" / "seed1" / "model.safetensors").touch()
    quality = {"f1": {"estimate": 71.6, "interval": [60.2, 80.1]}, "verdict": "fair"}
    (run / "results/ru/student/seed1/quality.json").write_text(json.dumps(quality))
    models = {"student": ROW | {"f1": {"mean": 84.7, "deviation": None}}}
    (run / "results" / "es" / "f1.json").write_text(json.dumps({"models": models}))
    (run / "results" / "ru" / "questions.html").touch()
    monkeypatch.setenv("PWD", str(tmp_path))  # where the shell is
    monkeypatch.chdir(run)  # where Snakemake is
    return run


def test_a_run_ends_with_scores_tagger_and_command(finished):
    lines = closing_lines([], run_of("es", "ru", "de"), seconds=3725)
    text = "\n".join(lines)
    assert "Done in 1 h 02 min: runs/mine/results" in text
    assert "student  80.00  90.00  84.70      -  70.00 to 90.00" in text
    assert "  unitrans-tag runs/mine/results/es/student/seed1 TEXT.txt" in text
    assert "ru: F1 is probably 72, 60 to 80 (estimated, since there are no gold" in text
    assert "say what some names are: runs/mine/results/ru/questions.html" in text
    assert "results/es/questions.html" not in text  # nobody has asked for them
    assert "/de/" not in text


def test_only_what_was_asked_for_is_told(finished):
    lines = closing_lines(["results/es/f1.json", "no_file"], run_of("es", "ru"), seconds=5)
    assert lines[1] == "Done in 5 s: runs/mine/results/es/f1.json"
    assert not any("/ru/" in line for line in lines)


def test_a_run_elsewhere_has_absolute_paths(finished, monkeypatch, tmp_path_factory):
    monkeypatch.setenv("PWD", str(tmp_path_factory.mktemp("elsewhere")))
    lines = closing_lines(["results/es/f1.json"], run_of("es"), seconds=5)
    assert f"  unitrans-tag {finished}/results/es/student/seed1 TEXT.txt" in lines
