"""Write envs/*.lock.txt: each environment with all that it brings, in exact versions.

Needs uv (pip install uv): python envs/lock.py
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
CONDA_NAMES = {"matplotlib-base": "matplotlib", "pytorch": "torch"}
HEADER = "# All packages of {name}, for pip install -r; written by envs/lock.py."


def pins(path: Path) -> list[str]:
    """The packages that an environment names, as pip writes them.

    Args:
        path: The environment file.

    Returns:
        Names with exact versions; Python and pip are left out.
    """
    *conda, pip = yaml.safe_load(path.read_text("utf-8"))["dependencies"]
    pairs = [entry.split("=") for entry in conda if not re.match(r"(python|pip)(=|$)", entry)]
    return [f"{CONDA_NAMES.get(name, name)}=={version}" for name, version in pairs] + pip["pip"]


def lock(path: Path) -> None:
    """Write the lock beside an environment file.

    Args:
        path: The environment file.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".in") as wanted:
        wanted.write("\n".join(pins(path)) + "\n")
        wanted.flush()
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header"]
        command += ["--no-annotate", "--python-version", "3.11", wanted.name]
        command += ["--constraint", str(FOLDER / "constraints.txt")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    # What torch brings for one kind of GPU or another is its own matter.
    tested = (FOLDER / "constraints.txt").read_text("utf-8").splitlines()
    lines = [line for line in done.stdout.splitlines() if line in tested]
    text = "\n".join([HEADER.format(name=path.name), *lines]) + "\n"
    path.with_suffix(".lock.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for file in sorted(FOLDER.glob("*.yaml")):
        lock(file)
