"""Corpora in: one split of one language, from any known format to checked JSON lines."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from unitrans.corpora.annotations import parse_annotations
from unitrans.corpora.cleaning import (
    POOL,
    SCORED,
    UNLABELLED,
    Cleaner,
    drop_sentences,
    take_sentences,
)
from unitrans.corpora.formats import Parsed, parse
from unitrans.corpora.hub import open_dataset, parse_dataset
from unitrans.corpora.likeness import near_duplicates
from unitrans.corpora.raw_text import raw_sentences
from unitrans.corpora.recognition import (
    Columns,
    Format,
    Recognised,
    drop_numbers,
    recognise_format,
)
from unitrans.corpora.sentences import evenly_spaced, write_sentences
from unitrans.corpora.tags import (
    OUTSIDE,
    Scheme,
    TagSet,
    entities,
    has_form,
    recognise_scheme,
    to_bio,
)
from unitrans.corpora.writing import capitals_of, script_of
from unitrans.errors import InputError
from unitrans.jobs.artifacts import write_json
from unitrans.jobs.files import is_folder, text_encoding
from unitrans.jobs.lines import store_lines
from unitrans.jobs.log import LOGGER, progress
from unitrans.jobs.spool import Spool

AUTO = "auto"
DATASET_SPLIT = {
    **dict.fromkeys(("train", *POOL), "train"),
    **{"dev": "validation", "test": "test"},
}


@dataclass(frozen=True)
class CorpusSettings:
    """How one split of a corpus is read.

    Attributes:
        path: The file, or a folder that the ``datasets`` library saved.
        dataset: The name of a dataset instead, with its ``dataset_config``,
            ``dataset_split`` and ``revision``.
        format: Layout of the file; ``auto`` recognises it.
        encoding: Encoding of the file.
        scheme: How its tags mark borders; ``auto`` recognises it.
        word_column: Column of the word in a column format, from 0; None to recognise it.
        tag_column: Column of the tag; None for the last.
        label_map: Entity types of the file to those of the tag set, or to O.
        limit: How many sentences to keep, evenly spaced; None for all.
        max_tokens: Longest sentence kept, in words (train and unlabelled only).
        min_tokens: Shortest sentence kept, in words (unlabelled only).
        sentence_per_line: Whether each line of a plain text is a sentence already.
        hard_wrapped: Whether its paragraphs run over several lines.

    Raises:
        InputError: A value is not allowed.
    """

    path: str | None = None
    dataset: str | None = None
    dataset_config: str | None = None
    dataset_split: str | None = None
    revision: str | None = None
    format: Format = Format.AUTO
    encoding: str = "utf-8"
    scheme: str = AUTO
    word_column: int | None = None
    tag_column: int | None = None
    label_map: Mapping[str, str] = field(default_factory=dict)
    limit: int | None = None
    max_tokens: int = 200
    min_tokens: int = 1
    sentence_per_line: bool = False
    hard_wrapped: bool = False

    def __post_init__(self) -> None:
        for key, allowed in (("format", list(Format)), ("scheme", [AUTO, *Scheme])):
            if getattr(self, key) not in allowed:
                raise InputError(
                    f"{key}: found {getattr(self, key)!r}; expected {', '.join(allowed)}"
                )
        object.__setattr__(self, "format", Format(self.format))
        if text_encoding(self.encoding) is None:
            raise InputError(
                f"encoding: found {self.encoding!r}; expected a name such as utf-8 or iso-8859-1"
            )
        if (self.path is None) == (self.dataset is None):
            found = "neither" if self.path is None else "both"
            raise InputError(f"found {found}; expected a path, or the name of a dataset")
        for key in ("limit", "max_tokens", "min_tokens"):
            value = getattr(self, key)
            if value is not None and (type(value) is not int or value < 1):
                raise InputError(f"{key}: found {value!r}; expected a whole number from 1")
        if self.sentence_per_line and self.hard_wrapped:
            raise InputError(
                "hard_wrapped: found true with sentence_per_line; expected one of them at most"
            )
        if self.max_tokens < self.min_tokens:
            raise InputError(
                f"max_tokens: found {self.max_tokens}; expected min_tokens, {self.min_tokens}, "
                "or more"
            )


def ingest(
    settings: CorpusSettings,
    *,
    split: str,
    language: str,
    entity_types: Sequence[str],
    sentences_path: str | Path,
    stats_path: str | Path,
) -> None:
    """Bring one split in, and say what it holds.

    Args:
        settings: How the corpus is read.
        split: train, unlabelled, oracle, dev or test.
        language: ISO 639-1 code.
        entity_types: The types of the tag set.
        sentences_path: Where the JSON lines go.
        stats_path: Where the counts go.

    Raises:
        InputError: The corpus cannot be read, or no sentence is left of it.
    """
    labelled = split != UNLABELLED
    source = settings.path or settings.dataset or ""
    folder = Path(sentences_path).parent
    (form, reason), parsed = read_corpus(settings, split=split, language=language, folder=folder)
    LOGGER.info("%s: read as %s, since %s", source, form, reason)
    stats: dict[str, Any] = {"language": language, "split": split, "source": source}
    stats |= {"format": form, "format_reason": reason}
    if settings.dataset is None:
        stats["encoding"] = settings.encoding
    if labelled:
        tag_set = TagSet(tuple(entity_types))
        scheme, unified, slips = unify_tags(parsed, source, settings, tag_set)
        stats |= {"scheme": scheme, "mended_tags": slips}
        parsed = iter(unified)
    cleaner = Cleaner(source, split)
    dropped: Counter[str] = Counter()
    kept = Spool(
        drop_sentences(
            cleaner.clean(parsed),
            split=split,
            shortest=settings.min_tokens,
            longest=settings.max_tokens,
            dropped=dropped,
        ),
        folder=folder,
    )
    if cleaner.unseen:
        what = "kept, outside all entities" if split in SCORED else "left out"
        LOGGER.warning("%s: words with nothing to see: %d, %s", source, cleaner.unseen, what)
        stats["unseen_words"] = cleaner.unseen
    wanted = np.ones(len(kept), dtype=bool)
    if split in POOL:
        wanted = ~near_duplicates(sentence.tokens for _, sentence in kept)
        dropped["near_duplicate"] = len(kept) - int(wanted.sum())
    if split not in SCORED and settings.limit is not None:
        others = np.flatnonzero(wanted).tolist()
        wanted[:] = False
        wanted[evenly_spaced(others, settings.limit)] = True
        dropped["over_limit"] = len(others) - int(wanted.sum())
    dropped = +dropped  # without zeros
    count = int(wanted.sum())
    stats |= {"read": cleaner.read, "dropped": dict(dropped), "sentences": count}
    if not count:
        raise InputError.at(
            source,
            found=f"no sentence left of {cleaner.read} ({dict(dropped)})",
            expected="at least one; see max_tokens and min_tokens",
        )
    prefix = None if cleaner.named else UNLABELLED if split in POOL else split
    chosen = partial(take_sentences, kept, wanted, prefix=prefix)
    stats["tokens"] = sum(len(sentence.tokens) for sentence in chosen())
    stats["script"] = script_of(sentence.tokens for sentence in chosen())
    stats["capitals"] = capitals_of(sentence.tokens for sentence in chosen())
    if labelled:
        found = Counter(e.type for sentence in chosen() for e in entities(sentence.tags or ()))
        stats["entities"] = {kind: found[kind] for kind in entity_types}
        if absent := [kind for kind in entity_types if not found[kind]]:
            LOGGER.warning(
                "%s: no entity of %s; if its annotators had no such type, leave it out of "
                "entity_types, and map it to O in the label_map of the other corpora",
                *(source, ", ".join(absent)),
            )
    for key, value in stats.items():
        LOGGER.debug("%s: %s", key, value)
    LOGGER.info(
        "%d sentences of %d, %d words in %s letters; capitals mark %s",
        *(count, cleaner.read, stats["tokens"], stats["script"], stats["capitals"]),
    )
    write_sentences(sentences_path, chosen())
    write_json(stats_path, stats)


def read_corpus(
    settings: CorpusSettings, *, split: str, language: str, folder: str | Path
) -> tuple[Recognised, Iterator[Parsed]]:
    """Read the sentences of one split, tags as the file has them.

    Args:
        settings: How the corpus is read.
        split: train, unlabelled, oracle, dev or test; the tags of unlabelled are never read.
        language: ISO 639-1 code, which plain text is split and tokenised by.
        folder: Where there is room for the lines of the file.

    Returns:
        The format and why it was taken, and the sentences.

    Raises:
        InputError: The corpus cannot be read, is malformed, or is plain text where labels
            are needed.
    """
    labelled = split != UNLABELLED
    form, reason = settings.format, "the configuration says so"
    path = settings.path
    if path is None or form is Format.DATASET or (is_folder(path) and form is Format.AUTO):
        name = path or settings.dataset or ""
        dataset = open_dataset(
            name,
            config=settings.dataset_config,
            split=settings.dataset_split or DATASET_SPLIT[split],
            revision=settings.revision,
        )
        if form is not Format.DATASET:
            reason = "it has a name and no path" if path is None else "it is a folder"
        dataset_form = Recognised(Format.DATASET, reason)
        return dataset_form, parse_dataset(dataset, name, labelled=labelled)
    lines = store_lines(path, settings.encoding, expected="a corpus file", folder=folder)
    if form is Format.AUTO:
        form, reason = recognise_format(path, lines)
    if form is Format.TEXT:
        if labelled:
            raise InputError.at(
                path,
                found="plain text",
                expected=f"labelled sentences for {split} (the key format names their format)",
            )
        raw = raw_sentences(
            progress(drop_numbers(lines), total=len(lines), unit="lines"),
            language=language,
            sentence_per_line=settings.sentence_per_line,
            hard_wrapped=settings.hard_wrapped,
        )
        sentences = (Parsed(words, None, [number] * len(words)) for number, words in raw)
        return Recognised(form, reason), sentences
    if form is Format.SPANS:
        found = parse_annotations(path, lines, labelled=labelled, language=language)
        return Recognised(form, reason), found
    columns = Columns(settings.word_column, settings.tag_column)
    parsed = parse(path, lines, form, labelled=labelled, columns=columns)
    return Recognised(form, reason), parsed


def unify_tags(
    parsed: Iterable[Parsed], source: str, settings: CorpusSettings, tag_set: TagSet
) -> tuple[Scheme, list[Parsed], int]:
    """Write all tags in BIO and in the types of the tag set.

    Args:
        parsed: Labelled sentences, tags as the file has them.
        source: The file, for messages.
        settings: Its scheme and its label map.
        tag_set: The tag set.

    Returns:
        The file's scheme, the sentences with BIO tags, and how many tags were mended.

    Raises:
        InputError: A tag is outside the scheme, or its type outside the tag set.
    """
    parsed = list(parsed)
    declared = None if settings.scheme == AUTO else Scheme(settings.scheme)
    borders = declared.borders if declared else "BIESLU"
    present = {tag for sentence in parsed for tag in sentence.tags or ()}
    malformed = {tag for tag in present if not has_form(tag, borders)}
    form = "- or ".join(borders) + "- with an entity type"
    _refuse_tags(parsed, source, malformed, f"O, {form} (scheme {settings.scheme})")
    try:
        scheme = declared or recognise_scheme(sentence.tags or () for sentence in parsed)
    except InputError as error:
        raise InputError(f"{source}: {error}") from error
    final = _final_types(settings.label_map, tag_set)
    unknown = {tag for tag in present if tag != OUTSIDE and tag[2:] not in final}
    missing = ", ".join(f"{kind}: O" for kind in sorted({tag[2:] for tag in unknown}))
    advice = (
        f"a type of {', '.join(tag_set.types)}; label_map: {{{missing}}} leaves out what else "
        "this file has, and another type in the place of O takes it in"
    )
    _refuse_tags(parsed, source, unknown, advice)
    unified: list[Parsed] = []
    mended = 0
    for sentence in parsed:
        bio, slips = to_bio(sentence.tags or (), scheme)
        mended += slips
        tags = tuple(
            OUTSIDE if tag == OUTSIDE or final[tag[2:]] == OUTSIDE else tag[:2] + final[tag[2:]]
            for tag in bio
        )
        unified.append(replace(sentence, tags=tags))
    if mended:
        LOGGER.warning("%s: %d tags opened an entity without a B-; written as B-", source, mended)
    return scheme, unified, mended


def _final_types(label_map: Mapping[str, str], tag_set: TagSet) -> dict[str, str]:
    """Say for every type that a file may have which type it becomes, or O."""
    for kind, target in label_map.items():
        if target != OUTSIDE and target not in tag_set.types:
            raise InputError(
                f"label_map: found {kind}: {target}; expected O or a type of "
                f"{', '.join(tag_set.types)}"
            )
    return {kind: kind for kind in tag_set.types} | dict(label_map)


def _refuse_tags(parsed: Sequence[Parsed], source: str, wrong: set[str], expected: str) -> None:
    """Raise the error that names the first word with a wrong tag."""
    for sentence in parsed if wrong else ():
        for line, tag in zip(sentence.lines, sentence.tags or (), strict=True):
            if tag in wrong:
                raise InputError.at(source, line, found=f"tag {tag!r}", expected=expected)
