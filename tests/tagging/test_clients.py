"""Other people's programs find what the project's own tagger finds, in text as it is.

They are installed apart: transformers.js by ``npm install --ignore-scripts`` in ``tests/clients``;
for transformers 4 and optimum, ``UNITRANS_TRANSFORMERS_4`` names a Python that has both.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from tokenizers import Tokenizer

from tagging.exported import TEXT
from unitrans.jobs.files import read_json
from unitrans.tagging.session import FLOAT, QUANTISED
from unitrans.tagging.student import Student
from unitrans.tagging.text import tag_lines

CLIENTS = Path(__file__).parents[1] / "clients"
pytestmark = pytest.mark.slow
PLAIN = TEXT.replace(" .", ".")


@pytest.fixture
def own(student_folder):
    """What the project finds: type and place of each entity."""
    student = Student.load(student_folder, precision="float32")
    return [
        (one["type"], one["start"], one["end"])
        for sentence in tag_lines([PLAIN], student)
        for one in sentence.entities()
    ]


@pytest.fixture
def texts(tmp_path):
    """A file with the text, as other programs are given it."""
    path = tmp_path / "texts.json"
    path.write_text(json.dumps([PLAIN]), "utf-8")
    return path


def subword_tags(folder, name):
    """The tag of each subword of the text, by the model itself."""
    encoding = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(PLAIN)
    ids = np.array([encoding.ids])
    session = onnxruntime.InferenceSession(folder / name)
    (logits,) = session.run(["logits"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    labels = read_json(folder / "config.json")["id2label"]
    return [labels[str(number)] for number in logits[0].argmax(-1)]


@pytest.mark.parametrize(("dtype", "name"), [("fp32", FLOAT), ("q8", QUANTISED)])
def test_transformers_js(exported, own, texts, dtype, name):
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules").is_dir():
        pytest.skip("no transformers.js (npm install --ignore-scripts in tests/clients)")
    command = [node, str(CLIENTS / "transformers_js.mjs"), str(exported), dtype, str(texts)]
    [told] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    tags = subword_tags(exported, name)
    expected = [(place, tag) for place, tag in enumerate(tags) if tag != "O"]
    assert [(one["index"], one["entity"]) for one in told["subwords"]] == expected
    if name == FLOAT:
        assert [one["entity_group"] for one in told["groups"]] == [kind for kind, *_ in own]


def test_transformers_4_and_optimum(exported, own, texts):
    python = os.environ.get("UNITRANS_TRANSFORMERS_4")
    if python is None:
        pytest.skip("UNITRANS_TRANSFORMERS_4 names no Python with transformers 4 and optimum")
    command = [python, str(CLIENTS / "transformers_4.py"), str(exported), str(texts)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert told["version"].startswith("4.")
    assert [tuple(one) for one in told["optimum"][0]] == own
    assert told["transformers"][0]


def test_the_runtime_alone(exported, own):
    """Without any program between, the tags of subwords are the tagger's."""
    tags = subword_tags(exported, FLOAT)
    assert [kind for kind, *_ in own] == [tag[2:] for tag in tags if tag.startswith("B-")]
