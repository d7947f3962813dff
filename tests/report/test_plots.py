from xml.etree import ElementTree

import numpy as np
import pytest

from report.test_pages import RESULT
from unitrans.report.plots import plot_confusion, plot_curves, plot_scores, plot_times, plot_votes
from unitrans.report.run_times import stage_seconds

CURVE = {"sentences": 3, "curve": [{"step": 1, "loss": 2.0}, {"step": 2, "loss": 1.0}]}


@pytest.mark.parametrize(
    ("plot", "values"),
    [
        (plot_scores, (RESULT,)),
        (plot_curves, ({"student": {1: CURVE, 2: CURVE}, "source_teacher": {1: CURVE}},)),
        (plot_votes, ({"O": 0.9, "PER": None}, {"O": 0.99, "PER": None})),
        (plot_votes, ({"O": 0.9, "PER": 0.4}, {})),
        (plot_confusion, (np.array([[5, 1], [0, 0]]), ["O", "PER"])),
        (plot_times, ({"train_student": 3.5, "cast_votes": 0.2},)),
    ],
)
def test_a_figure_is_svg_and_the_same_every_time(tmp_path, plot, values):
    for name in ("one.svg", "other.svg"):
        plot(tmp_path / name, *values)
    assert ElementTree.parse(tmp_path / "one.svg").getroot().tag.endswith("svg")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()
    assert b"http://example" not in (tmp_path / "one.svg").read_bytes()


def test_seconds_are_those_of_a_target_and_of_what_all_share(tmp_path):
    for name, seconds in {
        "train_student/es.1": 2,
        "train_student/es.2": 3,
        "train_student/de.1": 50,
        "train_source_teacher/1": 7,
    }.items():
        path = tmp_path / f"{name}.tsv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"s\th:m:s\n{seconds}\t0:00:01\n")
    assert stage_seconds(tmp_path, others=["de"]) == {
        "train_source_teacher": 7,
        "train_student": 5,
    }
