"""Tagging with ONNX Runtime alone, as the package in tagger/ installs it.

``UNITRANS_TAGGER`` names the command unitrans-tag of an environment that has that package alone.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import onnx
import pytest

from unitrans import Entity, Tagger
from unitrans.errors import InputError
from unitrans.jobs.provenance import imported_modules
from unitrans.tagging.export import EXAMPLE
from unitrans.tagging.session import OnnxStudent
from unitrans.tagging.text import tag_lines

PROJECT = Path(__file__).parents[2]
TEXT = "Ana vive en Bergen.\n¿Y José, de la Universidad de Oslo?\n"
# Whatever the small package does not install is not there.
ALONE = """
import sys
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in {missing}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name in {missing} else found(name)
{code}
"""
MISSING = {
    "torch",
    "transformers",
    "snakemake",
    "scipy",
    "matplotlib",
    "safetensors",
    "onnx",
    "jinja2",
}

pytestmark = pytest.mark.slow


def alone(code, *arguments):
    code = ALONE.format(missing=MISSING, code=code)
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def own_entities(folder):
    """What ONNX Runtime finds in this environment."""
    session = OnnxStudent.load(folder, threads=1)
    sentences = tag_lines(TEXT.splitlines(keepends=True), session)
    return [Entity(**row) for sentence in sentences for row in sentence.entities()]


def test_a_tagger_without_pytorch_finds_the_same(exported):
    code = """
import json
from unitrans import Entity, Tagger
tagger = Tagger(sys.argv[1], threads=1)
print(json.dumps([(e.type, e.start, e.end) for e in tagger(sys.argv[2])]))
"""
    result = alone(code, exported, TEXT)
    assert result.returncode == 0, result.stderr
    expected = [[one.type, one.start, one.end] for one in own_entities(exported)]
    assert json.loads(result.stdout) == expected
    assert expected


def test_the_command_runs_without_pytorch(exported, tmp_path):
    (tmp_path / "text.txt").write_text(TEXT, "utf-8")
    code = "from unitrans.tagging.command import main; sys.exit(main())"
    result = alone(code, exported, tmp_path / "text.txt")
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) == 2
    assert "words/s" in result.stderr


def test_a_form_that_needs_more_is_refused_in_one_line(exported, tmp_path):
    (tmp_path / "text.txt").write_text(TEXT, "utf-8")
    code = "from unitrans.tagging.command import main; sys.exit(main())"
    place = ("-o", tmp_path / "page.html")
    result = alone(code, exported, tmp_path / "text.txt", "-f", "html", *place)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].endswith(
        "found no jinja2; expected the whole installation"
    )


def test_the_small_package_tags(exported, tmp_path):
    command = os.environ.get("UNITRANS_TAGGER")
    if not command:
        pytest.skip("UNITRANS_TAGGER names no unitrans-tag of the package in tagger/")
    (tmp_path / "text.txt").write_text(TEXT, "utf-8")
    result = subprocess.run(
        [command, exported, tmp_path / "text.txt"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    found = [
        [row["type"], row["start"], row["end"]]
        for line in result.stdout.splitlines()
        for row in json.loads(line)["entities"]
    ]
    assert found == [[one.type, one.start, one.end] for one in own_entities(exported)]


def without_own_logits(path):
    """Make a model one of those that were exported before they had them."""
    model = onnx.load(path)
    del model.graph.output[1]
    onnx.save(model, path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: shutil.rmtree(folder / "onnx"), "found neither"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "tokenizer.json"),
        (lambda folder: (folder / "tokenizer.json").write_text("{"), "tokenizer.json"),
        (lambda folder: (folder / "tokenizer_config.json").write_text("{}"), "no pad_token"),
        (lambda folder: (folder / "onnx/model_quantized.onnx").write_text("x"), "an ONNX model"),
        (lambda folder: without_own_logits(folder / "onnx/model_quantized.onnx"), "export the st"),
    ],
)
def test_a_damaged_export_is_refused_in_one_line(exported, tmp_path, change, message):
    folder = tmp_path / "export"
    shutil.copytree(exported, folder)
    change(folder)
    with pytest.raises(InputError, match=message) as caught:
        OnnxStudent.load(folder)
    assert "\n" not in str(caught.value)


def test_float32_is_taken_where_there_is_nothing_smaller(exported, tmp_path):
    shutil.copytree(exported, tmp_path / "export")
    (tmp_path / "export/onnx/model_quantized.onnx").unlink()
    (tmp_path / "export/model.safetensors").unlink()
    assert Tagger(tmp_path / "export", threads=1)("Ana vive en Bergen.") is not None


def test_the_small_package_has_all_that_the_command_imports():
    settings = tomllib.loads((PROJECT / "tagger" / "pyproject.toml").read_text("utf-8"))
    whole = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    included = settings["tool"]["setuptools"]["packages"]["find"]["include"]
    root = PROJECT / "workflow" / "scripts"
    own = imported_modules(root / "unitrans" / "tagging" / "session.py")
    for path in (*own, EXAMPLE.parents[1] / "scripts/unitrans/tagging/command.py"):
        package = ".".join(path.relative_to(root).parent.parts)
        assert package in included, path
    assert settings["project"]["version"] == whole["project"]["version"]
    assert set(settings["project"]["dependencies"]) <= set(whole["project"]["dependencies"])
