"""What a change runs again: for each of many changes, the rules that have to, and no other."""

import copy
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml

from checkout import Checkout

TARGET = "results/es/f1.json"

# What follows a change, from the end of the pipeline to its start.
SCORE = {"score_language"}
TAGS = {"predict_tags"} | SCORE
STUDENT = {"train_student", "estimate_quality"} | TAGS
SECOND_ROUND = {"predict_soft_labels", "cast_chosen_votes"} | STUDENT
FIRST_ROUND = {"train_variant"} | SECOND_ROUND
VOTES = {"cast_votes"} | FIRST_ROUND
TUNED = {"train_tuned_teacher"} | VOTES
TRANSLATED = {"train_translated_teacher"} | TUNED
SOURCE = {"train_source_teacher"} | TUNED
PROJECTED = {"project_labels"} | TRANSLATED
WORDS = {"translate_words"} | PROJECTED
LEXICON = {"build_lexicon"} | WORDS
TRAININGS = TRANSLATED | SOURCE
CORPUS = {"ingest_corpus"}
ENCODER = {"prepare_encoder"} | LEXICON | SOURCE
ALL = CORPUS | ENCODER
NOTHING = set()


def config(**sections):
    """A change of the configuration."""

    def change(checkout, settings):
        for section, values in sections.items():
            if isinstance(values, dict) and isinstance(settings.get(section), dict):
                settings[section] |= values
            else:
                settings[section] = values

    return change


def variant(name, **values):
    return lambda checkout, settings: settings.setdefault("variants", {}).update({name: values})


def override(section, **values):
    return config(overrides={"es": {section: values}})


def split(language, name, **keys):
    def change(checkout, settings):
        path = f"resources/sample/{language}/train.txt"
        settings["corpora"][language][name] = {"path": path, **keys}

    return change


def further_source(checkout, settings):
    settings["corpora"]["nl"] = {"train": "resources/sample/nl/train.txt"}
    settings["source_teacher"]["further_languages"] = ["nl"]


def edit(path, old, new):
    """A change of a file; undone after the plan."""

    def change(checkout, settings):
        file = checkout.folder / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1))

    change.file = path
    return change


def add(path, text):
    """A further line at the end of a file."""

    def change(checkout, settings):
        with (checkout.folder / path).open("a") as file:
            file.write(text)

    change.file = path
    return change


def touch(path):
    def change(checkout, settings):
        (checkout.folder / path).touch()

    change.file = path
    return change


def remove(path):
    def change(checkout, settings):
        (checkout.folder / path).unlink()

    change.file = path
    return change


def answers(checkout, settings):
    path = checkout.folder / "answers.tsv"
    path.write_text("Madrid\tLOC\n", "utf-8")
    settings["corpora"]["es"]["answers"] = str(path)


SCRIPTS = "workflow/scripts"
LIBRARY = f"{SCRIPTS}/unitrans"
CHANGES = {
    "nothing": (config(), NOTHING),
    # --- settings ---
    "resamples": (config(evaluation={"resamples": 200}), SCORE),
    "split that is scored": (config(evaluation={"split": "dev"}), CORPUS | TAGS),
    "annotation": (config(annotation={"sentences": 5}), NOTHING),
    "licence of the card": (config(card={"license": "mit"}), NOTHING),
    "summary": (config(summary={"variants": ["paper"]}), NOTHING),
    "another target": (config(targets=["es", "de"]), NOTHING),
    "checkpoints": (config(training={"checkpoint_seconds": 7}), NOTHING),
    "weight decay": (config(training={"weight_decay": 0.5}), TRAININGS),
    "batch size": (config(training={"batch_size": 4}), TRAININGS),
    "window": (config(training={"max_subwords": 64}), TRAININGS),
    "epochs of the source teacher": (config(source_teacher={"epochs": 1}), SOURCE),
    "epochs of the translated teacher": (
        config(translated_teacher={"epochs": 1}),
        TRANSLATED - {"train_tuned_teacher"},
    ),
    "epochs of the tuned teacher": (config(tuned_teacher={"epochs": 1}), TUNED),
    "epochs of the oracle": (config(oracle={"epochs": 1}), NOTHING),
    "epochs of the student": (config(student={"epochs": 1}), FIRST_ROUND),
    "epochs of the first round": (
        variant("first_round", start="tuned_teacher", epochs=1),
        FIRST_ROUND,
    ),
    "soft weight": (config(student={"soft_weight": 0.5}), FIRST_ROUND),
    "student of the first round's teachers": (
        config(student={"soft_labels": ["source_teacher", "translated_teacher", "tuned_teacher"]}),
        STUDENT,
    ),
    "student from the encoder": (config(student={"start": "encoder"}), STUDENT),
    "a variant of nobody's": (variant("mine", epochs=1), NOTHING),
    "seed": (config(seeds=[2]), SOURCE | TRANSLATED),
    "further seed": (config(seeds=[1, 2]), SOURCE | TRANSLATED),
    "neighbours": (config(dictionary={"neighbours": 3}), LEXICON),
    "depth": (config(dictionary={"depth": 0.5}), LEXICON),
    "words of vectors, unused": (config(dictionary={"maximum_words": 9}), NOTHING),
    "path of a dictionary, unused": (
        config(dictionary={"path": "resources/sample/es/test.txt"}),
        NOTHING,
    ),
    "dictionary of another target": (
        config(overrides={"de": {"dictionary": {"neighbours": 3}}}),
        NOTHING,
    ),
    "dictionary of this target": (override("dictionary", neighbours=3), LEXICON),
    "types without an entry": (config(dictionary={"skip_types": []}), LEXICON),
    "casing": (config(translation={"name_casing": "copy"}), WORDS),
    "types that are kept": (config(translation={"keep_types": []}), WORDS),
    "lower case of the projection": (config(projection={"lower_case": "keep"}), PROJECTED),
    "alignment, unused": (config(alignment={"layer": 1}), NOTHING),
    "spans, unused": (config(span_projection={"keep": "all"}), NOTHING),
    "sentences, unused": (config(sentence_translation={"beams": 2}), NOTHING),
    "limit of the source": (split("en", "train", limit=50), CORPUS | LEXICON | SOURCE),
    "limit of the pool": (
        split("es", "unlabelled", format="bracketed", limit=30),
        CORPUS | LEXICON | SOURCE - {"train_source_teacher"},
    ),
    "encoding by another name": (split("en", "train", limit=60, encoding="utf8"), NOTHING),
    "format by its name": (
        split("en", "train", limit=60, format="bracketed"),
        CORPUS | LEXICON | SOURCE,
    ),
    "longest sentence": (split("en", "train", limit=60, max_tokens=10), CORPUS | LEXICON | SOURCE),
    "default said again": (split("en", "train", limit=60, max_tokens=200), NOTHING),
    "corrected sentences": (split("es", "corrected"), CORPUS | STUDENT),
    "answers": (answers, STUDENT),
    "further source": (further_source, CORPUS | SOURCE),
    # --- files ---
    "touched corpus": (touch("resources/sample/es/train.txt"), NOTHING),
    "touched artifact": (touch("results/es/lexicon.tsv"), NOTHING),
    "corpus of the source": (edit("resources/sample/en/train.txt", "[", "["), NOTHING),
    "further sentence of the pool": (
        add("resources/sample/es/train.txt", "Ana vive en Lugo .\n"),
        CORPUS | LEXICON | VOTES,
    ),
    "further gold": (add("resources/sample/es/test.txt", "[PER Ana] vive .\n"), CORPUS | TAGS),
    "comment in a script": (add(f"{SCRIPTS}/train_teacher.py", "# a comment\n"), NOTHING),
    "code of a script": (add(f"{SCRIPTS}/cast_votes.py", "import sys\n"), VOTES | SECOND_ROUND),
    "comment in a module": (add(f"{LIBRARY}/taggers/trainer.py", "\n# a comment\n"), NOTHING),
    "code of the trainer": (add(f"{LIBRARY}/taggers/trainer.py", "\nCHANGED = 1\n"), TRAININGS),
    "code of projection": (add(f"{LIBRARY}/projection/labels.py", "\nCHANGED = 1\n"), PROJECTED),
    "code of the scores": (
        add(f"{LIBRARY}/evaluation/bootstrap.py", "\nCHANGED = 1\n"),
        SCORE | {"estimate_quality"},
    ),
    "code of a figure": (add(f"{LIBRARY}/report/plots.py", "\nCHANGED = 1\n"), NOTHING),
    "code of the plan": (add(f"{LIBRARY}/plan/plan.py", "\nCHANGED = 1\n"), NOTHING),
    "note beside the encoder": (add("encoder/notes.txt", "mine\n"), NOTHING),
    "settings of the encoder": (
        edit(
            "encoder/config.json",
            '"attention_probs_dropout_prob": 0.1',
            '"attention_probs_dropout_prob": 0.2',
        ),
        ENCODER,
    ),
    # --- artifacts that were deleted ---
    "deleted scores": (remove("results/es/f1.json"), SCORE),
    "deleted student": (remove("results/es/student/seed1/model.safetensors"), STUDENT),
    "deleted tokenizer of the student": (
        remove("results/es/student/seed1/tokenizer.json"),
        STUDENT,
    ),
    "deleted soft labels": (
        remove("results/es/soft_labels/first_round/seed1.safetensors"),
        SECOND_ROUND,
    ),
    "deleted votes": (remove("results/es/votes/seed1.safetensors"), VOTES),
    "deleted lexicon": (remove("results/es/lexicon.tsv"), LEXICON),
    "deleted predictions": (remove("results/es/predictions/student/seed1.conll"), TAGS),
    "deleted source teacher": (remove("results/en/source_teacher/seed1/model.safetensors"), SOURCE),
    "deleted pool": (remove("results/es/corpus/unlabelled.jsonl"), CORPUS | LEXICON | VOTES),
    "deleted encoder": (remove("results/encoder/model.safetensors"), ENCODER),
    "deleted training record": (remove("results/es/tuned_teacher/seed1/training.json"), TUNED),
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory, tiny_encoder):
    folder = tmp_path_factory.mktemp("incremental")
    checkout = Checkout(folder, "encoder")
    shutil.copytree(tiny_encoder, folder / "encoder")
    checkout.config["targets"] = ["es"]
    checkout.make(TARGET)
    return checkout


def plan(checkout, name, settings):
    """The rules that would run, read from a dry run."""
    file = checkout.folder / "config" / f"{re.sub(r'[^a-z]', '-', name)}.yaml"
    file.write_text(yaml.safe_dump(settings))
    command = [sys.executable, "-m", "snakemake", "-n", TARGET, "--configfile", str(file)]
    result = subprocess.run(
        command, cwd=checkout.folder, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    table = re.search(r"^job +count\n[- ]+\n(.*?)^total", result.stdout, re.S | re.M)
    return {line.split()[0] for line in table[1].splitlines()} if table else set()


def changed_plan(checkout, name):
    change, _ = CHANGES[name]
    settings = copy.deepcopy(checkout.config)
    path = checkout.folder / change.file if hasattr(change, "file") else None
    before = None
    if path and path.exists():
        before = path.read_bytes(), path.stat()
    try:
        change(checkout, settings)
        return plan(checkout, name, settings)
    finally:
        if before:
            path.write_bytes(before[0])
            os.utime(path, ns=(before[1].st_atime_ns, before[1].st_mtime_ns))
        elif path:
            path.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def plans(finished):
    """All plans: those of settings two at a time, those of files one after the other."""
    settings = [name for name, (change, _) in CHANGES.items() if not hasattr(change, "file")]
    with ThreadPoolExecutor(2) as pool:
        found = dict(
            zip(
                settings, pool.map(lambda name: changed_plan(finished, name), settings), strict=True
            )
        )
    return found | {name: changed_plan(finished, name) for name in CHANGES if name not in found}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("name", "rules"), [(n, r) for n, (_, r) in CHANGES.items()], ids=CHANGES)
def test_a_change_runs_what_depends_on_it(plans, name, rules):
    assert plans[name] == rules


@pytest.mark.slow
def test_deleted_artifacts_come_back_by_the_same_command_byte_for_byte(finished):
    before = finished.digests("results/**/*.*")
    folder = finished.folder / "results" / "es"
    for path in ("student/seed1/model.safetensors", "votes/seed1.safetensors", "f1.json"):
        (folder / path).unlink()
    finished.make(TARGET)
    after = finished.digests("results/**/*.*")
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == set()
