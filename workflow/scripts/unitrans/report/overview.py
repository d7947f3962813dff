"""The report's first page of a target: how good its tagger is, what to trust, what to do next."""

from collections.abc import Mapping, Sequence
from typing import Any

from icu import Locale

from unitrans.evaluation.quality import GOOD, POOR, in_words


def overview(
    votes: Mapping[str, Any],
    result: Mapping[str, Any] | None,
    quality: Mapping[str, Any],
    questions: Sequence[Mapping[str, str]],
    *,
    target: str,
    source: str,
    seed: int,
) -> dict[str, Any]:
    """Gather what the page says.

    Args:
        votes: Statistics of the votes of one seed.
        result: The content of ``f1.json``; None without gold labels.
        quality: The content of ``quality.json`` of the seed.
        questions: The first rows of ``questions.tsv``.
        target: ISO 639-1 code of the target.
        source: ISO 639-1 code of the source.
        seed: Whose student the page speaks of.

    Returns:
        The values of ``overview.html``. Types stand from the best to the worst.
    """
    student = result["models"]["student"] if result else None
    rows = []
    for kind, counts in votes["types"].items():
        if kind == "O":
            continue
        agreement = counts["agreement"]
        row = {"type": kind, "agreement": agreement, "f1": None, "support": 0}
        value = None if agreement is None else 100 * agreement
        if student and kind in student["types"]:
            own = student["types"][kind]
            row |= {"f1": own["f1"]["mean"], "support": own["support"]}
            value = own["f1"]["mean"] if own["support"] else None
        rows.append(row | {"value": value, "verdict": verdict(value)})
    rows.sort(key=lambda row: -1.0 if row["value"] is None else row["value"], reverse=True)
    return {
        "target": target,
        "language": spoken(target),
        "source": spoken(source),
        "seed": seed,
        "student": student,
        "quality": quality,
        "questions": questions,
        "difference": student.get("minus_source_teacher") if student else None,
        "sentences": result["sentences"] if result else None,
        "split": result["split"] if result else None,
        "level": round(100 * result["bootstrap"]["level"]) if result else None,
        "types": rows,
        "good": GOOD,
        "poor": POOR,
    }


def spoken(language: str) -> str:
    """Name a language in English.

    Args:
        language: ISO 639-1 code.

    Returns:
        Its name; the code where nobody knows it.
    """
    return Locale(language).getDisplayLanguage(Locale.getEnglish())


def verdict(value: float | None) -> str:
    """Say what a number means for a type.

    Args:
        value: F1, or an agreement in percent; None where there is none.

    Returns:
        A few words.
    """
    return "unknown: it hardly stands there" if value is None else in_words(value)
