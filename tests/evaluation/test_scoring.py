import random

import numpy as np
import pytest

from unitrans.corpora.sentences import Sentence
from unitrans.errors import InputError
from unitrans.evaluation.bootstrap import BootstrapSettings, count_entities, f1
from unitrans.evaluation.predictions import TaggedSentence, write_predictions
from unitrans.evaluation.scoring import (
    over_seeds,
    score_language,
    seqeval_report,
)
from unitrans.evaluation.table import REFERENCE, headline, score_lines
from unitrans.jobs.artifacts import write_json

TAGS = ["O"] * 6 + [f"{border}-{kind}" for border in "BI" for kind in ("PER", "LOC", "ORG")]
FEW = BootstrapSettings(resamples=500)


def random_tags(rng, length):
    return tuple(rng.choice(TAGS) for _ in range(length))


def spoil(rng, tags, share):
    return tuple(rng.choice(TAGS) if rng.random() < share else tag for tag in tags)


def score(folder, gold, models, **options):
    """Write the predictions {model: {seed: tags of all sentences}} and score them."""
    sentences = [
        Sentence(str(number), tuple(f"w{word}" for word in range(len(tags))), tuple(tags))
        for number, tags in enumerate(gold)
    ]
    paths = {model: {} for model in models}
    for model, seeds in models.items():
        for seed, predicted in seeds.items():
            paths[model][seed] = folder / model / f"seed{seed}.conll"
            write_predictions(paths[model][seed], sentences, predicted)
    settings = {"language": "es", "split": "test", "corpora": {}, "votes": {}, "digest": "d"}
    return score_language(paths, **(settings | {"bootstrap": FEW} | options))


@pytest.fixture
def scored(tmp_path):
    rng = random.Random(4)
    gold = [random_tags(rng, rng.randint(1, 15)) for _ in range(60)]
    shares = {"student": 0.1, REFERENCE: 0.5, "tuned_teacher": 0.5}
    models = {
        model: {seed: [spoil(rng, tags, share) for tags in gold] for seed in (122, 649, 705)}
        for model, share in shares.items()
    }
    corpora = {"es/corpus/test": {"sentences": 60}}
    votes = {122: {"coverage": 0.9}, 649: {"coverage": 0.8}}
    return gold, models, score(tmp_path, gold, models, corpora=corpora, votes=votes)


@pytest.mark.parametrize("seed", range(20))
def test_counts_give_the_f1_of_seqeval(seed):
    rng = random.Random(seed)
    gold = [random_tags(rng, rng.randint(1, 12)) for _ in range(30)]
    predicted = [spoil(rng, tags, 0.3) for tags in gold]
    counts = np.array([count_entities(*pair) for pair in zip(gold, predicted, strict=True)])
    run = [TaggedSentence(g, g, p) for g, p in zip(gold, predicted, strict=True)]
    report = seqeval_report(run, strict=False)["micro avg"]
    assert f1(counts.sum(0)) == pytest.approx(report["f1-score"], abs=1e-12)
    assert counts[:, 2].sum() == report["support"] > 0


def test_strict_scores_refuse_what_conlleval_lets_pass(tmp_path):
    gold = [("B-PER", "I-PER", "O", "B-LOC")]
    row = score(tmp_path, gold, {"student": {1: [("I-PER", "I-PER", "O", "B-LOC")]}})
    student = row["models"]["student"]
    assert student["f1"]["mean"] == 100
    assert student["strict"]["f1"]["mean"] == 66.67
    assert student["strict"]["precision"]["mean"] == 100
    assert student["strict"]["recall"]["mean"] == 50
    assert student["types"]["PER"]["f1"]["mean"] == 100
    assert student["strict"]["types"]["PER"]["f1"]["mean"] == 0


def test_measures_by_hand(tmp_path):
    gold = [("B-PER", "O", "B-LOC", "O"), ("B-LOC", "I-LOC", "O", "O")]
    one = [("B-PER", "O", "B-PER", "O"), ("B-LOC", "I-LOC", "O", "B-ORG")]  # 2 of 4, of 3
    two = [("O", "O", "O", "O"), ("B-LOC", "I-LOC", "O", "O")]  # 1 of 1, of 3
    student = score(tmp_path, gold, {"student": {1: one, 2: two}})["models"]["student"]
    assert student["precision"]["by_seed"] == {"1": 50, "2": 100}
    assert student["recall"]["by_seed"] == {"1": 66.67, "2": 33.33}
    assert student["f1"]["by_seed"] == {"1": 57.14, "2": 50}
    assert student["f1"]["mean"] == 53.57
    assert student["f1"]["deviation"] == 5.05  # 7.142857 / sqrt(2)
    assert student["support"] == 3
    assert {kind: row["support"] for kind, row in student["types"].items()} == {
        "LOC": 2,
        "ORG": 0,
        "PER": 1,
    }
    assert student["types"]["LOC"]["recall"]["by_seed"] == {"1": 50, "2": 50}
    assert student["types"]["ORG"]["f1"]["by_seed"] == {"1": 0, "2": 0}


def test_models_and_seeds_keep_their_order(scored):
    _, models, result = scored
    assert list(result["models"]) == list(models)
    assert result["seeds"] == [122, 649, 705]
    assert list(result["models"]["student"]["f1"]["by_seed"]) == ["122", "649", "705"]


def test_interval_holds_the_mean(scored):
    for row in scored[2]["models"].values():
        low, high = row["interval"]
        assert 0 < low < row["f1"]["mean"] < high < 100


def test_difference_to_the_source_teacher_is_paired(scored, tmp_path):
    gold, models, result = scored
    rows = result["models"]
    assert f"minus_{REFERENCE}" not in rows[REFERENCE]
    better = rows["student"][f"minus_{REFERENCE}"]
    expected = rows["student"]["f1"]["mean"] - rows[REFERENCE]["f1"]["mean"]
    assert better["mean"] == pytest.approx(expected, abs=0.011)
    assert better["interval"][0] > 0
    assert better["p"] < 0.01
    assert rows["tuned_teacher"][f"minus_{REFERENCE}"]["p"] > 0.05
    twins = score(tmp_path / "twins", gold, {"student": models["student"]} | {
        REFERENCE: models["student"]
    })["models"]["student"]  # fmt: skip
    assert twins[f"minus_{REFERENCE}"] == {"mean": 0, "interval": [0, 0], "p": 1}
    assert twins["interval"][0] < twins["interval"][1]


def test_context_is_passed_on(scored):
    gold, _, result = scored
    assert result["sentences"] == 60
    assert result["tokens"] == sum(map(len, gold))
    assert (result["language"], result["split"], result["configuration"]) == ("es", "test", "d")
    assert result["corpora"] == {"es/corpus/test": {"sentences": 60}}
    assert result["votes"] == {"122": {"coverage": 0.9}, "649": {"coverage": 0.8}}
    assert result["bootstrap"] == {
        "resamples": 500, "level": 0.95, "seed": FEW.seed, "over": "sentences",
    }  # fmt: skip
    assert result["unit"].startswith("percent")
    assert result["versions"]["seqeval"]
    assert result["versions"]["python"]


def test_same_predictions_give_the_same_bytes(scored, tmp_path):
    gold, models, result = scored
    write_json(tmp_path / "one.json", result)
    again = score(tmp_path / "again", gold, models, corpora=result["corpora"], votes={})
    write_json(tmp_path / "two.json", again | {"votes": result["votes"]})
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


@pytest.mark.parametrize(
    ("gold", "predicted"),
    [
        ([("O", "O")], [("O", "O")]),
        ([("O", "O")], [("B-PER", "O")]),
        ([("B-PER", "O")], [("O", "O")]),
        ([("O",)], [("I-PER",)]),
    ],
)
def test_no_entity_scores_zero_without_warnings(tmp_path, gold, predicted, recwarn):
    models = {"student": {1: predicted}, REFERENCE: {1: predicted}}
    row = score(tmp_path, gold, models)["models"]["student"]
    assert row["f1"] == {"mean": 0, "deviation": None, "by_seed": {"1": 0}}
    assert row["interval"] == [0, 0]
    assert row[f"minus_{REFERENCE}"]["p"] == 1
    assert not [w for w in recwarn if issubclass(w.category, RuntimeWarning)]


def test_files_of_other_sentences_are_refused(tmp_path):
    for seed, tag in ((1, "B-PER"), (2, "O")):
        sentence = Sentence("1", ("Oslo",), (tag,))
        write_predictions(tmp_path / f"seed{seed}.conll", [sentence], [["O"]])
    paths = {seed: tmp_path / f"seed{seed}.conll" for seed in (1, 2)}
    with pytest.raises(InputError, match=r"seed2\.conll: found other words or gold tags.*seed1"):
        score_language(
            {"student": paths}, language="es", split="test", corpora={}, votes={}, digest=""
        )


def test_no_file_is_refused():
    with pytest.raises(InputError, match="predictions: found no file"):
        score_language(
            {"student": {}}, language="es", split="test", corpora={}, votes={}, digest=""
        )


def test_deviation_is_that_of_a_sample():
    assert over_seeds({1: 0.5, 2: 0.7}) == {
        "mean": 60.0, "deviation": 14.14, "by_seed": {"1": 50.0, "2": 70.0},
    }  # fmt: skip
    assert over_seeds({1: 0.5})["deviation"] is None


def test_table_has_a_line_for_each_model(scored):
    lines = score_lines(scored[2]["models"])
    assert len(lines) == 1 + 3
    assert lines[1].startswith("student ")
    mean = f"{scored[2]['models']['student']['f1']['mean']:.2f}"
    assert mean in lines[1]
    assert f"to {REFERENCE}, p" in lines[1]
    assert headline(scored[2]["models"]).startswith(f"student: F1 {mean}, ")
