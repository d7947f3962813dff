import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from pathlib import Path

import pytest

from copier import make_copier
from tiny import make_encoder

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory):
    """A random BERT of two layers, with a tokenizer trained on the sample."""
    return make_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="session")
def copier(tmp_path_factory):
    """A tiny Marian model that has learnt to repeat sentences of eight words."""
    return make_copier(tmp_path_factory.mktemp("marian"))
