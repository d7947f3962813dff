import copy
from pathlib import Path

import pytest
import yaml
from snakemake.iocontainers import Wildcards
from snakemake.utils import update_config

from unitrans.plan.plan import Plan

PROJECT = Path(__file__).parents[2]
DEFAULTS = yaml.safe_load((PROJECT / "config" / "config.yaml").read_text("utf-8"))


@pytest.fixture
def make_plan():
    """Makes a plan of the default configuration with some keys of its own."""

    def make(prefix="", **sections):
        config = copy.deepcopy(DEFAULTS)
        update_config(config, sections)
        return Plan(config, PROJECT, prefix)

    return make


@pytest.fixture
def job():
    """Makes the wildcards of a job."""
    return lambda **values: Wildcards(fromdict={key: str(value) for key, value in values.items()})
