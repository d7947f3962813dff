"""The report's first page: what values of the configuration may become there."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils.core import publish_parts
from jinja2 import Environment

PAGE = Path(__file__).parents[2] / "report" / "workflow.rst"


def overview(name):
    config = {"source": "en", "targets": ["es", "nb"], "encoder": {"name": name}, "seeds": [1, 2]}
    text = (
        Environment(autoescape=False)
        .from_string(PAGE.read_text("utf-8"))
        .render(snakemake=SimpleNamespace(config=config))
    )
    return publish_parts(text, writer="html")["html_body"]


@pytest.mark.parametrize(
    "name",
    [
        "</script><script>alert(1)</script>",
        "y\n\n.. raw:: html\n\n   <script>alert(1)</script>\n\n",
        "`x <javascript:alert(1)>`_",
        "a:raw-html:`<b>`",
        "|substituted| *emphatic* ``literal`` [1]_",
    ],
)
def test_a_value_stays_text(name):
    page = overview(name)
    for sign in ("<script", "<b>", "<a ", "<em", "<tt", "problematic", "system-message"):
        assert sign not in page


def test_plain_values_are_shown_as_they_are():
    page = overview("data/my-encoder_2")
    assert "Source language: en" in page.replace("\n", " ")
    assert "data/my-encoder_2; seeds: 1, 2." in page.replace("\n", " ")
