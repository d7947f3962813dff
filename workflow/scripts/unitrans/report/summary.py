"""The figure of a summary: every model of every language with its interval."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from unitrans.evaluation.table import REFERENCE
from unitrans.jobs.artifacts import replacing

ROW_INCHES, PANEL_INCHES = 0.25, 2.4


def write_figure(path: str | Path, rows: Sequence[Mapping[str, Any]], *, level: float) -> None:
    """Draw a panel for each language: F1 with its interval, a line at the source teacher.

    Args:
        path: The SVG file to write, whole or not at all; the same rows give the same bytes.
        rows: Those of ``summarise``.
        level: Share of the resamples inside the intervals.
    """
    languages = list(dict.fromkeys(row["language"] for row in rows))
    models = list(dict.fromkeys(row["model"] for row in rows))
    size = (2 + PANEL_INCHES * len(languages), 1.2 + ROW_INCHES * len(models))
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(1, len(languages), sharey=True, squeeze=False)[0]
    for panel, language in zip(panels, languages, strict=True):
        own = {row["model"]: row for row in rows if row["language"] == language}
        means = [row["f1"]["mean"] for row in own.values()]
        errors = [
            [row["f1"]["mean"] - row["interval"][0] for row in own.values()],
            [row["interval"][1] - row["f1"]["mean"] for row in own.values()],
        ]
        panel.errorbar(means, [models.index(model) for model in own], xerr=errors, fmt="o")
        if REFERENCE in own:
            panel.axvline(own[REFERENCE]["f1"]["mean"], linestyle="--", color="grey")
        panel.set_title(language)
        panel.grid(axis="x", alpha=0.3)
    panels[0].set_yticks(range(len(models)), [model.replace("_", " ") for model in models])
    panels[0].invert_yaxis()
    figure.supxlabel(f"F1, {level:.0%} interval; dashed: source teacher")
    with matplotlib.rc_context({"svg.hashsalt": "unitrans"}), replacing(path) as temporary:
        figure.savefig(temporary, format="svg", metadata={"Date": None})
