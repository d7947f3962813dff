import json

import numpy as np
import pytest

from tagging.exported import WORDS, run
from tiny import make_student
from unitrans.corpora.sentences import Sentence


@pytest.fixture(scope="session")
def corpus():
    draw = np.random.default_rng(1)
    sentences = [tuple(draw.choice(WORDS, size)) for size in (1, 2, 5, 9, 40) for _ in range(8)]
    return [
        Sentence(str(n), tuple(map(str, words)), ("B-PER",) + ("O",) * (len(words) - 1))
        for n, words in enumerate(sentences)
    ]


@pytest.fixture(scope="session")
def student_folder(tiny_encoder, tmp_path_factory):
    folder = make_student(tiny_encoder, tmp_path_factory.mktemp("student"), max_subwords=120)
    (folder / "README.md").write_text("The card.\n")
    quality = {"scores": {"intercept": -1.0, "slope": 0.5}, "precision": []}
    (folder / "quality.json").write_text(json.dumps(quality))
    return folder


@pytest.fixture(scope="session")
def exported(student_folder, corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    run(student_folder, folder, corpus)
    return folder


@pytest.fixture(scope="module")
def folder(tiny_encoder, tmp_path_factory):
    """A student of random weights, for one file of tests."""
    return make_student(tiny_encoder, tmp_path_factory.mktemp("student"))
