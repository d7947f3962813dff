"""The configuration: checked before any job, and resolved for one language."""

import hashlib
import json
import mmap
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

from unitrans.distillation.lineage import ORACLE, STUDENT, Lineage, ancestors, check_lineages
from unitrans.errors import InputError
from unitrans.jobs.settings import select

Config = Mapping[str, Any]

SPLITS = ("train", "unlabelled", "dev", "test")
# Keys that name files, by their sections.
FILES = {
    "dictionary": ("path", "source_vectors", "target_vectors"),
    "sentence_translation": ("path",),
    "alignment": ("path",),
}
# What a way of translating cannot do without.
NEEDED = {"apertium": "mode", "marian": "model", "parallel": "path"}
SCHEMA = Path(__file__).parents[3] / "schemas" / "config.schema.yaml"


def check_config(config: Config, folder: Path) -> None:
    """Refuse a configuration that cannot work, before any job starts.

    Args:
        config: The configuration, defaults and the user's file merged. Texts that should be
            numbers become numbers in it.
        folder: Where relative paths count from.

    Raises:
        InputError: A key is unknown or missing, a value is of another type or out of range, a
            language lacks a corpus, a corpus file is missing, or a label is in no corpus.
    """
    validator = Draft202012Validator(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))
    _read_texts(config, validator)
    error = best_match(validator.iter_errors(config))
    if error is not None:
        raise InputError(_describe(error))
    _check_languages(config)
    for language in (config["source"], *config["targets"]):
        for split in SPLITS:
            settings = corpus_settings(config, language, split)
            if "limit" in settings and split in ("dev", "test"):
                raise InputError(
                    f"config: corpora.{language}.{split}: found a limit; expected one for train "
                    "or unlabelled only, since gold labels are scored in full"
                )
            path = settings.get("path")
            if path and not (folder / path).exists():
                where = f"config: corpora.{language}.{split}"
                raise InputError(f"{where}: found no file {path}; docs/corpora.md says where from")
    for target in config["targets"]:
        for section, keys in FILES.items():
            settings = for_language(config, target)[section]
            for key in keys:
                if settings[key] and not (folder / settings[key]).is_file():
                    raise InputError(
                        f"config: {section}.{key} of {target}: found no file {settings[key]}; "
                        "expected one"
                    )
        for name, files in config["external_teachers"].items():
            if target in files and not (folder / files[target]).is_file():
                raise InputError(
                    f"config: external_teachers.{name}.{target}: found no file {files[target]}; "
                    "expected the teacher's labels of the pool"
                )
        _check_translation(config, target)
    _check_labels(config, folder)
    _check_variants(config)


def _check_variants(config: Config) -> None:
    """Every variant learns from models that there are, and the summary names variants."""
    for target in config["targets"]:
        try:
            check_lineages(lineages(config, target), config["external_teachers"])
        except InputError as error:
            raise InputError(f"config: {error}") from error
    known = [ORACLE, *config["variants"]]
    for name in config["summary"]["variants"]:
        if name not in known:
            raise InputError(
                f"config: summary.variants: found {name!r}; expected some of: {', '.join(known)}"
            )


def _read_texts(config: Config, validator: Draft202012Validator) -> None:
    """Read numbers out of texts, in place, where the schema wants numbers.

    ``snakemake --config 'seeds=[1, 2]'`` gives texts, and YAML takes 1e-4 for one.
    """
    for error in validator.iter_errors(config):
        if error.validator != "type" or not isinstance(error.instance, str):
            continue
        for read in (int, float, {"true": True, "false": False, "null": None}.__getitem__):
            try:
                value = read(error.instance)
            except (ValueError, KeyError):
                continue
            if Draft202012Validator({"type": error.validator_value}).is_valid(value):
                *path, name = error.absolute_path
                place: Any = config
                for key in path:
                    place = place[key]
                place[name] = value
                break


def _describe(error: ValidationError) -> str:
    """Say a schema error in one line, with the key's full name and what is allowed."""
    where = ".".join(map(str, error.absolute_path))
    if error.validator == "additionalProperties":
        allowed = error.schema.get("properties", {})
        patterns = error.schema.get("patternProperties", {})
        unknown = sorted(
            key for key in error.instance if key not in allowed and not _fits(key, patterns)
        )
        name = f"{where}.{unknown[0]}" if where else unknown[0]
        expected = ", ".join(sorted(allowed)) or "a name of the form " + " or ".join(patterns)
        return f"config: {name}: found an unknown key; expected one of: {expected}"
    message = " ".join(error.message.split())[:200]
    hint = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    return f"config: {where or 'top level'}: found {message}" + (
        f"; expected: {hint}" if hint else ""
    )


def _fits(key: str, patterns: Mapping[str, Any]) -> bool:
    """Whether a key matches one of a schema's patterns."""
    return any(re.search(pattern, key) for pattern in patterns)


def _check_languages(config: Config) -> None:
    """Every language has the corpora that its part needs."""
    source, targets, corpora = config["source"], config["targets"], config["corpora"]
    if source in targets:
        raise InputError(f"config: targets: found the source {source!r}; expected other languages")
    further = config["source_teacher"]["further_languages"]
    unknown = sorted({source, *targets, *further, *config["overrides"]} - set(corpora))
    if unknown:
        raise InputError(
            f"config: found language {unknown[0]!r}, which corpora lacks; expected one of: "
            + ", ".join(sorted(corpora))
        )
    for language in further:
        if language in (source, *targets):
            raise InputError(
                f"config: source_teacher.further_languages: found {language!r}, the source or a "
                "target; expected other languages"
            )
    for language in (source, *further):
        if "train" not in corpora[language]:
            raise InputError(
                f"config: corpora.{language}: found no train split; expected one to learn from"
            )
    for target in targets:
        if "unlabelled" not in corpora[target]:
            raise InputError(
                f"config: corpora.{target}: found no unlabelled split; expected a pool of text"
            )


def _check_translation(config: Config, target: str) -> None:
    """A target has what its way of translating needs."""
    resolved = for_language(config, target)
    method = resolved["translation"]["method"]
    key = NEEDED.get(method)
    if key and not resolved["sentence_translation"][key]:
        raise InputError(
            f"config: sentence_translation.{key} of {target}: found nothing; "
            f"expected a value with translation.method {method}"
        )


def _check_labels(config: Config, folder: Path) -> None:
    """Every entity type, and every label that is mapped, stands somewhere in the corpora."""
    source = config["source"]
    further = config["source_teacher"]["further_languages"]
    for language in (source, *further, *config["targets"]):
        labelled = [split for split in SPLITS if split != "unlabelled"]
        specs = [corpus_settings(config, language, split) for split in labelled]
        for label in sorted({label for spec in specs for label in spec.get("label_map", {})}):
            users = [spec for spec in specs if label in spec.get("label_map", {})]
            if all(_in_file(folder, spec, label) is False for spec in users):
                raise InputError(
                    f"config: corpora.{language}.label_map: found label {label!r}, which no split "
                    "has; expected labels of the corpus"
                )
    train = corpus_settings(config, source, "train")
    known = set(train.get("label_map", {}).values())
    for kind in config["entity_types"]:
        if kind not in known and _in_file(folder, train, kind) is False:
            raise InputError(
                f"config: entity_types: found {kind!r}, which {train['path']} lacks; expected "
                "types of the source's train split"
            )


def _in_file(folder: Path, spec: Config, label: str) -> bool | None:
    """Whether a file has this label; None where there is no file to look into."""
    path = spec.get("path")
    if not path or not (folder / path).is_file() or not (folder / path).stat().st_size:
        return None
    with (
        (folder / path).open("rb") as handle,
        mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return re.search(rb"(?<!\w)" + re.escape(label.encode()) + rb"(?!\w)", content) is not None


def corpus_settings(config: Config, language: str, split: str) -> dict[str, Any]:
    """All that concerns one split of a language's corpus.

    Args:
        config: The configuration.
        language: Its language.
        split: train, unlabelled, dev or test; or oracle, which is unlabelled with its labels.

    Returns:
        The language's settings with the split's own laid over them, among them ``path`` or
        ``dataset``; empty where there is no such split.
    """
    corpus = config["corpora"][language]
    split = "unlabelled" if split == ORACLE else split
    if split not in corpus:
        return {}
    own = {"path": corpus[split]} if isinstance(corpus[split], str) else corpus[split]
    shared = {key: value for key, value in corpus.items() if key not in (*SPLITS, "limit")}
    if split in corpus.get("limit", {}):
        shared["limit"] = corpus["limit"][split]
    return {**shared, **own}


def for_language(config: Config, target: str | None, variant: str | None = None) -> dict[str, Any]:
    """The configuration as it holds for one target, or for a variant of its student.

    Args:
        config: The configuration.
        target: The target language; None for what concerns all.
        variant: The name of a variant; None for the student itself.

    Returns:
        The configuration with the target's overrides laid over its sections, and the
        variant's settings over the student's.
    """
    resolved = dict(config)
    for section, values in config["overrides"].get(target, {}).items():
        resolved[section] = {**config[section], **values}
    resolved[STUDENT] = {**resolved[STUDENT], **config["variants"].get(variant, {})}
    return resolved


def lineages(config: Config, target: str) -> dict[str, Lineage]:
    """Say what the student and each variant descend from.

    Args:
        config: The configuration.
        target: The target language.

    Returns:
        The lineage of each, by name.

    Raises:
        InputError: One has nothing to learn from.
    """
    found = {}
    for name in (STUDENT, *config["variants"]):
        try:
            found[name] = select(Lineage, for_language(config, target, name)[STUDENT])
        except InputError as error:
            raise InputError(f"{name}: {error}") from error
    return found


def digest(config: Config, target: str, variant: str | None = None) -> str:
    """Sum up all settings that a target's result depends on.

    Args:
        config: The configuration.
        target: The target language.
        variant: The name of a variant; None for the student itself.

    Returns:
        The first 16 hexadecimal digits of a SHA-256 over the settings.
    """
    resolved = for_language(config, target)
    languages = (config["source"], *config["source_teacher"]["further_languages"], target)
    resolved["corpora"] = {language: config["corpora"][language] for language in languages}
    pupils = {variant or STUDENT, *ancestors(variant or STUDENT, lineages(config, target))}
    resolved["variants"] = {
        name: values for name, values in config["variants"].items() if name in pupils
    }
    external = config["external_teachers"]
    resolved["external_teachers"] = {
        name: files.get(target) for name, files in external.items() if name in pupils
    }
    resolved["model"] = variant or STUDENT
    resolved["gpus"] = max(1, config["gpus"])  # those that share a training
    # What changes no result: it says which languages, how many jobs, and what is written of it.
    left_out = ("targets", "overrides", "summary", "annotation", "card", "shards")
    for key in left_out:
        del resolved[key]
    text = json.dumps(resolved, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
