"""Variants, ensembles, the oracle and the summary, as a user asks for them."""

import csv
import json

import pytest

from checkout import Checkout, changed

VARIANTS = (
    "paper",
    "votes_only",
    "no_voting",
    "no_translation",
    "third_round",
    "ensemble",
    "oracle",
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory, tiny_encoder):
    made = Checkout(tmp_path_factory.mktemp("variants"), tiny_encoder)
    made.config |= {"targets": ["es"], "summary": {"variants": ["paper", "oracle"]}}
    made.config["oracle"] = {"epochs": 1, "minimum_steps": 0}
    made.config["variants"] = {"ensemble": {"ensemble": [1, 2]}}
    for name in ("paper", "third_round"):
        made.config["variants"][name] = {"epochs": 1}
    return made


@pytest.fixture(scope="module")
def finished(checkout):
    targets = [f"results/es/variants/{name}/f1.json" for name in VARIANTS]
    checkout.make(
        *targets, *(f"results/{name}.json" for name in ("es/f1", "es/diagnostics", "summary"))
    )
    return checkout


def test_a_variant_needs_only_what_it_learns_from(checkout):
    plan = checkout.planned("results/es/variants/no_translation/f1.json")
    assert plan["train_source_teacher"] == plan["train_variant"] == 1
    assert not {"translate_words", "cast_votes", "train_tuned_teacher", "train_student"} & set(plan)
    plan = checkout.planned("results/es/variants/oracle/f1.json")
    assert plan["train_oracle"] == 1
    assert not {"predict_soft_labels", "train_variant", "train_student"} & set(plan)


def test_a_tuned_teacher_needs_only_what_it_is_made_from(checkout):
    target = "results/es/tuned_teacher/seed1/model.safetensors"
    config = changed(checkout, tuned_teacher={"start": "encoder"})
    assert "train_source_teacher" not in checkout.planned(target, config=config)
    config = changed(checkout, tuned_teacher={"corpus": "mixed"})
    assert checkout.planned(target, config=config)["train_source_teacher"] == 1


def test_further_languages_join_the_source(checkout):
    corpora = {"de": {"train": "resources/sample/de/dev.txt"}}
    config = changed(checkout, source_teacher={"further_languages": ["de"]}, corpora=corpora)
    plan = checkout.planned("results/en/source_teacher/seed1/model.safetensors", config=config)
    assert plan["ingest_corpus"] == 2


def test_the_main_job_makes_no_other_variant_than_the_first_round(checkout):
    plan = checkout.planned("all", config=changed(checkout, summary={"variants": []}))
    assert plan["train_variant"] == 1  # the first round
    assert not {"train_oracle", "average_soft_labels"} & set(plan)


@pytest.mark.slow
def test_every_variant_is_scored_beside_the_source_teacher(finished):
    source = finished.read("results/es/f1.json")["models"]["source_teacher"]
    digests = set()
    for name in VARIANTS:
        result = finished.read(f"results/es/variants/{name}/f1.json")
        assert list(result["models"]) == [name, "source_teacher"]
        assert result["models"]["source_teacher"] == source
        digests.add(result["configuration"])
    assert len(digests) == len(VARIANTS)


@pytest.mark.slow
def test_students_differ_and_teachers_are_shared(finished):
    students = finished.digests("results/es/variants/*/student/seed1/model.safetensors")
    students |= finished.digests("results/es/student/seed1/model.safetensors")
    # These teachers agree on every word: one that votes alone teaches what all three do.
    del students["results/es/variants/no_voting/student/seed1/model.safetensors"]
    assert len(students) == len(set(students.values())) == len(VARIANTS)
    folders = {path.parent.name for path in finished.folder.glob("results/*/*/seed1")}
    assert folders == {
        *("source_teacher", "translated_teacher", "tuned_teacher"),
        *("student", "oracle"),
    }
    every_word = finished.read("results/es/votes/tuned_teacher/seed1.stats.json")
    assert every_word["coverage"] == 1


@pytest.mark.slow
def test_the_pool_s_gold_labels_are_in_one_file_for_the_oracle(finished):
    corpus = finished.folder / "results/es/corpus"
    pool, oracle = (
        [json.loads(line) for line in (corpus / name).read_text("utf-8").splitlines()]
        for name in ("unlabelled.jsonl", "oracle.jsonl")
    )
    assert [{"id": s["id"], "tokens": s["tokens"]} for s in oracle] == pool


@pytest.mark.slow
def test_the_summary_has_the_variants_of_the_configuration(finished):
    rows = {row["model"]: row for row in finished.read("results/summary.json")["rows"]}
    assert list(rows)[-2:] == ["paper", "oracle"]
    assert {"minus_paper", "minus_source_teacher"} <= set(rows["student"])
    scores = finished.read("results/es/f1.json")["models"]["student"]
    assert rows["student"]["f1"] == scores["f1"]
    assert rows["student"]["interval"] == scores["interval"]
    with (finished.folder / "results/summary.csv").open(newline="") as handle:
        assert [row["model"] for row in csv.DictReader(handle)] == list(rows)


@pytest.mark.slow
def test_diagnostics_speak_of_the_scored_split(finished):
    found = finished.read("results/es/diagnostics.json")
    scores = finished.read("results/es/f1.json")["models"]["student"]
    assert (
        sum(row["entities"] for row in found["models"]["student"]["seen"].values())
        == (scores["support"])
    )
    assert found["votes"]["all"]["gold"] == finished.read("results/es/f1.json")["tokens"]
    assert found["dictionary"]["PER"]["words"] > 0


@pytest.mark.slow
def test_a_further_member_trains_no_existing_model_again(finished):
    config = changed(finished, variants={"ensemble": {"ensemble": [1, 2, 3]}})
    plan = finished.planned("results/es/variants/ensemble/f1.json", config=config)
    teachers = ("train_source_teacher", "train_translated_teacher", "train_tuned_teacher")
    assert [plan[teacher] for teacher in teachers] == [1, 1, 1]
    # The teachers and the first round of the third seed, the mean of three first rounds.
    assert (plan["predict_soft_labels"], plan["average_soft_labels"]) == (4, 1)
    assert plan["train_variant"] == 2
    assert finished.planned("results/es/variants/paper/f1.json", config=config) == {}


@pytest.mark.slow
def test_a_variant_s_setting_reruns_that_variant_alone(finished):
    config = changed(finished, variants={**finished.config["variants"], "paper": {"epochs": 2}})
    targets = [f"results/es/variants/{name}/f1.json" for name in VARIANTS]
    plan = finished.planned(*targets, "results/es/f1.json", config=config)
    assert plan == {"train_variant": 1, "predict_tags": 1, "score_variant": 1}


@pytest.mark.slow
def test_an_external_teacher_votes(checkout):
    checkout.make("results/es/corpus/unlabelled.jsonl")
    text = (checkout.folder / "results/es/corpus/unlabelled.jsonl").read_text("utf-8")
    pool = [json.loads(line) for line in text.splitlines()]
    lines = [json.dumps({"id": s["id"], "tags": ["O"] * len(s["tokens"])}) for s in pool]
    (checkout.folder / "llm.jsonl").write_text("\n".join(lines))
    taught = {"voters": ["llm", "student"], "soft_labels": ["llm"], "ensemble": [1, 2]}
    teachers = {"llm": {"es": "llm.jsonl"}}
    config = changed(checkout, external_teachers=teachers, variants={"taught": taught})
    result = checkout.run("results/es/soft_labels/llm/seed1-2.safetensors", config=config)
    assert result.returncode == 0, result.stderr
    plan = checkout.planned("results/es/variants/taught/f1.json", config=config)
    assert "import_soft_labels" not in plan
    # The student of the second seed votes too, after votes of its own.
    assert {"train_student", "cast_chosen_votes", "train_variant"} <= set(plan)
    config["targets"] = ["es", "de"]
    result = checkout.run("-n", "results/de/variants/taught/f1.json", config=config)
    assert "external_teachers.llm: found no file for de" in result.stdout


@pytest.mark.slow
def test_a_student_s_setting_reaches_all_rounds(finished):
    config = changed(finished, student={"vote_weight": 0.5})
    plan = finished.planned("results/es/variants/third_round/f1.json", config=config)
    expected = {"train_student": 1, "predict_soft_labels": 2, "cast_chosen_votes": 2}
    assert plan == expected | {"train_variant": 2, "predict_tags": 1, "score_variant": 1}
