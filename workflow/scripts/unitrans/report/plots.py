"""Figures of a language's report: SVG, in colours that colour-blind people tell apart."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from unitrans.jobs.artifacts import replacing

# Okabe and Ito (2008); the patterns tell the models apart in black and white as well.
LOOKS = {
    "source_teacher": ("#E69F00", "//"),
    "translated_teacher": ("#009E73", ".."),
    "tuned_teacher": ("#CC79A7", "xx"),
    "student": ("#0072B2", ""),
}
BLUE, ORANGE = "#0072B2", "#E69F00"


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty figure with one panel, sizes in inches."""
    figure = Figure(figsize=(width, height), layout="constrained")
    panel = figure.subplots()
    panel.spines[["top", "right"]].set_visible(False)
    return figure, panel


def _save(figure: Figure, path: str | Path) -> None:
    """Write a figure as SVG, whole or not at all; the same figure gives the same bytes."""
    # Text stays text, so that it can be searched, copied and read aloud.
    with (
        matplotlib.rc_context({"svg.hashsalt": "unitrans", "svg.fonttype": "none"}),
        replacing(path) as temporary,
    ):
        figure.savefig(temporary, format="svg", metadata={"Date": None})


def plot_scores(path: str | Path, result: Mapping[str, Any]) -> None:
    """Draw F1 of every model, over all types with its interval, and for each type.

    Args:
        path: The SVG file to write.
        result: The content of f1.json.
    """
    # In the order of training; what has no place in it comes last.
    order = {model: place for place, model in enumerate(LOOKS)}
    models = dict(sorted(result["models"].items(), key=lambda row: order.get(row[0], len(order))))
    types = list(models["student"]["types"])
    figure, panel = _figure(2.5 + 1.6 * (1 + len(types)), 4)
    places, width = np.arange(1 + len(types)), 0.8 / len(models)
    for number, (model, scores) in enumerate(models.items()):
        color, hatch = LOOKS.get(model, ("#999999", ""))
        means = [scores["f1"]["mean"], *(scores["types"][kind]["f1"]["mean"] for kind in types)]
        at = places + (number - (len(models) - 1) / 2) * width
        panel.bar(
            at, means, width, color=color, hatch=hatch, edgecolor="white", label=_spoken(model)
        )
        every = [scores, *(scores["types"][kind] for kind in types)]
        lows, highs = zip(*(row["interval"] for row in every), strict=True)
        # Of a type that hardly stands there, the mean of the seeds may lie outside.
        ends = np.maximum(0, [np.subtract(means, lows), np.subtract(highs, means)])
        panel.errorbar(at, means, ends, color="black", capsize=2, linestyle="", linewidth=1)
    supports = [models["student"]["types"][kind]["support"] for kind in types]
    names = [f"{kind}\n{count} entities" for kind, count in zip(types, supports, strict=True)]
    panel.set_xticks(places, [f"all\n{models['student']['support']} entities", *names])
    panel.set_ylabel("F1, percent")
    panel.set_ylim(0, 100)  # the same in the figures of all languages
    figure.legend(loc="outside upper center", ncols=4, frameon=False)
    _save(figure, path)


def plot_curves(path: str | Path, trainings: Mapping[str, Mapping[int, Mapping]]) -> None:
    """Draw the loss of each training over its updates.

    Args:
        path: The SVG file to write.
        trainings: The content of training.json by model and seed.
    """
    figure = Figure(figsize=(3.2 * len(trainings), 3), layout="constrained")
    panels = figure.subplots(1, len(trainings), squeeze=False)[0]
    for panel, (model, seeds) in zip(panels, trainings.items(), strict=True):
        for seed, training in seeds.items():
            steps = [entry["step"] for entry in training["curve"]]
            losses = [entry["loss"] for entry in training["curve"]]
            panel.plot(steps, losses, marker=".", label=f"seed {seed}")
        sentences = next(iter(seeds.values()))["sentences"]
        panel.set_title(f"{_spoken(model)}\n{sentences} sentences", fontsize="medium")
        panel.set_ylim(bottom=0)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].legend(frameon=False)
    figure.supxlabel("updates")
    figure.supylabel("mean loss")
    _save(figure, path)


def plot_votes(
    path: str | Path, coverage: Mapping[str, float | None], accuracy: Mapping[str, float | None]
) -> None:
    """Draw how far the teachers agree, and how often they are right where they do.

    Args:
        path: The SVG file to write.
        coverage: Shares by O and type; None where no teacher gives it.
        accuracy: Shares by O and type; empty without gold labels.
    """
    figure, panel = _figure(2 + 1.1 * len(coverage), 3.5)
    series = [("agreed, as a share of words that some teacher gives it (pool)", coverage, BLUE, "")]
    if accuracy:
        series.append(("right, as a share of agreed words (gold)", accuracy, ORANGE, "//"))
    width = 0.8 / len(series)
    for number, (label, shares, color, hatch) in enumerate(series):
        at = np.arange(len(coverage)) + (number - (len(series) - 1) / 2) * width
        heights = [100 * (shares[kind] or 0) for kind in coverage]
        bars = panel.bar(
            at, heights, width, color=color, hatch=hatch, edgecolor="white", label=label
        )
        panel.bar_label(bars, [f"{height:.0f}" for height in heights])
    panel.set_xticks(range(len(coverage)), list(coverage))
    panel.set_ylabel("percent")
    figure.legend(loc="outside upper center", frameon=False)
    _save(figure, path)


def plot_confusion(path: str | Path, counts: np.ndarray, kinds: Sequence[str]) -> None:
    """Draw which kind of word is taken for which.

    Args:
        path: The SVG file to write.
        counts: Words by gold kind and predicted kind (K, K).
        kinds: The K kinds: O and the types.
    """
    figure, panel = _figure(1.5 + 0.9 * len(kinds), 1.2 + 0.7 * len(kinds))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    panel.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        color = "white" if shares[row, column] > 0.5 else "black"
        text = f"{shares[row, column]:.0%}\n{count}"
        panel.text(column, row, text, ha="center", va="center", color=color, fontsize="small")
    panel.set_xticks(range(len(kinds)), kinds)
    panel.set_yticks(range(len(kinds)), kinds)
    panel.set_xlabel("predicted")
    panel.set_ylabel("gold")
    _save(figure, path)


def plot_times(path: str | Path, seconds: Mapping[str, float]) -> None:
    """Draw how long each stage took.

    Args:
        path: The SVG file to write.
        seconds: Of all jobs of a stage together, by stage.
    """
    ordered = sorted(seconds.items(), key=lambda item: item[1])
    figure, panel = _figure(7, 1 + 0.3 * len(ordered))
    bars = panel.barh([name for name, _ in ordered], [time for _, time in ordered], color=BLUE)
    panel.bar_label(bars, [f" {time:.0f} s" for _, time in ordered])
    panel.set_xlabel("seconds, all jobs of a stage together")
    panel.margins(x=0.12)
    _save(figure, path)


def _spoken(model: str) -> str:
    """A model's name as people say it."""
    return model.replace("_", " ")
