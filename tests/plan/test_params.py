import os

from unitrans.plan import params


def test_a_section_is_resolved_for_its_target(make_plan, job):
    settings = {"method": "file", "neighbours": 3, "path": "x.tsv"}
    plan = make_plan(overrides={"es": {"dictionary": settings}})
    found = params.section(plan, job(target="es"), "dictionary")
    assert found["neighbours"] == 3
    assert os.path.relpath(found["path"], os.path.relpath(plan.project)) == "x.tsv"
    assert not found.keys() & {"depth", "maximum_words"}  # what a file has no use for
    assert "path" not in params.section(plan, job(target="de"), "dictionary")
    assert "method" not in params.section(plan, job(target="es"), "translation", ["method"])


def test_a_training_has_the_models_own_settings(make_plan, job):
    plan = make_plan(variants={"long": {"epochs": 99}}, training={"batch_size": 7})
    found = params.training(plan, job(target="es", variant="long"), "student")
    assert (found["epochs"], found["batch_size"]) == (99, 7)
    assert params.training(plan, job(target="es"), "student")["epochs"] != 99
    assert "checkpoint_seconds" not in found


def test_a_checkpoint_has_a_place_of_its_own(make_plan, job):
    found = params.checkpoint(make_plan("tagger/"), job(target="es", seed=1))
    assert found == "tagger/checkpoints/student/es.1.safetensors"
    found = params.checkpoint(make_plan(), job(target="es", seed=1, variant="soft"))
    assert found == "checkpoints/soft/es.1.safetensors"


def test_a_job_without_shards_works_on_the_whole(make_plan, job):
    assert params.shard(make_plan(), job(target="es")) == "1-of-1"
    assert params.shard(make_plan(), job(target="es", scatteritem="2-of-3")) == "2-of-3"


def test_a_variant_is_scored_beside_the_source_teacher(make_plan, job):
    assert params.models(make_plan(), job(variant="soft")) == ["soft", "source_teacher"]
    assert params.models(make_plan(), job())[0] == "student"


def test_other_targets_are_all_but_the_jobs_own(make_plan, job):
    assert params.other_targets(make_plan(targets=["es", "de"]), job(target="es")) == ["de"]


def test_a_digest_changes_with_what_it_is_of(make_plan, job):
    before = params.settings_digest(make_plan(), job(target="es"))
    assert params.settings_digest(make_plan(), job(target="es")) == before
    changed = make_plan(overrides={"es": {"dictionary": {"neighbours": 3}}})
    assert params.settings_digest(changed, job(target="es")) != before
    one = params.template_digest(make_plan(), "page.html")
    assert one != params.template_digest(make_plan(), "page.html", "scores.html")


def test_the_method_of_translation_is_the_targets(make_plan, job):
    plan = make_plan(overrides={"es": {"translation": {"method": "apertium"}}})
    assert params.translation_method(plan, job(target="es")) == "apertium"
    assert params.translation_method(plan, job(target="de")) == "words"
