"""Every command of every document, in the order in which a reader meets it.

``bash`` and ``python`` blocks run, and a ``yaml`` block whose first line names a file is written
to it. Blocks that do not run are ``shell``, ``js`` or ``snakemake``, or ``python`` for another
environment; an HTML comment before each says why. Trainings are tiny: the
copy that the commands run in has its own ``config/config.yaml``.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from checkout import PROJECT, Checkout
from tiny import make_encoder

READING_ORDER = (
    "README.md",
    "docs/README.md",
    "docs/tutorial.md",
    "docs/report.md",
    "docs/tagging.md",
    "config/README.md",
    "docs/configuration.md",
    "docs/stages.md",
    "docs/artifacts.md",
)
DOCUMENTS = [
    *READING_ORDER,
    *sorted(
        name
        for path in [*PROJECT.glob("*.md"), *PROJECT.glob("*/*.md")]
        if (name := str(path.relative_to(PROJECT))) not in READING_ORDER
        and not name.startswith((".", "data/", "results/"))
    ),
]
BLOCK = re.compile(r"(?:<!--(.*?)-->\n+)?^```(\w+)\n(.*?)^```$", re.M | re.S)
INSTALLS = re.compile(r"^.*\bpip install\b.*\n", re.M)  # what every run of the tests does first
NOT_RUN = re.compile(r"\s*not run in tests: \S.*", re.S)
FILE = re.compile(r"# (\S+\.yaml)\b")
SECONDS = 600


class Block(NamedTuple):
    document: str
    line: int
    language: str
    comment: str
    text: str


def blocks_of(document):
    text = (PROJECT / document).read_text("utf-8")
    return [
        Block(document, text[: found.start()].count("\n") + 1, found[2], found[1] or "", found[3])
        for found in BLOCK.finditer(text)
    ]


BLOCKS = [block for document in DOCUMENTS for block in blocks_of(document)]
RUN = [
    block
    for block in BLOCKS
    if block.language == "bash"
    or (block.language == "python" and not NOT_RUN.fullmatch(block.comment))
    or (block.language == "yaml" and FILE.match(block.text))
]


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """The tracked files in a folder of their own, with a tiny configuration by default."""
    folder = tmp_path_factory.mktemp("clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / name).is_file():
            (folder / name).write_bytes((PROJECT / name).read_bytes())
    tiny = Checkout.of(folder, Checkout.tiny(make_encoder(tmp_path_factory.mktemp("encoder"))))
    defaults = yaml.safe_load((folder / "config" / "config.yaml").read_text("utf-8"))
    tiny.config["targets"] = ["es"]
    del tiny.config["seeds"]  # the documents name the default's
    (folder / "config" / "config.yaml").write_text(
        yaml.safe_dump(merged(defaults, tiny.config)), encoding="utf-8"
    )
    return folder


def merged(below, above):
    """One mapping laid over another, as configurations are."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return below | {key: merged(below.get(key), value) for key, value in above.items()}


@pytest.mark.slow
@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("block", RUN, ids=lambda block: f"{block.document}:{block.line}")
def test_what_a_document_says_to_run_runs(clone, block):
    if block.language == "yaml":
        path = clone / FILE.match(block.text)[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        return
    # As many cores as there are: a reader may have eight.
    text = INSTALLS.sub("", block.text).replace("--cores 8", f"--cores {os.cpu_count()}")
    command = ["bash", "-euo", "pipefail", "-c", text]
    if block.language == "python":
        command = [sys.executable, "-c", block.text]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=clone,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


def test_a_block_that_does_not_run_says_why():
    silent = [
        f"{block.document}:{block.line}"
        for block in BLOCKS
        if block.language in ("shell", "snakemake", "js") and not NOT_RUN.fullmatch(block.comment)
    ]
    assert silent == []
    assert {block.language for block in BLOCKS} <= {
        *("bash", "python", "shell", "snakemake", "yaml", "json", "text", "bibtex", "js")
    }
