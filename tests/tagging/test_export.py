import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
from tokenizers import Tokenizer
from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

from tagging.exported import PIECES, WORDS, run
from unitrans.corpora.tags import entities
from unitrans.errors import InputError
from unitrans.jobs.files import read_json
from unitrans.taggers.decoding import viterbi_tags
from unitrans.tagging import export as module
from unitrans.tagging.export import (
    FLOAT,
    QUANTISED,
    ExportSettings,
    check_pipeline,
    pipeline_entities,
)
from unitrans.tagging.student import Student

pytestmark = pytest.mark.slow


def test_onnx_gives_the_same_tags(exported):
    report = read_json(exported / "export.json")
    assert report["models"]["model.safetensors"]["equal_tags"] == 1  # all pieces of the corpus
    assert report["models"][FLOAT]["equal_tags"] == 1
    assert report["models"][FLOAT]["f1_loss"] == 0
    assert 0.5 < report["models"][QUANTISED]["equal_tags"] <= 1
    assert report["models"][QUANTISED]["megabytes"] < report["models"][FLOAT]["megabytes"]
    assert report["pieces"]["kept"] == PIECES < report["pieces"]["of"]
    assert report["changed_words"] == 0
    assert report["f1"] is not None
    assert report["words"] == 8 * (1 + 2 + 5 + 9 + 40)


def test_the_folder_is_small_and_whole(exported, student_folder):
    model = AutoModelForTokenClassification.from_pretrained(exported)
    tokenizer = AutoTokenizer.from_pretrained(exported)
    assert model.config.vocab_size == len(tokenizer) == PIECES
    assert model.get_input_embeddings().num_embeddings == PIECES
    assert (exported / "model.safetensors").stat().st_size < 0.5 * (
        student_folder / "model.safetensors"
    ).stat().st_size
    assert (exported / "README.md").read_text() == "The card.\n"
    settings = read_json(exported / "tokenizer_config.json")
    assert settings["tokenizer_class"] == "PreTrainedTokenizerFast"  # known to transformers 4, too


def test_every_program_that_reads_logits_finds_what_the_tagger_finds(
    exported, student_folder, corpus
):
    """The best class of each subword by itself, of text without any division into words."""
    import onnxruntime

    student = Student.load(student_folder, precision="float32")
    session = onnxruntime.InferenceSession(exported / FLOAT)
    tokenizer = Tokenizer.from_file(str(exported / "tokenizer.json"))
    tags = np.array(student.tag_set.tags)
    found = 0
    for sentence in corpus:
        values, offsets = student.probabilities([sentence])
        (decoded,) = viterbi_tags(values, offsets, student.tag_set)
        encoding = tokenizer.encode(" ".join(sentence.tokens))
        ids = np.array([encoding.ids])
        (logits,) = session.run(["logits"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        names = tags[logits[0].argmax(-1)]
        groups = pipeline_entities(grouped(names, encoding.offsets), sentence.tokens)
        assert groups == entities(decoded)
        assert names[0] == names[-1] == "O"
        found += len(groups)
    assert found > 20


def grouped(names, offsets):
    """What a pipeline makes of tags: a group for each B-, as far as the I- of its type go."""
    groups = []
    for name, (start, end) in zip(names, offsets, strict=True):
        if name.startswith("B-"):
            groups.append({"entity_group": name[2:], "start": start, "end": end})
        elif name.startswith("I-"):
            assert groups[-1]["entity_group"] == name[2:]
            groups[-1]["end"] = end
    return groups


def test_all_pieces_are_kept_where_asked_for(student_folder, corpus, tmp_path):
    run(student_folder, tmp_path, corpus, pieces=None)
    report = read_json(tmp_path / "export.json")
    assert report["pieces"]["kept"] == report["pieces"]["of"]


def test_the_example_runs_on_its_own(exported, tmp_path):
    shutil.copytree(exported, tmp_path / "elsewhere")
    command = [sys.executable, str(tmp_path / "elsewhere" / "example.py"), *(4 * WORDS)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines
    for line in lines:
        kind, name = line.split(" ", 1)
        assert kind in {"PER", "ORG", "LOC", "MISC"}
        assert name in " ".join(4 * WORDS)


def test_other_tags_are_refused_and_no_report_is_written(
    student_folder, corpus, tmp_path, monkeypatch
):
    honest = module.onnx_probabilities
    monkeypatch.setattr(
        module, "onnx_probabilities", lambda *args, **kw: honest(*args, **kw)[:, ::-1]
    )
    with pytest.raises(InputError, match=r"model.onnx: found .*%.*expected 99.9%"):
        run(student_folder, tmp_path, corpus)
    assert not (tmp_path / "export.json").exists()


def test_a_number_of_pieces_that_cannot_be_is_refused():
    with pytest.raises(InputError, match=r"export\.pieces: found 0; expected 1 or more, or null"):
        ExportSettings(0)


def test_the_pipeline_finds_the_same_entities(student_folder, corpus):
    """Where the best tags of all subwords are a legal sequence, which decoding leaves alone."""
    student = Student.load(student_folder, precision="float32")
    short = [sentence for sentence in corpus if len(sentence.tokens) < 10]
    values, offsets = student.probabilities(short)
    decoded = viterbi_tags(values, offsets, student.tag_set)
    tagger = pipeline(
        "token-classification", model=str(student_folder), aggregation_strategy="simple"
    )
    alike = 0
    for sentence, tags in zip(short, decoded, strict=True):
        found = pipeline_entities(tagger(" ".join(sentence.tokens)), sentence.tokens)
        alike += found == entities(tags)
    shares = check_pipeline(student, short, decoded)
    assert shares["sentences"] == round(alike / len(short), 4)
    assert shares["own_f1"] is not None
    assert json.dumps(shares)
