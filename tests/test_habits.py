"""What a project that lasts keeps in order: hooks, workflows, versions and locks that agree."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[1]
WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
LOCKS = sorted((PROJECT / "envs").glob("*.lock.txt"))
HOOKS = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]


def read(name):
    return (PROJECT / name).read_text("utf-8")


def pins(path):
    lines = path.read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def test_the_versions_of_a_release_agree():
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["version"] == version
    newest = re.search(r"^## (\S+) - (\S+)$", read("CHANGELOG.md"), re.M)
    assert newest.groups() == (version, str(citation["date-released"]))


def test_the_address_is_the_same_everywhere():
    address = tomllib.loads(read("pyproject.toml"))["project"]["urls"]["Repository"]
    assert yaml.safe_load(read("CITATION.cff"))["repository-code"] == address
    assert address in read("README.md")


def test_hooks_run_the_tools_of_the_environment():
    assert [repository["repo"] for repository in HOOKS] == ["local"]
    for hook in HOOKS[0]["hooks"]:
        assert hook["language"] == "system"
        assert shutil.which(hook["entry"].split()[0]), hook["entry"]


@pytest.mark.slow
def test_hooks_find_nothing(tmp_path):
    if not (PROJECT / ".git").exists():
        pytest.skip("no git checkout")
    # In a clone: hooks mend files where they lie, and what is not committed is not theirs.
    subprocess.run(["git", "clone", "-q", str(PROJECT), str(tmp_path / "clone")], check=True)
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
    done = subprocess.run(
        command, cwd=tmp_path / "clone", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_are_sound(path):
    done = subprocess.run(["actionlint", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert yaml.safe_load(path.read_text("utf-8"))["permissions"] == {"contents": "read"}


def test_the_workflows_are_those_that_are_needed():
    assert [path.stem for path in WORKFLOWS] == ["lint", "release", "tests"]


def test_forms_for_issues_parse():
    forms = sorted((PROJECT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
    assert len(forms) == 2
    for form in forms:
        parts = yaml.safe_load(form.read_text("utf-8"))["body"]
        assert all(part["attributes"]["label"] for part in parts)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_locks_agree_with_environments_and_constraints(path):
    locked, constraints = pins(path), pins(PROJECT / "envs" / "constraints.txt")
    assert locked
    assert {name: constraints.get(name) for name in locked} == locked
    environment = path.with_name(path.name.replace(".lock.txt", ".yaml")).read_text("utf-8")
    named = re.findall(r"^ +- ([\w-]+)==?[\w.]+$", environment, re.M)
    known = {"matplotlib-base": "matplotlib", "pytorch": "torch"}
    wanted = {known.get(name, name).replace("_", "-") for name in named} - {"python"}
    assert len(wanted) > 5
    assert wanted <= set(locked)


def test_every_environment_has_a_lock():
    environments = {path.stem for path in (PROJECT / "envs").glob("*.yaml")}
    assert {path.name.partition(".")[0] for path in LOCKS} == environments


def test_the_catalog_is_told_how_to_run_it():
    usage = yaml.safe_load(read(".snakemake-workflow-catalog.yml"))["usage"]
    assert usage["software-stack-deployment"]["conda"] is True
    assert set(usage["mandatory-flags"]) == {"desc", "flags"}
    sections = yaml.safe_load(read("config/config.yaml"))
    described = read("config/README.md")
    assert [section for section in sections if f"`{section}" not in described] == []
