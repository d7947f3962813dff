"""Pages of a language's report: HTML files that need no other file and no network."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from unitrans.corpora.tags import Entity, entities
from unitrans.jobs.pages import fill_page


def write_page(path: str | Path, template: str, **values: Any) -> None:  # noqa: ANN401 (any value)
    """Fill a template.

    Args:
        path: The HTML file to write.
        template: The template's name.
        values: What it shows.
    """
    fill_page(path, template, values, filters={"marked": marked, "embedded": embedded})


def marked(tokens: Sequence[str], found: Iterable[Entity]) -> Markup:
    """Show words with their entities marked.

    Args:
        tokens: W words.
        found: Entities that do not overlap.

    Returns:
        HTML.
    """
    parts, place = [], 0
    for kind, start, end in found:
        parts += [Markup.escape(token) for token in tokens[place:start]]
        words = " ".join(tokens[start:end])
        # The name, which may run right to left, is kept apart from its label, which never does.
        html = '<mark class="{0}"><bdi>{1}</bdi> <b dir="ltr">{0}</b></mark>'
        parts.append(Markup(html).format(kind, words))
        place = end
    return Markup(" ").join([*parts, *(Markup.escape(token) for token in tokens[place:])])


def embedded(value: Any) -> Markup:  # noqa: ANN401 (any JSON value)
    """Write a value as JSON that may stand inside a script element.

    Args:
        value: Any JSON value.

    Returns:
        JSON without characters that HTML reads.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def side_by_side(
    translations: Sequence[Mapping[str, Any]], projections: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Put source sentences beside what became of them.

    Args:
        translations: Lines of translation.jsonl.
        projections: Lines of projection.jsonl by id.

    Returns:
        ``tokens`` and ``entities`` of the source, ``target_tokens`` and ``target_entities``;
        sentences that projection dropped are left out.
    """
    return [
        {
            "tokens": line["tokens"],
            "entities": entities(line["tags"]),
            "target_tokens": projections[line["id"]]["tokens"],
            "target_entities": entities(projections[line["id"]]["tags"]),
        }
        for line in translations
        if line["id"] in projections
    ]


def frequent_entities(
    rows: Sequence[Mapping[str, Any]], types: Sequence[str], count: int
) -> dict[str, list[dict[str, Any]]]:
    """Find the names that stand most often, and how sure the tagger is of them.

    Args:
        rows: Entities with ``type``, ``text`` and ``score``.
        types: The types to show.
        count: How many of each.

    Returns:
        By type: ``text``, ``count`` and the mean ``score``.
    """
    scores: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        scores.setdefault((row["type"], row["text"]), []).append(row["score"])
    return {
        kind: [
            {"text": text, "count": times, "score": round(sum(own) / len(own), 2)}
            for (_, text), times in Counter(
                {key: len(values) for key, values in scores.items() if key[0] == kind}
            ).most_common(count)
            for own in [scores[kind, text]]
        ]
        for kind in types
    }
