"""With which settings a job works: functions for params, given the plan and its wildcards."""

import hashlib
from collections.abc import Sequence
from typing import Any

from unitrans.distillation.lineage import MODELS, STUDENT, Lineage
from unitrans.plan.configuration import (
    FILES,
    TRANSLATED,
    answers,
    corpus_settings,
    digest,
    for_language,
    read_keys,
)
from unitrans.plan.plan import Plan

FILE_KEYS = {key for keys in FILES.values() for key in keys}
Wildcards = Any  # Snakemake's: each wildcard is an attribute and an item


def section(
    plan: Plan, wildcards: Wildcards, name: str, omit: Sequence[str] = ()
) -> dict[str, Any]:
    """A section of the configuration, for the target's language."""
    settings = dict(for_language(plan.config, wildcards.get("target"))[name])
    for key in omit:
        del settings[key]
    if name == "dictionary":
        settings = read_keys(settings)
    for key in FILE_KEYS & settings.keys():
        settings[key] = settings[key] and plan.path(settings[key])
    if "model" in settings:
        settings["model"] = plan.model_path(settings["model"])
    return settings


def translation_method(plan: Plan, wildcards: Wildcards) -> str:
    """How a target's sentences are translated."""
    return for_language(plan.config, wildcards.target)["translation"]["method"]


def training(plan: Plan, wildcards: Wildcards, model: str) -> dict[str, Any]:
    """The settings of a model's training."""
    names = wildcards.get("target"), wildcards.get("variant")
    resolved = for_language(plan.config, *names)
    settings = {**resolved["training"], **resolved[model]}
    del settings["checkpoint_seconds"]  # how often it is saved: in the environment
    return settings


def translated_corpus(plan: Plan, wildcards: Wildcards) -> dict[str, Any]:
    """The settings of a corpus that another tool translated and projected."""
    return corpus_settings(plan.config, wildcards.target, TRANSLATED)


def corpus(plan: Plan, wildcards: Wildcards) -> dict[str, Any]:
    """The settings of a corpus split, all that concerns other splits left out."""
    return corpus_settings(plan.config, wildcards.language, wildcards.split)


def lineage(plan: Plan, wildcards: Wildcards) -> Lineage:
    """What a target's student, or a variant of it, descends from."""
    return plan.lineages[wildcards.target][wildcards.get("variant", STUDENT)]


def checkpoint(plan: Plan, wildcards: Wildcards) -> str:
    """Where a student's training leaves its state."""
    model = wildcards.get("variant", STUDENT)
    return f"{plan.prefix}checkpoints/{model}/{wildcards.target}.{wildcards.seed}.safetensors"


def shard(plan: Plan, wildcards: Wildcards) -> str:
    """Which part of its corpus a job works on."""
    return wildcards.get("scatteritem", "1-of-1")


def models(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The models of a target's scores, or a variant and what it is compared with."""
    variant = wildcards.get("variant")
    return [variant, "source_teacher"] if variant else [*MODELS]


def settings_digest(plan: Plan, wildcards: Wildcards) -> str:
    """The digest of all settings that a target's scores depend on, or a variant's."""
    return digest(plan.config, wildcards.target, wildcards.get("variant"))


def other_targets(plan: Plan, wildcards: Wildcards) -> list[str]:
    """All targets but the job's own."""
    return [target for target in plan.targets if target != wildcards.target]


def is_answered(plan: Plan, wildcards: Wildcards) -> bool:
    """Whether a target's student is told what single names are."""
    return bool(answers(plan.config, wildcards.target))


def sources(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The languages with a labelled corpus that a target could learn from."""
    return [language for language in plan.labelled if language != wildcards.target]


def template_digest(plan: Plan, *templates: str) -> str:
    """The digest of the templates that a rule's output is made from."""
    folder = plan.project / "workflow" / "templates"
    texts = [(folder / template).read_bytes() for template in templates]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:16]
