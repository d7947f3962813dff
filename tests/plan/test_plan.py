import pathlib
import re
from pathlib import Path

import pytest

from unitrans.plan import inputs

NO_TEST = {"corpora": {"pt": {"unlabelled": "resources/sample/es/train.txt"}}}


def test_only_languages_with_gold_are_scored(make_plan):
    plan = make_plan(targets=["es", "pt"], **NO_TEST)
    assert plan.scored == ["es"]


def test_wildcards_match_their_values_only(make_plan):
    patterns = make_plan(targets=["es"], seeds=[1, 22]).wildcards()
    assert re.fullmatch(patterns["seed"], "22")
    assert not re.fullmatch(patterns["seed"], "2")
    assert re.fullmatch(patterns["language"], "en")
    assert not re.fullmatch(patterns["target"], "en")
    assert re.fullmatch(patterns["model"], "oracle")
    assert not re.fullmatch(patterns["name"], "a/b")


def test_a_wildcard_without_values_matches_nothing(make_plan):
    patterns = make_plan(external_teachers={}).wildcards()
    assert not re.fullmatch(patterns["ensemble"], "")
    assert not re.fullmatch(patterns["external"], "")


def test_an_ensemble_brings_its_seeds(make_plan):
    variants = {"together": {"ensemble": [5, 7]}}
    plan = make_plan(targets=["es"], seeds=[1], variants=variants)
    assert {1, 5, 7} <= set(plan.all_seeds)
    assert "5-7" in plan.ensembles


def test_targets_are_told_apart_by_how_they_are_translated(make_plan):
    overrides = {"de": {"translation": {"method": "apertium"}}}
    plan = make_plan(targets=["es", "de"], overrides=overrides)
    assert plan.translated_by(words=True) == "es"
    assert plan.translated_by(words=False) == "de"
    assert make_plan(targets=["es"]).translated_by(words=False) == "(?!)"


def test_a_corpus_that_came_translated_is_of_neither_kind(make_plan, job):
    overrides = {"de": {"translation": {"method": "labelled", "path": "data/de.conll"}}}
    plan = make_plan(targets=["es", "de"], overrides=overrides)
    assert plan.translated_by(words=True) == "es"
    assert plan.translated_by(words=False) == "(?!)"
    assert plan.translated_elsewhere == "de"
    pages = [path for path in inputs.everything(plan, {}) if path.endswith("translation.html")]
    assert pages == ["results/es/report/translation.html"]


def test_the_source_teacher_belongs_to_the_source(make_plan):
    plan = make_plan(variants={"soft": {"vote_weight": 0}})
    assert plan.folder("source_teacher", "es", 1) == "results/en/source_teacher/seed1/"
    assert plan.folder("tuned_teacher", "es", 1) == "results/es/tuned_teacher/seed1/"
    assert plan.folder("soft", "es", 1) == "results/es/variants/soft/student/seed1/"


def test_relative_paths_count_from_the_project(make_plan, tmp_path, monkeypatch):
    plan = make_plan()
    monkeypatch.chdir(tmp_path)
    found = plan.path("resources/sample/es/test.txt")
    assert not pathlib.Path(found).is_absolute()
    assert pathlib.Path(found).samefile(plan.project / "resources/sample/es/test.txt")


def test_no_prefix_can_be_put_before_a_file_of_the_user(make_plan):
    assert pathlib.Path(make_plan("tagger/").path("resources/sample/es/test.txt")).is_absolute()


def test_a_model_is_a_folder_or_a_name(make_plan, tmp_path):
    plan = make_plan()
    assert plan.model_path("bert-base") == "bert-base"
    assert plan.model_path(None) is None
    assert plan.model_files("bert-base") == []
    names = ("config.json", "model.safetensors", "tokenizer.json", "vocab.txt")
    for name in (*names, "README.md", "notes.txt", "pytorch_model.bin"):
        (tmp_path / name).touch()
    found = plan.model_files(str(tmp_path))
    assert [Path(path).name for path in found] == sorted(names)


def test_a_file_outside_the_project_keeps_its_path_when_the_project_moves(make_plan, tmp_path):
    assert make_plan().path(str(tmp_path / "encoder")) == str(tmp_path / "encoder")


@pytest.mark.parametrize(
    ("count", "name", "parts"),
    [(1, "a/b.jsonl", ["1-of-1"]), (2, "a/b.{scatteritem}.jsonl", ["1-of-2", "2-of-2"])],
)
def test_shards_have_names_of_their_own(make_plan, count, name, parts):
    plan = make_plan(shards={"pool": count})
    assert plan.shard("a/b.jsonl", "pool") == name
    assert plan.shards("pool") == parts


@pytest.mark.parametrize(("gpus", "processes", "one"), [(0, 1, 0), (1, 1, 1), (4, 4, 1)])
def test_each_gpu_has_a_process(make_plan, gpus, processes, one):
    plan = make_plan(gpus=gpus)
    assert (plan.processes, plan.one_gpu) == (processes, one)
