import csv
import random
import time

import pytest

from unitrans.corpora.sentences import Sentence
from unitrans.evaluation.bootstrap import BootstrapSettings
from unitrans.evaluation.predictions import write_predictions
from unitrans.evaluation.summary import AVERAGE, summarise, write_table
from unitrans.report.summary import write_figure

TAGS = ("O", "O", "O", "B-PER", "B-LOC")
SHARES = {"student": 0.1, "source_teacher": 0.5, "paper": 0.4, "oracle": 0.02}


def write_models(folder, languages, shares, *, sentences, seeds=(1, 2)):
    """Predictions that are wrong in a share of the words."""
    rng = random.Random(5)
    files = {}
    for language in languages:
        corpus = [
            Sentence(str(n), ("w",) * 6, tuple(rng.choices(TAGS, k=6))) for n in range(sentences)
        ]
        for model, share in shares.items():
            for seed in seeds:
                path = folder / language / model / f"{seed}.conll"
                tags = [
                    [rng.choice(TAGS) if rng.random() < share else tag for tag in sentence.tags]
                    for sentence in corpus
                ]
                write_predictions(path, corpus, tags)
                files.setdefault(language, {}).setdefault(model, {})[seed] = path
    return files


@pytest.fixture(scope="module")
def summary(tmp_path_factory):
    folder = tmp_path_factory.mktemp("summary")
    files = write_models(folder, ["es", "de"], SHARES, sentences=80)
    return summarise(files, split="dev", bootstrap=BootstrapSettings(resamples=300))


def test_a_row_for_each_language_and_model_and_the_average(summary):
    names = [(row["language"], row["model"]) for row in summary["rows"]]
    assert names == [(one, model) for one in ("es", "de", AVERAGE) for model in SHARES]
    means = {(row["language"], row["model"]): row["f1"]["mean"] for row in summary["rows"]}
    expected = (means["es", "student"] + means["de", "student"]) / 2
    assert means[AVERAGE, "student"] == pytest.approx(expected, abs=0.011)


def test_rows_have_what_their_model_can_be_compared_with(summary):
    rows = {row["model"]: set(row) for row in summary["rows"]}
    common = {"language", "model", "f1", "interval"}
    assert rows["source_teacher"] == rows["oracle"] == common
    assert rows["paper"] == common | {"minus_source_teacher", "closed"}
    assert rows["student"] == rows["paper"] | {"minus_paper"}
    for row in summary["rows"]:
        for name in ("minus_source_teacher", "minus_paper"):
            assert name not in row or row[name]["p_adjusted"] >= row[name]["p"]


def test_one_language_needs_no_average(tmp_path):
    files = write_models(tmp_path, ["es"], {"student": 0.1}, sentences=5)
    result = summarise(files, split="test", bootstrap=BootstrapSettings(resamples=20))
    assert [row["language"] for row in result["rows"]] == ["es"]
    assert set(result["rows"][0]) == {"language", "model", "f1", "interval"}


def test_the_table_has_the_numbers_of_the_rows(summary, tmp_path):
    write_table(tmp_path / "summary.csv", summary["rows"])
    with (tmp_path / "summary.csv").open(newline="") as handle:
        table = list(csv.DictReader(handle))
    assert len(table) == len(summary["rows"])
    first, row = table[0], summary["rows"][0]
    assert float(first["f1"]) == row["f1"]["mean"]
    assert float(first["minus_paper_p_adjusted"]) == row["minus_paper"]["p_adjusted"]
    assert float(first["closed_low"]) == row["closed"]["interval"][0]
    assert table[1]["minus_source_teacher"] == ""


def test_the_figure_shows_every_model_and_repeats(summary, tmp_path):
    for name in ("a.svg", "b.svg"):
        write_figure(tmp_path / name, summary["rows"], level=0.95)
    first = (tmp_path / "a.svg").read_bytes()
    assert first == (tmp_path / "b.svg").read_bytes()
    assert first.count(b"<!-- source teacher -->") == 1
    assert all(f"<!-- {name} -->".encode() in first for name in ("es", "de", AVERAGE))


@pytest.mark.slow
def test_ten_thousand_resamples_of_five_seeds_and_five_thousand_sentences(tmp_path):
    seeds = range(1, 6)
    shares = {"student": 0.1, "source_teacher": 0.2}
    files = write_models(tmp_path, ["es"], shares, sentences=5000, seeds=seeds)
    start = time.monotonic()
    result = summarise(files, split="test", bootstrap=BootstrapSettings())
    assert time.monotonic() - start < 60  # about 4 on an idle core
    assert result["rows"][0]["minus_source_teacher"]["p"] == 0.0002
