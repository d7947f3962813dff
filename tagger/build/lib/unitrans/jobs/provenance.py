"""What an artifact depends on: a digest of its code that Snakemake compares, and versions.

Snakemake notices an edited script, but not an edited module that the script imports.
"""

import ast
import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[1]
VERSIONED = ("numpy", "seqeval", "torch", "transformers", "unitrans-workflow")


def imported_modules(source: Path) -> list[Path]:
    """Find the library modules that a file imports, directly or not.

    Args:
        source: A Python file.

    Returns:
        The modules' files, sorted; imports inside functions count.
    """
    found: set[Path] = set()
    waiting = [source]
    while waiting:
        code = _read(waiting.pop().read_text(encoding="utf-8"))
        new = {path for name in code.imports for path in _module_files(name)} - found
        found |= new
        waiting += new
    return sorted(found)


def code_digest(script: Path) -> str:
    """Sum up a script and the library modules it imports.

    Comments, docstrings and layout do not count: the parsed syntax is summed, not the bytes.

    Args:
        script: A Python file.

    Returns:
        The first 16 hexadecimal digits of a SHA-256.
    """
    digest = hashlib.sha256()
    for path in (script, *imported_modules(script)):
        name = path.relative_to(PACKAGE) if path != script else path.name
        digest.update(f"{name} {_read(path.read_text(encoding='utf-8')).logic}".encode())
    return digest.hexdigest()[:16]


def versions() -> dict[str, str | None]:
    """Say what computed a result.

    Returns:
        The version of Python and of the packages that matter; None for one that is used
        without being installed, as this project can be.
    """
    found: dict[str, str | None] = {"python": platform.python_version()}
    for name in VERSIONED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def _module_files(name: str) -> list[Path]:
    """The files that Python runs to import a dotted name of the library, packages first."""
    package, *inner = name.split(".")
    if package != PACKAGE.name:
        return []
    files = [PACKAGE.joinpath(*inner[:depth], "__init__.py") for depth in range(len(inner) + 1)]
    files.append(PACKAGE.joinpath(*inner).with_suffix(".py"))
    return [path for path in files if path.is_file()]


class _Code(NamedTuple):
    """What a file imports, by dotted name, and its syntax without docstrings as text."""

    imports: tuple[str, ...]
    logic: str


@cache  # most modules are imported by many scripts, and parsing takes a third of a plan's time
def _read(text: str) -> _Code:
    """Read a Python file once, by its content."""
    tree = ast.parse(text)
    imports: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            imports += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            imports += [alias.name for alias in node.names]
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            node.body = node.body[1:]
    return _Code(tuple(imports), ast.dump(tree))
