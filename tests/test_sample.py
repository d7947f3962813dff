import runpy
import shutil
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[1] / "resources" / "sample"
CHECK = runpy.run_path(str(SAMPLE / "check.py"))


@pytest.mark.parametrize("language", CHECK["SIZES"])
def test_the_sample_keeps_its_guide(language):
    report, errors = CHECK["check_language"](SAMPLE / language, CHECK["SIZES"][language])
    assert errors == []
    assert len(report) == 3


FAULTS = {
    "nested bracket": ("[PER A [LOC B] ]", "inside a bracket"),
    "unknown type": ("[DATE 1998] .", "unknown type"),
    "open bracket": ("[PER A B .", "not closed"),
    "closing bracket": ("A B] .", "none opens"),
    "glued comma": ("Yes, it is .", "glued"),
    "two spaces": ("Yes  it is .", "bad word"),
    "repeated words": ("one two three four five six .\none two three four five , six !", "repeats"),
}


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS)
def test_the_check_finds_faults(tmp_path, text, message):
    (tmp_path / "train.txt").write_text(text + "\n", encoding="utf-8")
    _, errors = CHECK["check_language"](tmp_path, {"train": text.count("\n") + 1})
    assert message in errors[0]


def test_the_check_misses_no_split(tmp_path):
    shutil.copy(SAMPLE / "es" / "dev.txt", tmp_path / "dev.txt")
    _, errors = CHECK["check_language"](tmp_path, CHECK["TARGET_SIZES"])
    assert [error.rpartition(": ")[2] for error in errors] == ["missing", "missing"]


def test_licence_and_readme_come_with_it():
    assert "CC0 1.0" in (SAMPLE / "LICENSE").read_text("utf-8")
    assert "invented" in (SAMPLE / "README.md").read_text("utf-8")
