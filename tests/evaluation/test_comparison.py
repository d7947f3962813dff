import numpy as np
import pytest
from scipy.stats import false_discovery_control

from unitrans.evaluation.bootstrap import BootstrapSettings
from unitrans.evaluation.comparison import (
    Sample,
    average_languages,
    close_distance,
    compare_models,
    correct_p,
    sample_models,
)
from unitrans.evaluation.predictions import TaggedSentence

FEW = BootstrapSettings(resamples=400)
WORDS = ("Ana", "va", "a", "Oslo")
GOLD = ("B-PER", "O", "O", "B-LOC")
WRONG = {"half": ("B-PER", "O", "O", "O"), "none": ("O",) * 4}


def run(share, kind="none", sentences=40):
    """A run that is wrong in the first sentences."""
    wrong = int(share * sentences)
    return [
        TaggedSentence(WORDS, GOLD, WRONG[kind] if number < wrong else GOLD)
        for number in range(sentences)
    ]


@pytest.fixture
def samples():
    runs = {
        "student": {1: run(0.2), 2: run(0.4)},
        "source_teacher": {1: run(0.5), 2: run(0.5)},
        "oracle": {1: run(0), 2: run(0)},
    }
    return sample_models(runs, FEW)


def test_a_sample_has_the_f1_of_each_seed(samples):
    # Of n entities found among n + m, F1 is 2n / (2n + m).
    assert samples["student"].by_seed == pytest.approx([2 * 0.8 / 1.8, 2 * 0.6 / 1.6])
    assert samples["student"].mean == pytest.approx((1.6 / 1.8 + 1.2 / 1.6) / 2)
    assert samples["oracle"].drawn.tolist() == [1.0] * 400


def test_comparisons_leave_out_references_that_are_not_there(samples):
    rows = compare_models(samples, ["source_teacher", "paper"], level=0.95)
    assert set(rows["student"]) == {"interval", "minus_source_teacher"}
    assert set(rows["source_teacher"]) == set(rows["oracle"]) == {"interval"}
    difference = rows["student"]["minus_source_teacher"]
    expected = 100 * (samples["student"].mean - samples["source_teacher"].mean)
    assert difference["mean"] == pytest.approx(expected, abs=0.01)
    assert difference["interval"][0] < difference["mean"] < difference["interval"][1]
    assert difference["p"] < 0.05


def test_the_distance_to_the_oracle_ends_at_the_oracle(samples):
    student, start, oracle = (samples[name] for name in ("student", "source_teacher", "oracle"))
    closed = close_distance(samples, level=0.95)
    assert set(closed) == {"student"}
    part = (student.mean - start.mean) / (oracle.mean - start.mean)
    assert closed["student"]["mean"] == pytest.approx(100 * part, abs=0.01)
    twins = {"a": start, "b": oracle, "source_teacher": start, "oracle": oracle}
    ends = close_distance(twins, level=0.95)
    assert ends["a"] == {"mean": 0, "interval": [0, 0]}
    assert ends["b"] == {"mean": 100, "interval": [100, 100]}


def test_no_distance_without_an_oracle_ahead(samples):
    without = {name: sample for name, sample in samples.items() if name != "oracle"}
    assert close_distance(without, level=0.95) == {}
    behind = samples | {"oracle": samples["source_teacher"]}
    assert close_distance(behind, level=0.95) == {}


def test_languages_are_averaged_as_if_drawn_independently():
    rng = np.random.default_rng(0)
    drawn = rng.normal(size=4000)
    languages = {
        name: {"student": Sample(np.array([value, value]), drawn), name: Sample(drawn[:2], drawn)}
        for name, value in (("es", 0.2), ("de", 0.4))
    }
    average = average_languages(languages, BootstrapSettings(resamples=4000))
    assert set(average) == {"student"}
    assert average["student"].by_seed == pytest.approx([0.3, 0.3])
    # The deviation of a mean of two independent values, not of one value twice.
    assert average["student"].drawn.std() == pytest.approx(drawn.std() / 2**0.5, rel=0.05)


def test_averages_stay_paired():
    rng = np.random.default_rng(1)
    drawn = {language: rng.normal(size=400) for language in ("es", "de")}
    languages = {
        language: {"a": Sample(np.array([0.5]), values), "b": Sample(np.array([0.4]), values - 0.1)}
        for language, values in drawn.items()
    }
    average = average_languages(languages, FEW)
    assert (average["a"] - average["b"]).drawn == pytest.approx(0.1)


def test_p_is_corrected_over_the_rows_of_one_reference():
    ps = [0.01, 0.04, 0.03]
    rows = [{"minus_paper": {"p": p}} for p in ps] + [{"minus_source_teacher": {"p": 0.5}}, {}]
    correct_p(rows, "paper")
    adjusted = [row["minus_paper"]["p_adjusted"] for row in rows[:3]]
    assert adjusted == pytest.approx([0.03, 0.04, 0.04])
    assert adjusted == pytest.approx(false_discovery_control(ps).tolist())
    assert "p_adjusted" not in rows[3]["minus_source_teacher"]
    correct_p([{}], "paper")
