"""The floors of the library: what may import what. docs/architecture.md draws them."""

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
LIBRARY = PROJECT / "workflow" / "scripts" / "unitrans"
# From the ground up. A package imports from the floors below it, never from one beside it.
FLOORS = (
    {"errors"},
    {"jobs"},
    {"corpora"},
    {"encoders"},
    {"taggers", "translation"},
    {"projection", "distillation"},
    {"evaluation"},
    {"tagging"},
    {"report"},
    {"plan"},
)
FLOOR = {package: number for number, floor in enumerate(FLOORS) for package in floor}


def imports(path):
    """The modules of the library that a file imports, by dotted name without the package."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unitrans"):
            inner = node.module.split(".")[1:]
            for alias in node.names:
                yield ".".join([*inner, alias.name])
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("unitrans."):
                    yield alias.name.removeprefix("unitrans.")


def misplaced(package, imported):
    """Whether a package may not import from another."""
    return package != imported and FLOOR[imported] >= FLOOR[package]


def test_every_package_has_a_floor():
    packages = {path.parent.name for path in LIBRARY.glob("*/__init__.py")}
    assert packages | {"errors"} == set(FLOOR)
    assert {path.stem for path in LIBRARY.glob("*.py")} == {"__init__", "errors"}


@pytest.mark.parametrize("package", sorted(set(FLOOR) - {"errors"}))
def test_imports_run_downwards(package):
    wrong = [
        f"{path.relative_to(LIBRARY)} imports {name}"
        for path in sorted((LIBRARY / package).rglob("*.py"))
        for name in imports(path)
        if misplaced(package, name.split(".")[0])
    ]
    assert wrong == []


def test_an_import_upwards_or_sideways_is_noticed():
    assert misplaced("corpora", "taggers")
    assert misplaced("taggers", "translation")
    assert not misplaced("taggers", "corpora")
    assert not misplaced("taggers", "taggers")


def test_no_modules_import_one_another_in_a_circle():
    modules = {
        ".".join(path.relative_to(LIBRARY).with_suffix("").parts): path
        for path in LIBRARY.rglob("*.py")
    }
    uses = {
        name: {
            found
            for one in imports(path)
            for found in (one, one.rpartition(".")[0])
            if found in modules and found != name
        }
        for name, path in modules.items()
    }
    # What imports nothing that is left goes first; what never goes is in a circle.
    while free := [name for name, used in uses.items() if not used & uses.keys()]:
        for name in free:
            del uses[name]
    assert set(uses) == set()


def test_the_picture_of_the_floors_is_current():
    text = (PROJECT / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| (.*?) \|", text, re.M)
    drawn = {int(number): set(re.findall(r"`(\w+)`", cells)) for number, cells in rows}
    assert drawn == {number: floor for number, floor in enumerate(FLOORS, 1)}


def test_the_walk_names_functions_that_there_are():
    text = (PROJECT / "docs" / "architecture.md").read_text("utf-8")
    walk = text.split("## The walk")[1].split("\n## ")[0]
    named = re.findall(r"`(\w+(?:\.\w+)+)`", walk)
    assert len(named) > 20
    for name in named:
        module, _, function = name.rpartition(".")
        source = LIBRARY.joinpath(*module.split(".")).with_suffix(".py").read_text("utf-8")
        assert re.search(rf"^def {function}\(", source, re.M), name


def test_the_files_of_the_architecture_are_there():
    text = (PROJECT / "docs" / "architecture.md").read_text("utf-8")
    rows = text.split("## Where to add what")[1].split("\n\n")[1]
    paths = re.findall(r"`([\w/]+\.(?:py|smk|md))`", rows)
    assert paths
    for path in paths:
        assert (PROJECT / path).is_file() or (LIBRARY / path).is_file(), path
