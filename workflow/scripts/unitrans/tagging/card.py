"""The model card of a student, as Hugging Face tools read it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from unitrans.encoders.checkpoint import PACKAGED
from unitrans.jobs.artifacts import write_text

TEMPLATE = Path(__file__).parents[3] / "templates" / "model_card.md"
RESOURCES = Path(__file__).parents[4] / "resources"
CORRECTED = "corrected"  # the split
PACKAGED_NAME = "intfloat/multilingual-e5-small"


@dataclass(frozen=True)
class CardSettings:
    """What a card tells that no artifact holds.

    Attributes:
        source: The source language.
        target: The target language.
        seed: The student's.
        encoder: The encoder, as the configuration names it.
        entity_types: The types it finds.
        license: An SPDX name in lower case; None to name one only where all is known.
        answers: Whether people have said what single names are.
        datasets: What the owners of a language's corpus call it, by language.
    """

    source: str
    target: str
    seed: int
    encoder: str
    entity_types: Sequence[str]
    license: str | None
    answers: bool = False
    datasets: Mapping[str, str] = field(default_factory=dict)


def write_card(
    path: str | Path,
    settings: CardSettings,
    *,
    corpora: Sequence[Mapping[str, Any]],
    result: Mapping[str, Any] | None,
    quality: Mapping[str, Any],
) -> None:
    """Write the card.

    Args:
        path: The file to write, README.md of the student's folder.
        settings: What the configuration says.
        corpora: The statistics of the corpora that it was trained and scored on.
        result: The content of f1.json; None without gold labels.
        quality: The content of quality.json.
    """
    packaged = settings.encoder == PACKAGED
    on_disk = not packaged and Path(settings.encoder).exists()
    named = PACKAGED_NAME if packaged else settings.encoder
    encoder = Path(named).name if on_disk else named
    corpora = [{**corpus, "name": dataset_name(corpus, settings.datasets)} for corpus in corpora]
    own = all(is_own(corpus["source"]) for corpus in corpora)
    license = settings.license or ("mit" if packaged and own else "unknown")
    scores = score_rows(result, settings.seed) if result else []
    card_data = ModelCardData(
        language=settings.target,
        license=license,
        library_name="transformers",
        pipeline_tag="token-classification",
        tags=["named-entity-recognition", "unitrans"],
        base_model=None if on_disk else encoder,
        metrics=["f1", "precision", "recall"] if scores else None,
        model_name=f"unitrans-{settings.target}" if scores else None,
        eval_results=evaluations(scores[0], corpora[-1]) if scores else None,
    )
    card = ModelCard.from_template(
        card_data,
        template_path=str(TEMPLATE),
        language=settings.target,
        source=settings.source,
        types=list(settings.entity_types),
        encoder=encoder,
        seed=settings.seed,
        corpora=corpora,
        said=said(corpora, answers=settings.answers),
        scores=scores,
        split=result and result["split"],
        level=result and round(100 * result["bootstrap"]["level"]),
        interval=result and result["models"]["student"]["interval"],
        quality=quality,
        licences=licences(packaged=packaged, own=own, license=license),
    )
    write_text(path, str(card).rstrip("\n") + "\n")


def said(corpora: Sequence[Mapping[str, Any]], *, answers: bool) -> str:
    """Say what people have told the student of the target's text.

    Args:
        corpora: The statistics of its corpora.
        answers: Whether they have said what single names are.

    Returns:
        A few words; empty where they have told nothing.
    """
    parts = [
        f"{corpus['sentences']} sentences that people have corrected"
        for corpus in corpora
        if corpus["split"] == CORRECTED
    ]
    parts += ["what people said of single names"] if answers else []
    return " and ".join(parts)


def is_own(source: str) -> bool:
    """Tell the corpora that come with the project, from wherever the run is.

    Args:
        source: The path of a corpus, from the run's folder, or the name of a dataset.

    Returns:
        Whether it is one of them.
    """
    return Path(source).resolve().is_relative_to(RESOURCES)


def dataset_name(corpus: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Name a corpus without telling where it lies.

    Args:
        corpus: Its statistics.
        names: What its owners call it, by language.

    Returns:
        That name; else the project's for its own, the name on the hub, or the file's.
    """
    source, language = corpus["source"], corpus["language"]
    if corpus["split"] == CORRECTED:
        return "sentences that people have corrected"
    if language in names:
        return names[language]
    if is_own(source):
        return f"UniTrans {Path(source).resolve().relative_to(RESOURCES).parts[0]} {language}"
    # A name on the hub is no file here, and has an owner at most.
    return Path(source).name if Path(source).exists() or source.count("/") > 1 else source


def score_rows(result: Mapping[str, Any], seed: int) -> list[dict[str, Any]]:
    """Take a student's scores out of f1.json.

    Args:
        result: The content of f1.json.
        seed: The student's.

    Returns:
        ``type``, ``precision``, ``recall``, ``f1`` (percent) and ``support``, over all types
        first.
    """
    student = result["models"]["student"]
    return [
        {
            "type": name,
            **{key: row[key]["by_seed"][str(seed)] for key in ("precision", "recall", "f1")},
            "support": row["support"],
        }
        for name, row in (("all", student), *student["types"].items())
    ]


def evaluations(row: Mapping[str, Any], corpus: Mapping[str, Any]) -> list[EvalResult]:
    """Say scores as the hub's model index does.

    Args:
        row: Precision, recall and F1 in percent.
        corpus: The statistics of the corpus that was scored.

    Returns:
        A result for each measure, as a fraction.
    """
    return [
        EvalResult(
            task_type="token-classification",
            task_name="Named entity recognition",
            dataset_type=re.sub(r"[^\w./-]+", "-", corpus["name"]),
            dataset_name=corpus["name"],
            dataset_split=corpus["split"],
            metric_type=metric,
            metric_name=metric.capitalize(),
            metric_value=round(row[metric] / 100, 4),
        )
        for metric in ("precision", "recall", "f1")
    ]


def licences(*, packaged: bool, own: bool, license: str) -> str:
    """Say under what the parts stand.

    Args:
        packaged: Whether the encoder is the packaged one.
        own: Whether all corpora are this project's sample.
        license: The model's.

    Returns:
        A paragraph.
    """
    parts = [
        f"The encoder {PACKAGED_NAME} is under the MIT licence."
        if packaged
        else "The encoder has a licence of its own.",
        "The corpora are dedicated to the public domain (CC0)."
        if own
        else "The corpora have licences of their own.",
    ]
    if license == "unknown":
        parts.append("Look at both before you pass this model on.")
    return " ".join(parts)
