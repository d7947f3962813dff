import json
import subprocess
import sys

import numpy as np
import pytest
from transformers import pipeline

from tiny import make_student
from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.corpora.tags import entities
from unitrans.errors import InputError
from unitrans.jobs.files import read_json
from unitrans.taggers.decoding import viterbi_tags
from unitrans.tagging import onnx
from unitrans.tagging.onnx import FLOAT, INT8, check_pipeline, export, pipeline_entities
from unitrans.tagging.text import Student

TEXT = "Ana vive en Bergen y trabaja para la Universidad de Oslo desde 1994 ."
WORDS = TEXT.split()


@pytest.fixture(scope="module")
def corpus():
    draw = np.random.default_rng(1)
    sentences = [tuple(draw.choice(WORDS, size)) for size in (1, 2, 5, 9, 40) for _ in range(8)]
    return [
        Sentence(str(n), tuple(map(str, words)), ("B-PER",) + ("O",) * (len(words) - 1))
        for n, words in enumerate(sentences)
    ]


@pytest.fixture(scope="module")
def student_folder(tiny_encoder, tmp_path_factory):
    return make_student(tiny_encoder, tmp_path_factory.mktemp("student"))


@pytest.fixture(scope="module")
def exported(student_folder, corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    write_sentences(folder / "gold.jsonl", corpus)
    export(student_folder, folder, sentences=folder / "gold.jsonl", threads=1)
    return folder


def test_onnx_gives_the_same_tags(exported):
    report = read_json(exported / "export.json")
    assert report["models"][FLOAT]["equal_tags"] == 1
    assert report["models"][FLOAT]["f1_loss"] == 0
    assert 0.5 < report["models"][INT8]["equal_tags"] <= 1
    assert report["models"][INT8]["megabytes"] < report["models"][FLOAT]["megabytes"]
    assert report["pytorch_f1"] is not None
    assert report["words"] == 8 * (1 + 2 + 5 + 9 + 40)


def test_the_example_runs_on_its_own(exported, student_folder):
    command = [sys.executable, str(exported / "example.py"), *WORDS]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    labels = set(json.loads((student_folder / "config.json").read_text())["id2label"].values())
    assert [line.split()[0] for line in lines] == WORDS
    assert {line.split()[1] for line in lines} <= labels


def test_other_tags_are_refused_and_no_report_is_written(
    student_folder, corpus, tmp_path, monkeypatch
):
    write_sentences(tmp_path / "gold.jsonl", corpus)
    honest = onnx.onnx_probabilities
    monkeypatch.setattr(
        onnx, "onnx_probabilities", lambda *args, **kw: honest(*args, **kw)[:, ::-1]
    )
    with pytest.raises(InputError, match=r"model.onnx: found .*%.*expected 99.9%"):
        export(student_folder, tmp_path, sentences=tmp_path / "gold.jsonl", threads=1)
    assert not (tmp_path / "export.json").exists()


def test_the_pipeline_finds_the_same_entities(student_folder, corpus):
    """Where the best tags of the words are a legal sequence, which decoding leaves alone."""
    student = Student.load(student_folder, precision="float32")
    short = [sentence for sentence in corpus if len(sentence.tokens) < 10]
    values, offsets = student.probabilities(short)
    decoded = viterbi_tags(values, offsets, student.tag_set)
    best = [student.tag_set.tags[number] for number in values.argmax(1)]
    tagger = pipeline(
        "token-classification", model=str(student_folder), aggregation_strategy="first"
    )
    compared = 0
    for number, sentence in enumerate(short):
        if tuple(best[offsets[number] : offsets[number + 1]]) == decoded[number]:
            found = tagger(list(sentence.tokens), is_split_into_words=True)[0]
            assert pipeline_entities(found, sentence.tokens) == entities(decoded[number])
            compared += bool(found)
    assert compared >= 5
    shares = check_pipeline(student, short, decoded)
    assert compared / len(short) <= shares["sentences"] <= 1
