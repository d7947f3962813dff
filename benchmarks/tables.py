"""Write summaries as the Markdown tables that docs/results.md has.

    python benchmarks/tables.py results/summary.json
    python benchmarks/tables.py docs/measured/corpora/*.json

Of one summary: models below each other, languages side by side. Of several, which are named after
the files in config/ that they were made with: a row for each corpus.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

MODELS = {
    "source_teacher": "source teacher",
    "translated_teacher": "translated teacher",
    "tuned_teacher": "tuned teacher",
    "paper": "the paper's recipe",
    "first_round": "first round",
    "student": "**student**",
    "oracle": "oracle",
}
REFERENCES = {"source_teacher": "source teacher", "paper": "the paper's recipe"}
SIGNIFICANT = 0.05
STUDENT = "student"
CORPORA = {
    ("conll", "es"): "CoNLL-2002, Spanish",
    ("conll", "nl"): "CoNLL-2002, Dutch",
    ("conll", "de"): "CoNLL-2003, German",
    ("norne", "nb"): "NorNE, Norwegian",
    ("wikineural", "es"): "WikiNEuRal, Spanish",
    ("wikineural", "de"): "WikiNEuRal, German",
    ("wikineural", "nl"): "WikiNEuRal, Dutch",
    ("masakhaner", "sw"): "MasakhaNER 2.0, Swahili",
    ("masakhaner", "ha"): "MasakhaNER 2.0, Hausa",
    ("uner", "zh"): "Universal NER, Chinese",
}
AVERAGE = "average"


def mean(row: Mapping[str, Any], digits: int = 1) -> str:
    """A model's F1: its mean, and its deviation over seeds if there are several."""
    deviation = row["f1"]["deviation"]
    spread = "" if deviation is None else f" ± {deviation:.{digits}f}"
    return f"{row['f1']['mean']:.{digits}f}{spread}"


def score(row: Mapping[str, Any]) -> str:
    """A model's F1 with its interval."""
    low, high = row["interval"]
    return f"{mean(row, digits=2)} ({low:.1f} to {high:.1f})"


def difference(row: Mapping[str, Any], reference: str) -> str:
    """A difference with its interval; a star where it is more than chance."""
    found = row.get(f"minus_{reference}")
    if found is None:
        return ""
    star = "\\*" if found["p_adjusted"] < SIGNIFICANT else ""
    low, high = found["interval"]
    return f"{found['mean']:+.2f}{star} ({low:+.2f} to {high:+.2f})"


def table(summary: Mapping[str, Any]) -> str:
    """The table of a summary.

    Args:
        summary: The content of ``summary.json``.

    Returns:
        Markdown: models below each other, languages side by side, then the student's
        differences.
    """
    rows = {(row["model"], row["language"]): row for row in summary["rows"]}
    languages = [*summary["languages"]]
    if any(language == AVERAGE for _, language in rows):
        languages.append(AVERAGE)
    lines = [["", *languages], ["---"] * (1 + len(languages))]
    for model, name in MODELS.items():
        cells = [rows.get((model, language)) for language in languages]
        if any(cells):
            lines.append([name, *(score(row) if row else "" for row in cells)])
    for reference, name in REFERENCES.items():
        cells = [rows.get((STUDENT, language), {}) for language in languages]
        differences = [difference(row, reference) for row in cells]
        if any(differences):
            lines.append([f"student − {name}", *differences])
    return _markdown(lines)


def corpora_table(summaries: Mapping[str, Mapping[str, Any]]) -> str:
    """The table of several corpora.

    Args:
        summaries: The content of each ``summary.json``, by the name of its configuration.

    Returns:
        Markdown: a row for each corpus, a column for each model, and the student's differences;
        intervals for the student alone.
    """
    differences = [f"student − {name}" for name in REFERENCES.values()]
    lines = [["corpus", *MODELS.values(), *differences]]
    lines.append(["---"] * len(lines[0]))
    for (configuration, language), corpus in CORPORA.items():
        summary = summaries.get(configuration, {"rows": []})
        rows = {row["model"]: row for row in summary["rows"] if row["language"] == language}
        if not rows:
            continue
        cells = [mean(rows[model]) if model in rows else "" for model in MODELS]
        low, high = rows[STUDENT]["interval"]
        cells[[*MODELS].index(STUDENT)] = f"**{mean(rows[STUDENT])}** ({low:.1f} to {high:.1f})"
        cells += [difference(rows[STUDENT], reference) for reference in REFERENCES]
        lines.append([corpus, *cells])
    return _markdown(lines)


def _markdown(lines: Iterable[Sequence[str]]) -> str:
    """Lines of cells as a table."""
    return "".join(f"| {' | '.join(line)} |\n".replace("|  |", "| |") for line in lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__ or "", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("summary", type=Path, nargs="+")
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in parser.parse_args().summary}
    sys.stdout.write(corpora_table(found) if len(found) > 1 else table(*found.values()))
