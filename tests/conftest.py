import os
import shutil

from unitrans.jobs.environment import VARIABLES

os.environ.update(VARIABLES | os.environ)  # before torch loads

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
