"""What a configuration must be before any job starts; each fault is one line."""

import mmap
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import extend

from unitrans.distillation.lineage import MODELS, ORACLE, STUDENT, check_lineages
from unitrans.encoders.loading import config_positions, read_config
from unitrans.errors import InputError
from unitrans.jobs.files import is_file, is_folder, is_missing, kind_of, text_encoding
from unitrans.plan.configuration import (
    ANSWERS,
    FILES,
    LABELLED,
    SPLITS,
    TRANSLATED,
    Config,
    answers,
    corpus_settings,
    for_language,
    lineages,
    unread_sections,
)

PATH_KEYS = {*SPLITS, ANSWERS, "name", "model", *(key for keys in FILES.values() for key in keys)}
# What a way of translating cannot do without.
NEEDED = {"apertium": "mode", "marian": "model", "parallel": "path"}
DEFAULT_TYPES = ("PER",)  # of keep_types and skip_types, whatever the entity types are
PACKAGED_POSITIONS = 512
WHERE_FROM = "expected one; docs/corpora.md says where from"
LARGEST = 1e300  # of numbers: what is larger overflows in the first product
SCHEMA = Path(__file__).parents[3] / "schemas" / "config.schema.yaml"
# JSON's 1e4 is a whole number for JSON Schema, but not for range(); and YAML has infinity.
STRICT = extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "integer": lambda _, value: type(value) is int,
            "number": lambda _, value: type(value) in (int, float) and abs(value) < LARGEST,
        }
    ),
)


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
    validator = STRICT(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))
    _check_keys(config, "")
    _read_numbers(config, validator)
    error = best_match(validator.iter_errors(config))
    if error is not None:
        raise InputError(_describe(error))
    for section in ("encoder", "corpora", "overrides", *FILES):
        _check_braces(config[section], f"{section}.")
    _check_languages(config)
    for language in (config["source"], *config["targets"]):
        for split in SPLITS:
            settings = corpus_settings(config, language, split)
            if "limit" in settings and split in ("dev", "test"):
                raise InputError(
                    f"config: corpora.{language}.{split}: found a limit; expected one for train "
                    "or unlabelled only, since gold labels are scored in full"
                )
            where = f"config: corpora.{language}.{split}"
            encoding = settings.get("encoding", "utf-8")
            if text_encoding(encoding) is None:
                raise InputError(
                    f"{where}: found the encoding {encoding!r}; expected one of text, such as "
                    "utf-8 or iso-8859-1"
                )
            path = settings.get("path")
            if path and not (is_file(folder / path) or is_folder(folder / path)):
                raise InputError(f"{where}: found no file {path[:200]}; {WHERE_FROM}")
    for target in config["targets"]:
        for section, keys in FILES.items():
            settings = for_language(config, target)[section]
            for key in keys:
                if settings[key] and not is_file(folder / settings[key]):
                    raise InputError(
                        f"config: {section}.{key} of {target}: found no file "
                        f"{settings[key][:200]}; expected one"
                    )
        for name, files in config["external_teachers"].items():
            if target in files and not is_file(folder / files[target]):
                raise InputError(
                    f"config: external_teachers.{name}.{target}: found no file {files[target]}; "
                    "expected the teacher's labels of the pool"
                )
        _check_answers(config, target, folder)
        _check_translation(config, target)
        _check_types(config, target)
    _check_labels(config, folder)
    _check_variants(config)
    _check_windows(config, folder)


def _check_braces(value: object, where: str) -> None:
    """Refuse braces in paths, which Snakemake takes for wildcards."""
    for key, inner in value.items() if isinstance(value, Mapping) else ():
        if isinstance(inner, str) and key in PATH_KEYS and set(inner) & {"{", "}"}:
            raise InputError(
                f"config: {where}{key}: found braces in {inner[:200]!r}; expected a path without "
                "them: Snakemake takes them for wildcards"
            )
        _check_braces(inner, f"{where}{key}.")


def _check_answers(config: Config, target: str, folder: Path) -> None:
    """Files of answers are there, and no run writes over them."""
    where = f"config: corpora.{target}.{ANSWERS}"
    for path in answers(config, target):
        if not is_file(folder / path):
            raise InputError(f"{where}: found no file {path[:200]}; expected names with answers")
        if Path(path).parts[-3:] == ("results", target, "questions.tsv"):
            raise InputError(
                f"{where}: found {path[:200]}; expected a copy of it elsewhere, since a run may "
                "write over this one"
            )


def _check_types(config: Config, target: str) -> None:
    """The types that are not translated are types of the source."""
    resolved = for_language(config, target)
    known = {*config["entity_types"], *DEFAULT_TYPES}
    for section, key in (
        ("translation", "keep_types"),
        ("dictionary", "skip_types"),
        ("sentence_translation", "keep_types"),
    ):
        unknown = [kind for kind in resolved[section][key] if kind not in known]
        if unknown:
            raise InputError(
                f"config: {section}.{key} of {target}: found {unknown[0]!r}; expected some of: "
                + ", ".join(config["entity_types"])
            )


def _check_windows(config: Config, folder: Path) -> None:
    """No window is longer than what the encoder reads, where that is known before any job."""
    name = config["encoder"]["name"]
    most: int | None = PACKAGED_POSITIONS if name == "packaged" else None
    if is_folder(folder / name) and not is_missing(folder / name / "config.json"):
        most = config_positions(read_config(folder / name, "an encoder"))
    if most is None:
        return
    models = {f"{name}.": for_language(config, None, name)[STUDENT] for name in config["variants"]}
    for target in (None, *config["targets"]):
        resolved = for_language(config, target)
        at = f" of {target}" if target else ""
        unread = unread_sections(resolved["translation"]["method"])
        aligned = [] if "alignment" in unread else ["alignment"]
        for section in ("training", *aligned, *MODELS, ORACLE):
            models[f"{section}.max_subwords{at}"] = resolved[section]
    for where, settings in models.items():
        if settings.get("max_subwords", 0) > most:
            raise InputError(
                f"config: {where}: found a window of {settings['max_subwords']} subwords; expected "
                f"at most {most}, which the encoder {name} reads"
            )


def _check_variants(config: Config) -> None:
    """Every variant learns from models that there are, and the summary names variants."""
    if STUDENT in config["variants"]:
        raise InputError(
            f"config: variants: found {STUDENT!r}, the student itself; expected another name"
        )
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


def _check_keys(value: object, where: str) -> None:
    """Refuse keys that are no texts, such as the language "no" without its quotes."""
    items = value.items() if isinstance(value, Mapping) else ()
    for key, inner in items:
        if not isinstance(key, str):
            raise InputError(
                f"config: {where}{key}: found a key that is {kind_of(key)}; expected a text: quote "
                'it, as in "no":'
            )
        _check_keys(inner, f"{where}{key}.")


def _read_numbers(config: Config, validator: Draft202012Validator) -> None:
    """Write numbers as the schema wants them, in place.

    ``snakemake --config 'seeds=[1, 2]'`` gives texts, YAML takes 1e-4 for one, and 1.0e+4 for a
    number that is not whole.
    """
    for error in validator.iter_errors(config):
        if error.validator != "type" or not isinstance(error.instance, str | float):
            continue
        for value in _readings(error.instance):
            if STRICT({"type": error.validator_value}).is_valid(value):
                *path, name = error.absolute_path
                place: Any = config
                for key in path:
                    place = place[key]
                place[name] = value
                break


def _readings(value: str | float) -> list[Any]:
    """What a text, or a number with a point, may stand for."""
    words = {"true": True, "false": False, "null": None}
    if isinstance(value, str) and value in words:
        return [words[value]]
    found: list[Any] = []
    if isinstance(value, str):
        with suppress(ValueError):  # also for more digits than Python reads
            found.append(int(value))
    with suppress(ValueError):
        number = float(value)
        found.append(number)
        if number.is_integer() and abs(number) < LARGEST:
            found.append(int(number))
    return found


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
    for language in config["overrides"]:
        if language in (source, *further):
            raise InputError(
                f"config: overrides: found {language!r}, from which the pipeline learns; expected "
                "targets, which have settings of their own"
            )
    for name, files in config["external_teachers"].items():
        if unknown := sorted(set(files) - set(corpora)):
            raise InputError(
                f"config: external_teachers.{name}: found language {unknown[0]!r}, which corpora "
                "lacks; expected targets"
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
    path = resolved["translation"]["path"]
    if (method == LABELLED) != bool(path):
        raise InputError(
            f"config: translation.path of {target}: found {path or 'nothing'}; expected "
            + (f"a labelled corpus with method {LABELLED}" if not path else f"null with {method}")
        )
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
        labelled = [split for split in (*SPLITS, TRANSLATED) if split != "unlabelled"]
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
    if not path or not is_file(folder / path) or not (folder / path).stat().st_size:
        return None
    with (
        (folder / path).open("rb") as handle,
        mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return re.search(rb"(?<!\w)" + re.escape(label.encode()) + rb"(?!\w)", content) is not None
