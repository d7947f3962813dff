"""What a plan costs: languages and seeds multiply the jobs."""

import resource
import subprocess
import sys
from pathlib import Path

import yaml

PROJECT = Path(__file__).parents[1]
SECONDS = 10
LANGUAGES = [
    "ca",
    "cs",
    "da",
    "de",
    "el",
    "es",
    "eu",
    "fi",
    "fr",
    "hu",
    "it",
    "nb",
    "nl",
    "pl",
    "pt",
    "ro",
    "ru",
    "sv",
    "tr",
    "uk",
]


def test_twenty_languages_and_five_seeds_are_planned_in_seconds(tmp_path):
    splits = {
        "unlabelled": {"path": "resources/sample/es/train.txt", "format": "bracketed"},
        "dev": "resources/sample/es/dev.txt",
        "test": "resources/sample/es/test.txt",
    }
    config = {
        "targets": LANGUAGES,
        "seeds": [122, 649, 705, 854, 975],
        "corpora": {language: splits for language in LANGUAGES},
    }
    file = tmp_path / "config.yaml"
    file.write_text(yaml.safe_dump(config))
    command = [sys.executable, "-m", "snakemake", "-n", "--configfile", str(file)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run(
        [*command, "--directory", str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert result.returncode == 0, result.stderr
    assert "train_student                 100" in result.stdout
    # Processor time: what else the machine does is not the plan's cost.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < SECONDS
