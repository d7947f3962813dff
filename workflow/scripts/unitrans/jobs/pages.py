"""Pages made from templates: HTML files that need no other file and no network."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from unitrans.jobs.artifacts import write_text

TEMPLATES = Path(__file__).parents[3] / "templates"


def fill_page(
    path: str | Path,
    template: str,
    values: Mapping[str, Any],
    *,
    filters: Mapping[str, Callable[..., Any]] | None = None,
) -> None:
    """Fill a template.

    Args:
        path: The HTML file to write.
        template: The template's name.
        values: What it shows.
        filters: What the template calls for its values, by name.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters or {})
    write_text(path, environment.get_template(template).render(values))
