"""Whole sentences through the workflow: translated, aligned, projected."""

import json
import random

import pytest

from checkout import Checkout, changed
from copier import WORDS
from translation.test_backends import needs_apertium

NAMES = {"Oslo": "LOC", "Bern": "LOC", "Ana": "PER", "Luis": "PER"}
SENTENCES = 30


def write_corpus(path):
    """Sentences of the copier's words, each word once."""
    draw = random.Random(3)
    lines = []
    for _ in range(SENTENCES):
        words = draw.sample(WORDS, k=draw.randint(2, 4))
        lines.append(
            " ".join(f"[{NAMES[word]} {word}]" if word in NAMES else word for word in words)
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory, tiny_encoder, copier):
    """Spanish is copied by a model, German comes from a file, Dutch from Apertium."""
    found = Checkout(tmp_path_factory.mktemp("sentences"), tiny_encoder)
    write_corpus(found.folder / "names.txt")
    found.config = changed(
        found,
        targets=["es", "de", "nl"],
        entity_types=["PER", "LOC"],
        alignment={"layer": 1, "max_subwords": 128, "precision": "float32"},
        overrides={
            "es": {
                "translation": {"method": "marian"},
                "sentence_translation": {
                    "model": str(copier),
                    "keep_types": [],
                    "shard_sentences": 7,
                },
            },
            "de": {
                "translation": {"method": "parallel"},
                "sentence_translation": {"path": "german.txt"},
            },
            "nl": {
                "translation": {"method": "apertium"},
                "sentence_translation": {"mode": "eng-spa"},
            },
        },
    )
    found.config["corpora"] |= {
        "en": {"train": "names.txt"},
        **{
            language: {
                "unlabelled": f"resources/sample/{language}/train.txt",
                "limit": {"unlabelled": 40},
            }
            for language in ("es", "de", "nl")
        },
    }
    for language in ("dev", "test"):
        found.config["corpora"]["en"][language] = "names.txt"
    (found.folder / "german.txt").write_text("eins\n" * SENTENCES, encoding="utf-8")
    return found


def read(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.slow
def test_a_model_that_copies_brings_every_label_to_its_word(checkout):
    checkout.make("results/es/projection.jsonl")
    source, found = (
        read(checkout.folder / "results" / name)
        for name in ("en/corpus/train.jsonl", "es/projection.jsonl")
    )
    assert len(found) == SENTENCES
    assert found == source
    assert checkout.read("results/es/alignments.stats.json")["source_words_aligned_share"] == 1
    assert "projected: " in (checkout.folder / "results/es/projection.sample.txt").read_text(
        "utf-8"
    )
    matching = changed(checkout, alignment={**checkout.config["alignment"], "method": "match"})
    plan = checkout.planned("results/es/projection.jsonl", config=matching)
    assert set(plan) == {"align_words", "project_spans"}


@pytest.mark.slow
def test_shards_change_no_byte(checkout):
    names = ["translation.jsonl", "translation.stats.json", "alignments.txt"]
    names += ["alignments.stats.json", "projection.jsonl"]
    checkout.make("results/es/projection.jsonl")
    whole = checkout.digests("results/es/*.*")
    own = changed(checkout, shards={"pool": 1, "source": 2})
    for name in names:
        (checkout.folder / "results/es" / name).unlink()
    result = checkout.run("results/es/projection.jsonl", config=own)
    assert result.returncode == 0, result.stderr
    assert "translate_part" in result.stderr
    assert checkout.digests("results/es/*.*") == whole
    assert {f"results/es/{name}" for name in names} <= set(whole)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "at"), [(SENTENCES + 1, SENTENCES + 1), (SENTENCES - 1, SENTENCES)]
)
def test_a_file_with_another_number_of_lines_is_refused(checkout, lines, at):
    (checkout.folder / "german.txt").write_text("eins\n" * lines, encoding="utf-8")
    result = checkout.run("results/de/translation.jsonl")
    assert result.returncode != 0
    errors = [line for line in result.stderr.splitlines() if line.startswith("ERROR [")]
    assert len(errors) == 1
    assert f"german.txt:{at}: found {lines} lines in all; expected {SENTENCES}" in errors[0]
    assert "Traceback" not in result.stderr
    assert not (checkout.folder / "results/de/translation.jsonl").exists()


@pytest.mark.slow
def test_links_of_another_aligner_take_the_place_of_ours(checkout):
    (checkout.folder / "german.txt").write_text("Oslo nichts\n" * SENTENCES, encoding="utf-8")
    (checkout.folder / "links.txt").write_text("0-0\n" * SENTENCES, encoding="utf-8")
    overrides = checkout.config["overrides"]
    own = overrides | {"de": overrides["de"] | {"alignment": {"path": "links.txt"}}}
    result = checkout.run("results/de/alignments.txt", config=changed(checkout, overrides=own))
    assert result.returncode == 0, result.stderr
    assert (checkout.folder / "results/de/alignments.txt").read_text("utf-8") == "0-0\n" * SENTENCES


@pytest.mark.slow
@needs_apertium
def test_apertium_translates_in_the_workflow(checkout):
    checkout.make("results/nl/projection.jsonl")
    words = {
        word
        for line in read(checkout.folder / "results/nl/translation.jsonl")
        for word in line["translation"]
    }
    assert NAMES.keys() - words <= {"Bern", "Oslo"}  # people pass untranslated


@pytest.mark.parametrize(
    ("method", "key"), [("apertium", "mode"), ("marian", "model"), ("parallel", "path")]
)
def test_a_method_without_what_it_needs_is_refused_before_any_job(checkout, method, key):
    result = checkout.run(
        "-n", "all", config=changed(checkout, overrides={"es": {"translation": {"method": method}}})
    )
    assert result.returncode != 0
    assert f"sentence_translation.{key} of es: found nothing" in result.stderr + result.stdout
