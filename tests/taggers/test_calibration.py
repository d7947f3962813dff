import json

import pytest

from tiny import make_student
from unitrans.errors import InputError
from unitrans.taggers.calibration import (
    NONE,
    Calibration,
    entity_score,
    from_log_odds,
    log_odds,
    read_calibration,
    threshold_for,
)
from unitrans.tagging.command import main

CURVE = [
    {"threshold": 0.0, "precision": 0.7, "kept": 1.0},
    {"threshold": 0.4, "precision": 0.8, "kept": 0.8},
    {"threshold": 0.6, "precision": 0.9, "kept": 0.5},
]


@pytest.fixture
def folder(tmp_path):
    values = {"scores": {"intercept": -1, "slope": 0.5}, "precision": CURVE}
    (tmp_path / "quality.json").write_text(json.dumps(values))
    return tmp_path


def test_log_odds_go_both_ways_and_have_an_end():
    assert from_log_odds(log_odds(0.3)) == pytest.approx(0.3)
    assert log_odds(0.5) == 0
    assert log_odds(0.0) == pytest.approx(-log_odds(1.0)) == pytest.approx(-9.21, abs=0.01)


def test_a_score_is_the_chance_that_all_words_are_right():
    assert entity_score([0.5, 0.8]) == pytest.approx(0.4)
    assert entity_score([0.5], Calibration(-1.0, 0.5)) == round(from_log_odds(-1.0), 4)
    assert entity_score([1.0] * 3) < 1


def test_a_folder_without_estimate_has_its_own_probabilities(tmp_path, folder):
    assert read_calibration(tmp_path / "elsewhere") == NONE
    assert read_calibration(folder) == Calibration(-1.0, 0.5)


@pytest.mark.parametrize(
    "content",
    ["{", "[]", "{}", '{"scores": []}', '{"scores": {"intercept": "x", "slope": 1}}'],
)
def test_a_damaged_estimate_is_refused_in_one_line(tmp_path, content):
    (tmp_path / "quality.json").write_text(content)
    with pytest.raises(InputError, match=r"quality\.json") as caught:
        read_calibration(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_precision_is_reached_by_the_lowest_threshold(folder, tmp_path):
    assert threshold_for(folder, 0.75) == 0.4
    assert threshold_for(folder, 0.9) == 0.6
    with pytest.raises(InputError, match=r"found 0\.95; expected at most 0\.9"):
        threshold_for(folder, 0.95)
    with pytest.raises(InputError, match="no such file"):
        threshold_for(tmp_path / "elsewhere", 0.9)


def test_the_command_leaves_out_what_is_unsure(tiny_encoder, folder, tmp_path, capsys):
    student = make_student(tiny_encoder, tmp_path / "student")
    (folder / "quality.json").rename(student / "quality.json")
    (tmp_path / "text.txt").write_text("Ana vive en Oslo.\nGil va a Bergen.\n")
    found = []
    for options in ([], ["--threshold", "0.3"], ["--precision", "0.9"]):
        assert main([str(student), str(tmp_path / "text.txt"), *options]) == 0
        lines = capsys.readouterr().out.splitlines()
        found.append([row["score"] for line in lines for row in json.loads(line)["entities"]])
    everything, above, precise = found
    assert above == [score for score in everything if score >= 0.3]
    assert precise == [score for score in everything if score >= 0.6]
    assert len(everything) > len(above)


@pytest.mark.parametrize("value", ["1", "-0.1", "much", "nan"])
def test_a_share_that_is_none_is_refused(value, capsys):
    with pytest.raises(SystemExit):
        main(["folder", "--threshold", value])
    assert "expected 0 to below 1" in capsys.readouterr().err
