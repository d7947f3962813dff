import copy
from pathlib import Path

import pytest
import yaml

from unitrans.errors import InputError
from unitrans.plan.checks import SCHEMA, check_config
from unitrans.plan.configuration import corpus_settings, digest, for_language

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def config():
    return yaml.safe_load((PROJECT / "config" / "config.yaml").read_text("utf-8"))


def test_the_default_configuration_is_valid(config):
    check_config(config, PROJECT)


def test_the_schema_tells_the_defaults(config):
    schema = yaml.safe_load(SCHEMA.read_text("utf-8"))
    told = {
        name: value["default"] for name, value in schema["properties"].items() if "default" in value
    }
    # The sample's files and the variants would be the configuration once more.
    assert told == {name: config[name] for name in config if name not in ("corpora", "variants")}


def put(*keys):
    """Change one value: all keys but the last name it."""

    def change(config):
        *path, name, value = keys
        for key in path:
            config = config.setdefault(key, {})
        if value is None:
            config.pop(name)
        else:
            config[name] = value

    return change


REFUSED = {
    "unknown key": (put("colour", 1), r"config: colour: found an unknown key; .* corpora, "),
    "misspelt key": (put("student", "epoch", 3), r"student\.epoch: found an unknown .* epochs, "),
    "key of a split": (put("corpora", "es", "tran", "x"), r"corpora\.es\.tran: found an unknown"),
    "missing key": (put("seeds", None), r"'seeds' is a required property"),
    "text for a number": (put("student", "epochs", "three"), r"student\.epochs: .* whole number"),
    "number out of range": (put("training", "warmup", 2), r"training\.warmup: .* 0 to 1"),
    "no such choice": (
        put("student", "start", "x"),
        r"student: found model 'x'; expected one of: .*, source_teacher, ",
    ),
    "no such corpus": (put("tuned_teacher", "corpus", "x"), r"corpus: .* projected or mixed"),
    "no such teacher": (put("student", "soft_labels", ["x"]), r"student: found model 'x'"),
    "no that YAML read as false": (put("targets", [False]), r'targets\.0: .* \(quote "no"'),
    "language for a shell": (put("targets", ["x; touch y"]), r"targets\.0: .* does not match"),
    "unknown language": (put("targets", ["fr"]), r"language 'fr', .* one of: de, en, es, nb, nl"),
    "source as a target": (put("targets", ["en"]), r"targets: found the source 'en'"),
    "target as a source": (
        put("source_teacher", "further_languages", ["es"]),
        r"further_languages: found 'es', the source or a target",
    ),
    "further source without labels": (
        lambda config: (
            put("targets", ["es"])(config),
            put("source_teacher", "further_languages", ["nl"])(config),
        ),
        r"corpora\.nl: found no train split",
    ),
    "target twice": (put("targets", ["es", "es"]), r"targets: .* none twice"),
    "no pool": (
        put("corpora", "es", "unlabelled", None),
        r"corpora\.es: found no unlabelled split",
    ),
    "no train": (put("corpora", "en", "train", None), r"corpora\.en: found no train split"),
    "missing file": (put("corpora", "es", "test", "no.txt"), r"es\.test: found no file no\.txt"),
    "limit of gold": (
        put("corpora", "es", "test", {"path": "x", "limit": 3}),
        r"es\.test: found a l",
    ),
    "missing dictionary": (
        put("overrides", "es", {"dictionary": {"method": "file", "path": "no.tsv"}}),
        r"dictionary\.path of es: found no file no\.tsv",
    ),
    "unknown type": (
        put("entity_types", ["PER", "GENE"]),
        r"entity_types: found 'GENE', which .*train",
    ),
    "label of no corpus": (
        put("corpora", "en", "label_map", {"GPE": "LOC"}),
        r"label 'GPE', which no",
    ),
    "foreign override": (
        put("overrides", "es", {"source_teacher": {}}),
        r"es\.source_teacher: found",
    ),
    "external teacher without its file": (
        put("external_teachers", "llm", {"es": "no.jsonl"}),
        r"external_teachers\.llm\.es: found no file no\.jsonl",
    ),
    "external teacher named as a model": (
        put("external_teachers", "paper", {}),
        r"external_teachers: found 'paper'",
    ),
    "variant of nothing": (
        put("variants", "a", {"soft_labels": ["b"]}),
        r"config: a: found model 'b'; expected one of: .*third_round",
    ),
    "variant that learns nothing": (
        put("variants", "a", {"soft_weight": 0, "vote_weight": 0}),
        r"config: a: soft_weight and vote_weight: found 0 and 0",
    ),
    "variant named as a model": (put("variants", "oracle", {}), r"variants: found 'oracle'"),
    "variant named for a shell": (put("variants", "a/b", {}), r"variants\.a/b: found an unknown"),
    "student of itself": (
        put("student", "voters", ["third_round"]),
        r"third_round|student: found itself",
    ),
    "summary of nothing": (
        put("summary", "variants", ["x"]),
        r"summary\.variants: found 'x'; expected some of: oracle, first_round",
    ),
    "override of no target": (put("overrides", "fr", {"student": {}}), r"found language 'fr'"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_a_faulty_configuration_is_refused_in_one_line(config, change, message):
    change(config)
    with pytest.raises(InputError, match=message) as caught:
        check_config(config, PROJECT)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("config: ")


def test_texts_from_the_command_line_become_numbers(config):
    config["seeds"] = ["122", "649"]
    config["student"].update(learning_rate="1e-4", epochs="3", freeze_embeddings="false")
    config["encoder"]["revision"] = "1234"
    check_config(config, PROJECT)
    assert config["seeds"] == [122, 649]
    student = config["student"]
    assert (student["learning_rate"], student["epochs"]) == (1e-4, 3)
    assert student["freeze_embeddings"] is False
    assert config["encoder"]["revision"] == "1234"


def test_keys_of_a_split_win_over_those_of_the_language():
    corpus = {
        "encoding": "iso-8859-1",
        "limit": {"train": 5},
        "train": "a",
        "dev": {"path": "b", "encoding": "utf-8"},
        "unlabelled": {"dataset": "wikiann", "limit": 9},
    }
    config = {"corpora": {"es": corpus}}
    assert corpus_settings(config, "es", "train") == {
        "path": "a",
        "encoding": "iso8859-1",  # the one name of what has many
        "limit": 5,
    }
    assert corpus_settings(config, "es", "dev") == {"path": "b"}  # the default says nothing
    assert corpus_settings(config, "es", "unlabelled")["limit"] == 9
    assert corpus_settings(config, "es", "test") == {}


def test_overrides_hold_for_their_target_alone(config):
    config["overrides"] = {"es": {"student": {"epochs": 9}}}
    assert for_language(config, "es")["student"]["epochs"] == 9
    assert for_language(config, "es")["student"]["start"] == config["student"]["start"]
    assert for_language(config, "de")["student"] == config["student"]
    assert for_language(config, None)["student"] == config["student"]


def test_the_digest_sums_up_what_a_language_depends_on(config):
    before = {language: digest(config, language) for language in ("es", "de")}
    changed = copy.deepcopy(config)
    changed["overrides"] = {"es": {"dictionary": {"neighbours": 5}}}
    changed["targets"] = ["es", "de"]
    assert digest(changed, "es") != before["es"]
    assert digest(changed, "de") == before["de"]
    changed["training"]["batch_size"] = 32
    assert digest(changed, "de") != before["de"]


def test_a_variant_is_laid_over_the_target_s_student(config):
    config["overrides"] = {"es": {"student": {"epochs": 9}}}
    config["variants"]["longer"] = {"batch_size": 8}
    student = for_language(config, "es", "longer")["student"]
    assert (student["epochs"], student["batch_size"]) == (9, 8)
    assert "batch_size" not in for_language(config, "es")["student"]
    assert for_language(config, "de", "paper")["student"]["epochs"] == 3


def test_the_digest_of_a_variant_is_its_own(config):
    names = (None, "paper", "third_round")
    before = {name: digest(config, "es", name) for name in names}
    assert len(set(before.values())) == len(names)
    config["variants"]["another"] = {}
    config["summary"]["variants"] = []
    assert {name: digest(config, "es", name) for name in names} == before
    config["variants"]["fourth"] = {"soft_labels": ["third_round"]}
    fourth = digest(config, "es", "fourth")
    config["variants"]["third_round"]["epochs"] = 4
    assert digest(config, "es", "fourth") != fourth
    assert digest(config, "es") == before[None]


def test_the_digest_has_the_external_teachers_that_teach(config):
    files = {"es": "data/llm.es.jsonl", "de": "data/llm.de.jsonl"}
    before = digest(config, "es")
    config["external_teachers"]["llm"] = files
    assert digest(config, "es") == before
    config["student"]["soft_labels"] = ["llm"]
    taught = digest(config, "es")
    files["de"] = "data/other.de.jsonl"
    assert digest(config, "es") == taught
    files["es"] = "data/other.es.jsonl"
    assert digest(config, "es") != taught
