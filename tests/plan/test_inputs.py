from pathlib import Path

import pytest

from unitrans.errors import InputError
from unitrans.plan import inputs

NO_TEST = {"pt": {"unlabelled": "resources/sample/es/train.txt"}}


def test_a_corpus_is_a_file_or_is_fetched(make_plan, job):
    plan = make_plan(corpora={"xx": {"train": {"dataset": "a/b"}}})
    (found,) = inputs.corpus(plan, job(language="es", split="test"))
    assert found.endswith("resources/sample/es/test.txt")
    assert inputs.corpus(plan, job(language="xx", split="train")) == []


def test_a_dictionary_from_files_depends_on_them(make_plan, job):
    def names(target, **settings):
        plan = make_plan(overrides={"es": {"dictionary": settings}})
        return [Path(path).name for path in inputs.dictionary(plan, job(target=target))]

    assert names("es", method="file", path="resources/x.tsv") == ["x.tsv"]
    assert names("es", method="file", path="resources/x.index") == ["x.index", "x.dict"]
    assert names("es", method="file", path="resources/x.dict") == ["x.index", "x.dict"]
    vectors = {"source_vectors": "a.vec", "target_vectors": "b.vec"}
    assert names("es", method="vectors", path="x.tsv", **vectors) == ["a.vec", "b.vec"]
    assert names("es", method="induced", path="x.tsv") == names("de") == []


def test_only_parallel_text_and_a_model_are_files_to_translate_with(make_plan, job):
    def translator(method, **settings):
        overrides = {"es": {"translation": {"method": method}, "sentence_translation": settings}}
        return inputs.translator(make_plan(overrides=overrides), job(target="es"))

    assert translator("apertium", mode="eng-spa") == []
    assert [Path(path).name for path in translator("parallel", path="es.txt")] == ["es.txt"]
    assert translator("marian", model="on-the-hub") == []
    assert translator("marian", model="envs") == []  # a folder without any file of a model


def test_translated_parts_are_of_several_shards_only(make_plan, job):
    overrides = {"es": {"translation": {"method": "apertium"}}}
    one, two = (make_plan(overrides=overrides, shards={"source": n}) for n in (1, 2))
    assert inputs.translated_parts(one, job(target="es")) == []
    assert inputs.translated_parts(two, job(target="es")) == [
        "results/es/translation.1-of-2.json",
        "results/es/translation.2-of-2.json",
    ]


def test_links_from_elsewhere_need_no_encoder(make_plan, job):
    overrides = {"es": {"alignment": {"path": "links.txt"}}}
    plan = make_plan(overrides=overrides)
    assert inputs.alignment(plan, job(target="es")) == {}
    assert set(inputs.alignment(plan, job(target="de"))) == {"source", "vectors", "encoder"}


def test_a_tuned_teacher_needs_what_it_goes_on_from(make_plan, job):
    wildcards = job(target="es", seed=1)
    settings = {"start": "source_teacher", "corpus": "mixed"}
    found = inputs.tuning(make_plan(tuned_teacher=settings), wildcards)
    assert found["start"][1] == "results/en/source_teacher/seed1/model.safetensors"
    assert found["beside"] == ["results/en/corpus/train.jsonl"]
    settings = {"start": "encoder", "corpus": "projected"}
    assert inputs.tuning(make_plan(tuned_teacher=settings), wildcards) == {}


def test_lessons_are_what_the_weights_ask_for(make_plan, job):
    variants = {
        "soft": {
            **{"vote_weight": 0, "soft_labels": ["tuned_teacher"], "start": "encoder"},
            "rehearse_source": False,
        },
        "votes": {"soft_weight": 0, "voters": ["source_teacher", "student"], "ensemble": [1, 2]},
    }
    plan = make_plan(variants=variants)
    soft = inputs.lessons(plan, job(target="es", seed=1, variant="soft"))
    assert soft == {"soft_labels": ["results/es/soft_labels/tuned_teacher/seed1.safetensors"]}
    votes = inputs.lessons(plan, job(target="es", seed=1, variant="votes"))
    assert "soft_labels" not in votes
    assert votes["source"] == "results/en/corpus/train.jsonl"
    assert votes["votes"].endswith("seed1-2.safetensors")


def test_an_oracle_has_no_votes(make_plan, job):
    plan = make_plan(seeds=[1, 2])
    assert inputs.vote_stats(plan, job(target="es", variant="oracle")) == []
    assert len(inputs.vote_stats(plan, job(target="es"))) == 2


def test_the_votes_shown_are_those_of_several_voters(make_plan, job):
    plan = make_plan()
    (student,) = inputs.vote_stats(plan, job(target="es"))
    assert student == f"results/es/votes/seed{plan.seeds[0]}.stats.json"


def test_members_and_voters_are_taken_apart(make_plan, job):
    plan = make_plan()
    assert inputs.members(plan, job(target="es", model="student", ensemble="1-2")) == [
        "results/es/soft_labels/student/seed1.safetensors",
        "results/es/soft_labels/student/seed2.safetensors",
    ]
    assert inputs.voters(plan, job(target="es", voters="a+b", members="7")) == [
        "results/es/soft_labels/a/seed7.safetensors",
        "results/es/soft_labels/b/seed7.safetensors",
    ]


def test_an_external_teacher_needs_a_file_of_the_target(make_plan, job):
    plan = make_plan(external_teachers={"llm": {"es": "labels.jsonl"}})
    found = inputs.external_labels(plan, job(target="es", external="llm"))
    assert Path(found).name == "labels.jsonl"
    with pytest.raises(InputError, match=r"external_teachers.llm: found no file for de"):
        inputs.external_labels(plan, job(target="de", external="llm"))


def test_what_needs_gold_is_left_out_without_any(make_plan, job):
    plan = make_plan(targets=["es", "pt"], corpora=NO_TEST)
    es, pt = job(target="es"), job(target="pt")
    assert inputs.gold(plan, es) == "results/es/corpus/test.jsonl"
    with pytest.raises(InputError, match=r"corpora.pt: found no test split"):
        inputs.gold(plan, pt)
    assert inputs.scores(plan, pt) == {}
    assert inputs.teacher_predictions(plan, pt) == {}
    assert inputs.check_sentences(plan, pt) == "results/pt/corpus/unlabelled.jsonl"
    assert len(inputs.card_corpora(plan, es)) == len(inputs.card_corpora(plan, pt)) + 1
    everything = inputs.everything(plan, {})
    assert "results/es/f1.json" in everything
    assert "results/pt/f1.json" not in everything
    assert "results/pt/student/seed122/README.md" in everything


def test_predictions_are_of_every_seed(make_plan, job):
    plan = make_plan(seeds=[1, 2])
    found = inputs.predictions(plan, job(target="es"), ["student"])
    assert found == [f"results/es/predictions/student/seed{seed}.conll" for seed in (1, 2)]
    found = inputs.probabilities(plan, job(target="es"), ["student"])
    assert found[0] == "results/es/predictions/student/seed1.safetensors"
    found = inputs.variant_predictions(plan, job(target="es", variant="soft"))
    assert [path.split("/")[3] for path in found] == ["soft", "soft"] + ["source_teacher"] * 2


def test_trainings_of_the_source_teacher_are_the_sources(make_plan, job):
    found = inputs.trainings(make_plan(seeds=[1]), job(target="es"))
    assert found["source_teacher"] == ["results/en/source_teacher/seed1/training.json"]
    assert found["student"] == ["results/es/student/seed1/training.json"]


def test_a_lexicon_is_of_translation_word_by_word(make_plan, job):
    overrides = {"de": {"translation": {"method": "apertium"}}}
    plan = make_plan(overrides=overrides)
    assert inputs.lexicon(plan, job(target="es")) == {"lexicon": "results/es/lexicon.tsv"}
    assert inputs.lexicon(plan, job(target="de")) == {}
