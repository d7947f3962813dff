"""The configuration's files as their writers left them, before they are laid over one another.

Merging loses what YAML allows and nobody means: a key that stands twice, a key that is no text,
an empty mapping where a value belongs.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from snakemake.utils import update_config

from unitrans.errors import InputError
from unitrans.jobs.files import is_folder, is_missing, kind_of
from unitrans.jobs.lines import read_lines

EXPECTED = "a configuration in YAML"
WRITTEN = ("results", "logs", "benchmarks", "checkpoints")


def check_places(project: Path, folder: Path) -> None:
    """Refuse places that Snakemake cannot work in, which it says with a traceback.

    Args:
        project: The folder of this project.
        folder: The working directory.

    Raises:
        InputError: A path has braces, or a folder that jobs write to is none or is read-only.
    """
    for path in (project, folder):
        if "{" in str(path) or "}" in str(path):
            raise InputError.at(
                path,
                found="braces in its name",
                expected="none: to Snakemake they are wildcards",
            )
    for name in WRITTEN:
        path = folder / name
        if is_missing(path):
            continue
        if not is_folder(path):
            raise InputError.at(path, found="no folder", expected="one that jobs write to")
        if not os.access(path, os.W_OK | os.X_OK):
            raise InputError.at(path, found="a folder that is read-only", expected="a writable one")


def check_files(paths: Iterable[str | Path]) -> None:
    """Refuse files that say something else than they seem to.

    Args:
        paths: The files of the configuration, each laid over those before.

    Raises:
        InputError: A file is no YAML in UTF-8, or has no mapping at its top; a key stands twice
            or is no text; or an empty mapping stands where a value belongs, which it leaves as
            it is.
    """
    merged: dict[str, Any] = {}
    for path in paths:
        if "results" in Path(path).parts and Path(path).suffix == ".json":
            raise InputError.at(
                path,
                found="a target behind --configfile, which takes all that follows for its own",
                expected="targets first: snakemake --cores 8 results/es/f1.json --configfile ...",
            )
        text = "\n".join(read_lines(path, expected=EXPECTED))
        with _one_line(path):
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        if root is not None:
            _check_keys(path, root, set())
        with _one_line(path):
            content = yaml.safe_load(text)
        if content is not None and not isinstance(content, dict):
            raise InputError.at(path, found=kind_of(content), expected="a mapping of sections")
        _check_mappings(path, content or {}, merged, "")
        update_config(merged, content or {})


@contextmanager
def _one_line(path: str | Path) -> Iterator[None]:
    """Say in one line what is wrong with YAML."""
    try:
        yield
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError.at(path, line, found=str(error.problem), expected=EXPECTED) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        found = " ".join(str(error).split())[:100]
        raise InputError.at(path, found=found, expected=EXPECTED) from error


def _check_keys(path: str | Path, node: yaml.Node, seen: set[int]) -> None:
    """Go through a file's nodes, each once: aliases make a file a graph."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _check_keys(path, item, seen)
    if not isinstance(node, yaml.MappingNode):
        return
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.tag == "tag:yaml.org,2002:merge":
            _check_keys(path, value, seen)
            continue
        if key.tag != "tag:yaml.org,2002:str":
            name = str(key.value)[:40] if isinstance(key, yaml.ScalarNode) else "a collection"
            raise InputError.at(
                path,
                line,
                found=f"the key {name}, which YAML takes for {_kind(key.tag)}",
                expected=f'a text; quote it: "{name}"',
            )
        if key.value in lines:
            raise InputError.at(
                path,
                line,
                found=f"the key {key.value} again",
                expected=f"each key once; it stands in line {lines[key.value]} already",
            )
        lines[key.value] = line
        _check_keys(path, value, seen)


def _kind(tag: str) -> str:
    """What YAML calls a kind of value."""
    names = {"bool": "true or false", "int": "a number", "float": "a number", "null": "nothing"}
    name = tag.rpartition(":")[2]
    return names.get(name, f"a {name}")


def _check_mappings(
    path: str | Path, content: Mapping[str, Any], below: Mapping[str, Any], where: str
) -> None:
    """Refuse an empty mapping over a value: merged, it has gone without a trace."""
    for key, value in content.items():
        known = below.get(key)
        if value == {} and known is not None and not isinstance(known, Mapping):
            raise InputError.at(
                path,
                found=f"an empty mapping for {where}{key}",
                expected=f"a value such as {str(known)[:60]}",
            )
        if isinstance(value, Mapping):
            inner = known if isinstance(known, Mapping) else {}
            _check_mappings(path, value, inner, f"{where}{key}.")
