"""Lint, format, types, and the house rules that no linter knows."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
RULES = sorted((PROJECT / "rules").glob("*.smk"))
DIRECTIVES = ("input", "output", "log", "benchmark", "conda", "threads", "resources", "params")


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("snakefmt", "--check", "Snakefile", "rules"),
        ("mypy",),
        ("snakemake", "--lint"),
    ],
    ids=" ".join,
)
def test_tools_find_nothing(command):
    result = subprocess.run(
        [sys.executable, "-m", *command], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def working_rules():
    for path in RULES:
        for block in re.split(r"^rule ", path.read_text("utf-8"), flags=re.M)[1:]:
            yield pytest.param(block, id=block.split(":")[0])


@pytest.mark.parametrize("block", list(working_rules()))
def test_a_rule_says_all_that_it_should(block):
    found = re.findall(r"^    (\w+):", block, flags=re.M)
    assert set(DIRECTIVES) < set(found), set(DIRECTIVES) - set(found)
    assert "message" not in found
    assert re.match(r'\w+:\n    """[A-Z].*\."""\n', block)
    script = re.search(r'"\.\./workflow/scripts/(\w+\.py)"', block)[1]
    assert f'code("{script}")' in block


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_a_rule_file_opens_with_its_contract(path):
    text = path.read_text("utf-8")
    assert text.startswith('"""')
    assert len(text.splitlines()) <= 200


def test_library_modules_stay_small():
    sizes = {
        str(path): len(path.read_text("utf-8").splitlines())
        for path in (PROJECT / "workflow" / "scripts" / "unitrans").rglob("*.py")
    }
    assert sizes
    assert {name: size for name, size in sizes.items() if size > 400} == {}


def test_entry_scripts_are_thin():
    for path in (PROJECT / "workflow" / "scripts").glob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 60, path
