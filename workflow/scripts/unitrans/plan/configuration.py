"""The configuration, resolved: for one split of a corpus, one target, one variant, one digest."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from unitrans.corpora.ingest import CorpusSettings
from unitrans.distillation.lineage import ORACLE, STUDENT, Lineage, ancestors
from unitrans.errors import InputError
from unitrans.jobs.files import text_encoding
from unitrans.jobs.settings import select

Config = Mapping[str, Any]

LABELLED = "labelled"  # the method for a corpus that another tool translated and projected
SPLITS = ("train", "unlabelled", "corrected", "dev", "test")
ANSWERS = "answers"
TRANSLATED = "translated"
# Keys that name files, by their sections.
FILES = {
    "translation": ("path",),
    "dictionary": ("path", "source_vectors", "target_vectors"),
    "sentence_translation": ("path",),
    "alignment": ("path",),
}
# What of the dictionary's settings one method reads and no other.
READ_BY = {
    "induced": ("prefix", "depth", "alone_weight", "batch_size"),
    "vectors": ("source_vectors", "target_vectors", "maximum_words"),
    "file": ("path",),
}
DEFAULTS = {f.name: f.default for f in fields(CorpusSettings)} | {"label_map": {}}


def corpus_settings(config: Config, language: str, split: str) -> dict[str, Any]:
    """All that concerns one split of a language's corpus.

    Args:
        config: The configuration.
        language: Its language.
        split: train, unlabelled, dev or test; oracle, which is unlabelled with its labels; or
            translated, the corpus of ``translation.path``.

    Returns:
        The language's settings with the split's own laid over them, among them ``path`` or
        ``dataset``; empty where there is no such split.
    """
    corpus = config["corpora"][language]
    split = "unlabelled" if split == ORACLE else split
    if split == TRANSLATED:
        # What it has in common with the language's other files: encoding, label_map, scheme.
        translation = for_language(config, language)["translation"]
        corpus = {**corpus, **({split: translation["path"]} if translation["path"] else {})}
    if split not in corpus:
        return {}
    own = {"path": corpus[split]} if isinstance(corpus[split], str) else corpus[split]
    shared = {
        key: value
        for key, value in corpus.items()
        if key not in (*SPLITS, TRANSLATED, ANSWERS, "limit")
    }
    if split in corpus.get("limit", {}):
        shared["limit"] = corpus["limit"][split]
    settings = {**shared, **own}
    if encoding := text_encoding(settings.get("encoding", "utf-8")):
        settings["encoding"] = encoding
    # A key that says what holds anyway makes no other corpus.
    return {key: value for key, value in settings.items() if value != DEFAULTS.get(key, MISSING)}


def answers(config: Config, target: str) -> list[str]:
    """The files of answers about names of a target's pool.

    Args:
        config: The configuration.
        target: The target language.

    Returns:
        Their paths as the configuration has them.
    """
    found = config["corpora"][target].get(ANSWERS, [])
    return [found] if isinstance(found, str) else list(found)


def unread_sections(method: str) -> tuple[str, ...]:
    """Name the sections that a way of translating has no use for.

    Args:
        method: words, apertium, marian, parallel or labelled.

    Returns:
        The sections.
    """
    of_words = ("dictionary", "projection")
    of_sentences = ("sentence_translation", "alignment", "span_projection")
    if method == LABELLED:
        return of_words + of_sentences
    return of_sentences if method == "words" else of_words


def read_keys(dictionary: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what the dictionary's method does not read.

    Args:
        dictionary: The section as it is configured.

    Returns:
        The keys that can change a lexicon.
    """
    unread = {key for keys in READ_BY.values() for key in keys} - {*READ_BY[dictionary["method"]]}
    return {key: value for key, value in dictionary.items() if key not in unread}


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
    resolved["corpora"] = {
        language: [corpus_settings(config, language, split) for split in SPLITS]
        for language in languages
    }
    pupils = {variant or STUDENT, *ancestors(variant or STUDENT, lineages(config, target))}
    resolved["variants"] = {
        name: values for name, values in config["variants"].items() if name in pupils
    }
    external = config["external_teachers"]
    resolved[ANSWERS] = answers(config, target) if variant is None else []
    resolved["external_teachers"] = {
        name: files.get(target) for name, files in external.items() if name in pupils
    }
    resolved["model"] = variant or STUDENT
    resolved["gpus"] = max(1, config["gpus"])  # those that share a training
    # What changes no result: it says which languages, how many jobs, and what is written of it.
    left_out = ("targets", "overrides", "summary", "annotation", "card", "export", "shards")
    for key in left_out:
        del resolved[key]
    for key in [ORACLE] if variant != ORACLE else []:
        del resolved[key]
    for key in unread_sections(resolved["translation"]["method"]):
        del resolved[key]
    if "dictionary" in resolved:
        resolved["dictionary"] = read_keys(resolved["dictionary"])
    resolved["training"] = {
        key: value for key, value in resolved["training"].items() if key != "checkpoint_seconds"
    }
    text = json.dumps(resolved, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
