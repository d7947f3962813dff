"""Questions about names: a table for any spreadsheet, and a page to answer them on."""

import csv
import io
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import OUTSIDE, Entity
from unitrans.distillation.answers import ANSWER, DEPENDS, NAME
from unitrans.distillation.questions import EXAMPLES, Question
from unitrans.jobs.artifacts import write_text
from unitrans.jobs.lines import read_lines
from unitrans.report.overview import spoken
from unitrans.report.pages import write_page

LEAST = 0.05  # how probable something must be to be told as believed
ASKED = "?"  # the type that a name is marked with


def believed(question: Question) -> str:
    """Say what a name is believed to be.

    Args:
        question: The question.

    Returns:
        Types, O, or part of something else, each with its probability in percent; the likely
        ones first.
    """
    ordered = sorted(question.believed.items(), key=lambda one: -one[1])
    named = ((kind or "part of another name", value) for kind, value in ordered)
    return ", ".join(f"{kind} {100 * value:.0f}%" for kind, value in named if value >= LEAST)


def first_questions(table: str | Path, count: int) -> list[dict[str, str]]:
    """Read the first questions of a table.

    Args:
        table: What ``write_questions`` wrote.
        count: How many rows, at most.

    Returns:
        The cells of each by the names of their columns.
    """
    lines = read_lines(table, "utf-8", expected="a table of questions")
    return list(islice(csv.DictReader(lines, dialect="excel-tab"), count))


def write_questions(
    questions: Sequence[Question],
    sentences: Sequence[Sentence],
    types: Sequence[str],
    *,
    target: str,
    table: str | Path,
    page: str | Path,
) -> None:
    """Write the table and the page.

    Args:
        questions: The questions, in order.
        sentences: The pool.
        types: The entity types.
        target: The language.
        table: The file with tabs to write: name, an empty answer, count, what an answer is
            expected to change, what is believed, and sentences.
        page: The HTML file to write.
    """
    rows = io.StringIO()
    writer = csv.writer(rows, dialect="excel-tab", lineterminator="\n")
    shown = [f"sentence_{number}" for number in range(1, EXAMPLES + 1)]
    writer.writerow([NAME, ANSWER, "count", "changes", "believed", *shown])
    for one in questions:
        contexts = []
        for number, start, end in one.examples:
            tokens = sentences[number].tokens
            marked = [*tokens[:start], "[", *tokens[start:end], "]", *tokens[end:]]
            contexts.append(" ".join(marked))
        name = " ".join(one.name)
        writer.writerow([name, "", one.count, f"{one.changed:.1f}", believed(one), *contexts])
    write_text(table, rows.getvalue())
    answers = [*types, OUTSIDE, DEPENDS]
    write_page(
        page,
        "questions.html",
        target=target,
        language=spoken(target),
        keys={str(number): answer for number, answer in enumerate(answers, 1)},
        rows=[
            {
                "name": " ".join(one.name),
                "count": one.count,
                "believed": believed(one),
                "sentences": [
                    (sentences[number].tokens, [Entity(ASKED, start, end)])
                    for number, start, end in one.examples
                ],
            }
            for one in questions
        ],
    )
