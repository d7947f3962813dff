"""The documents speak of what there is."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
RULES = {
    name
    for path in PROJECT.glob("rules/*.smk")
    for name in re.findall(r"^rule (\w+):", path.read_text("utf-8"), re.M)
}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_modules_that_a_document_names_exist(path):
    named = re.findall(r"\b(unitrans/[\w/]+\.py)", path.read_text("utf-8"))
    library = PROJECT / "workflow" / "scripts"
    assert [name for name in named if not (library / name).exists()] == []


def test_every_document_is_listed():
    listed = (PROJECT / "docs" / "README.md").read_text("utf-8")
    names = [path.name for path in DOCUMENTS[1:] if path.name != "README.md"]
    assert [name for name in names if f"({name})" not in listed] == []


def test_every_rule_is_described():
    text = (PROJECT / "docs" / "stages.md").read_text("utf-8")
    headings = " ".join(re.findall(r"^### (.*)", text, re.M))
    assert {rule for rule in RULES if not re.search(rf"\b{rule}\b", headings)} == set()


def test_the_picture_of_the_rules_is_current():
    command = [sys.executable, "-m", "snakemake", "--rulegraph", "dot", "results/es/f1.json"]
    graph = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    drawn = (PROJECT / "docs" / "rulegraph.svg").read_text("utf-8")
    names = set(re.findall(r'label = "(\w+)"', graph))
    assert names
    assert set(re.findall(r"<text[^>]*>(\w+)</text>", drawn)) == names
    assert drawn.count('class="edge"') == graph.count("->")
