"""The workflow inside another one: snakemake's `module`, as a user writes it."""

import json
import subprocess
import sys

import pytest
import yaml

from checkout import Checkout

MODULE = """
configfile: "config.yaml"


module unitrans:
    snakefile:
        "{project}/Snakefile"
{options}

use rule * from unitrans as unitrans_*


rule count_entities:
    default_target: True
    input:
        f1="{prefix}results/es/f1.json",
    output:
        "entities.txt",
    shell:
        "grep -c support {{input.f1}} > {{output}}"
"""


def snakemake(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def importer(tmp_path, tiny_encoder):
    """A folder with a workflow of its own, beside a copy of the project."""
    (tmp_path / "project").mkdir()
    (tmp_path / "importer").mkdir()
    checkout = Checkout(tmp_path / "project", tiny_encoder)
    checkout.config["targets"] = ["es"]
    (tmp_path / "importer" / "config.yaml").write_text(yaml.safe_dump({"tagger": checkout.config}))

    def write(prefix="", config='config["tagger"]'):
        options = f"    config:\n        {config}\n" if config else ""
        options += f'    prefix:\n        "{prefix.rstrip("/")}"\n' if prefix else ""
        text = MODULE.format(project=checkout.folder, options=options, prefix=prefix)
        (tmp_path / "importer" / "Snakefile").write_text(text)
        return tmp_path / "importer"

    return write


@pytest.mark.slow
@pytest.mark.parametrize("prefix", ["", "tagger/"])
def test_another_workflow_runs_it_with_what_differs_from_the_defaults(importer, prefix):
    folder = importer(prefix)
    result = snakemake(folder)
    assert result.returncode == 0, result.stderr
    scores = json.loads((folder / f"{prefix}results/es/f1.json").read_text("utf-8"))
    assert scores["sentences"] == 250
    assert int((folder / "entities.txt").read_text()) > 0
    left = {path.name for path in folder.iterdir()} - {"Snakefile", "config.yaml", ".snakemake"}
    made = {"tagger"} if prefix else {"results", "logs", "benchmarks", "checkpoints"}
    assert left - {"checkpoints"} == made - {"checkpoints"} | {"entities.txt"}
    again = snakemake(folder, "-n")
    assert "Nothing to be done" in again.stdout + again.stderr


def test_without_a_configuration_the_defaults_hold(importer):
    result = snakemake(importer(config=None), "-n")
    assert result.returncode == 0, result.stderr
    assert "unitrans_train_student " in result.stdout


def test_an_unknown_key_of_the_importer_is_one_line(importer):
    result = snakemake(importer(config='{"targets": ["es"], "sedes": [1]}'), "-n")
    assert result.returncode == 1
    said = result.stdout + result.stderr
    assert "config: sedes: found an unknown key" in said
    assert "Traceback" not in said
