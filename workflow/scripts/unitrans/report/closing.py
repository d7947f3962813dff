"""The last lines of a run that went well: what was made, how good it is, and what comes next."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from unitrans.evaluation.table import score_lines
from unitrans.jobs.log import duration

MOST_FILES = 5  # of the files that were asked for
QUESTIONS = "questions.html"


class Run(Protocol):
    """What is asked of the plan of a run.

    Attributes:
        targets: Its target languages.
        seeds: Its seeds.
        prefix: What stands before the paths of the workflow.
    """

    targets: Sequence[str]
    seeds: Sequence[int]
    prefix: str


def closing_lines(requested: Sequence[str], run: Run, *, seconds: float) -> list[str]:
    """Tell what a run has come to, with paths as they are seen from where it was started.

    Args:
        requested: The files that were asked for; none where the run made all there is.
        run: The plan; the student of its first seed is shown.
        seconds: How long the run took.

    Returns:
        The lines to print.
    """
    named = [name for name in requested if Path(name).exists()]
    shown = [_seen(name) for name in named]
    more = len(named) - MOST_FILES
    what = ", ".join(shown[:MOST_FILES]) + (f" and {more} more" if more > 0 else "")
    lines = ["", f"Done in {duration(seconds)}: {what or _seen(f'{run.prefix}results')}"]
    asked = [one for one in run.targets if any(f"/{one}/" in name for name in named)]
    for language in asked if named else run.targets:
        lines += _of_language(Path(f"{run.prefix}results/{language}"), run.seeds[0])
    return lines


def _of_language(folder: Path, seed: int) -> list[str]:
    """What there is of a language: its scores, its tagger, and the next command."""
    student = folder / "student" / f"seed{seed}"
    if not (student / "model.safetensors").exists():
        return []
    lines = [""]
    if (folder / "f1.json").exists():
        models = json.loads((folder / "f1.json").read_text("utf-8"))["models"]
        lines += score_lines(models)
    elif (student / "quality.json").exists():
        quality = json.loads((student / "quality.json").read_text("utf-8"))
        low, high = quality["f1"]["interval"]
        lines.append(
            f"{folder.name}: F1 is probably {quality['f1']['estimate']:.0f}, {low:.0f} to "
            f"{high:.0f} (estimated, since there are no gold labels): {quality['verdict']}"
        )
    lines += [
        f"The tagger is {_seen(student)}. To tag a text of yours:",
        f"  unitrans-tag {_seen(student)} TEXT.txt",
    ]
    if (folder / QUESTIONS).exists():
        lines.append(f"To make it better, say what some names are: {_seen(folder / QUESTIONS)}")
    return lines


def _seen(path: str | Path) -> str:
    """A path as it is seen from the folder that the run was started in, not from its own."""
    started = Path(os.environ.get("PWD", "."))
    absolute = Path(path).absolute()
    return str(absolute.relative_to(started) if absolute.is_relative_to(started) else absolute)
