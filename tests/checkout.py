"""A copy of the project in a folder of its own, run as a user runs it."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

PROJECT = Path(__file__).parents[1]
PARTS = ("Snakefile", "rules", "workflow", "config", "envs", "profiles", "report", "resources")
TRAINING = {"epochs": 2, "learning_rate": 1.0e-3, "head_learning_rate": 1.0e-2}


class Checkout:
    """A copy of the project with a small configuration of its own."""

    def __init__(self, folder, encoder):
        self.folder = folder
        for part in PARTS:
            copy = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy
            copy(PROJECT / part, folder / part)
        self.config = self.tiny(encoder)

    @staticmethod
    def tiny(encoder):
        """What makes every stage a matter of seconds."""
        config = {
            "targets": ["es", "de"],
            "seeds": [1],
            "encoder": {"name": str(encoder)},
            "corpora": {
                language: {"limit": {"train": 60, "unlabelled": 40}}
                for language in ("en", "es", "de")
            },
            "dictionary": {"minimum_score": -1.0},
            "training": {"precision": "float32", "freeze_layers": 0, "max_subwords": 128},
            "evaluation": {"resamples": 100},
        }
        for model in ("source_teacher", "translated_teacher", "tuned_teacher", "student"):
            config[model] = dict(TRAINING)
        return config

    @classmethod
    def of(cls, folder, config):
        """A checkout that is there already."""
        checkout = cls.__new__(cls)
        checkout.folder, checkout.config = folder, config
        return checkout

    def run(self, *arguments, config=None):
        file = self.folder / "config" / "tiny.yaml"
        file.write_text(yaml.safe_dump(config or self.config))
        command = [sys.executable, "-m", "snakemake", *arguments, "--cores", "2"]
        return subprocess.run(
            [*command, "--configfile", str(file)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def make(self, *targets):
        result = self.run(*targets)
        assert result.returncode == 0, result.stderr

    def planned(self, *targets, config=None):
        """What would run, and how often."""
        result = self.run("-n", *targets, config=config)
        assert result.returncode == 0, result.stderr
        table = re.search(r"^job +count\n[- ]+\n(.*?)^total", result.stdout, re.S | re.M)
        rows = (line.split() for line in table[1].splitlines()) if table else []
        return {rule: int(count) for rule, count in rows}

    def read(self, path):
        return json.loads((self.folder / path).read_text("utf-8"))

    def digests(self, pattern):
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.glob(pattern))
        }


def changed(checkout, **sections):
    config = {**checkout.config}
    for section, values in sections.items():
        known = config.get(section)
        config[section] = {**known, **values} if isinstance(known, dict) else values
    return config
