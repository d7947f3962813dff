"""Dictionaries: their settings, the lexicon file, and readers of the formats they come in."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import regex

from unitrans.corpora.casing import lower
from unitrans.corpora.raw_text import clean
from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import entities
from unitrans.errors import InputError
from unitrans.jobs.artifacts import replacing
from unitrans.jobs.lines import read_lines
from unitrans.translation.dictd import dictd_stem, read_dictd

# Marks and joiners belong to the letter before them: without, most Indic words are none.
WORD = regex.compile(r"\p{L}[\p{L}\p{M}\u200c\u200d'’.\-·]*|['’]\p{L}[\p{L}\p{M}]*")
LEXICON_LINE = "source<TAB>target<TAB>score"
TEXT_LINE = "source and target word, and optionally a score, separated by a tab or a space"


class DictionaryMethod(StrEnum):
    """Where the dictionary comes from."""

    INDUCED = "induced"  # the encoder's own vectors of single words
    VECTORS = "vectors"  # two files of word vectors, mapped onto each other
    FILE = "file"  # a dictionary that somebody made


@dataclass(frozen=True, kw_only=True)
class DictionarySettings:
    """How a lexicon is made.

    Attributes:
        method: induced, vectors or file.
        path: The dictionary to read (method file): text, or dictd's ``.dict.dz`` or ``.index``.
        source_vectors: Source vectors in fastText's text format (method vectors).
        target_vectors: Target vectors in the same format (method vectors).
        maximum_words: Words to read from each file of vectors, from its start.
        prefix: Text before every sentence that the encoder reads (method induced).
        depth: Layer whose hidden states are taken, as a share of all layers (method induced).
        alone_weight: Weight of a word's vector on its own against its mean vector in the
            corpus (method induced).
        batch_size: Sentences read at a time (method induced).
        minimum_count: Occurrences in the pool that make a word a possible translation.
        neighbours: k of CSLS.
        frequency_weight: Price of one bit (log2) between two words' relative frequencies.
        intruder_ratio: A pool word this many times rarer than in the source corpus is a word
            of the source language that strayed into the pool, and is never offered.
        minimum_score: Matches below this score give no entry.
        minimum_name_score: The same for words that mostly stand inside entities; twice as
            much where the source word is not in turn its match's best.
        skip_types: Entity types whose words get no entry, since they are never translated.

    Raises:
        InputError: A value is out of range, or the method lacks its files.
    """

    method: str = DictionaryMethod.INDUCED
    path: str | None = None
    source_vectors: str | None = None
    target_vectors: str | None = None
    maximum_words: int = 200_000
    prefix: str = "query: "
    depth: float = 0.67
    alone_weight: float = 0.5
    batch_size: int = 64
    minimum_count: int = 1
    neighbours: int = 10
    frequency_weight: float = 0.03
    intruder_ratio: float = 8.0
    minimum_score: float = 0.1
    minimum_name_score: float = 0.2
    skip_types: tuple[str, ...] = ("PER",)

    def __post_init__(self) -> None:
        if self.method not in list(DictionaryMethod):
            allowed = ", ".join(DictionaryMethod)
            raise InputError(f"dictionary.method: found {self.method!r}; expected {allowed}")
        object.__setattr__(self, "skip_types", tuple(self.skip_types))
        for key in ("maximum_words", "batch_size", "minimum_count", "neighbours"):
            if (value := getattr(self, key)) < 1:
                raise InputError(f"dictionary.{key}: found {value}; expected 1 or more")
        for key in ("frequency_weight", "alone_weight"):
            if (value := getattr(self, key)) < 0:
                raise InputError(f"dictionary.{key}: found {value}; expected 0 or more")
        if not 0 <= self.depth <= 1:
            raise InputError(f"dictionary.depth: found {self.depth}; expected 0 to 1")
        if self.intruder_ratio <= 1:
            raise InputError(
                f"dictionary.intruder_ratio: found {self.intruder_ratio}; expected more than 1"
            )
        needed = {
            DictionaryMethod.INDUCED: (),
            DictionaryMethod.VECTORS: ("source_vectors", "target_vectors"),
            DictionaryMethod.FILE: ("path",),
        }
        for key in needed[DictionaryMethod(self.method)]:
            if not getattr(self, key):
                raise InputError(
                    f"dictionary.{key}: found nothing; expected a file (method {self.method})"
                )


class Entry(NamedTuple):
    """A line of a lexicon: lower-cased source word, lower-cased target word, score."""

    source: str
    target: str
    score: float


class Candidate(NamedTuple):
    """A translation that a dictionary offers, with its score where the file has one."""

    target: str
    score: float | None = None


@dataclass(frozen=True)
class Vocabulary:
    """The lower-cased words of a corpus.

    Attributes:
        counts: Occurrences of each word; digits and punctuation are no words.
        inside: Occurrences inside entities.
        skipped: Occurrences inside entities whose words are never translated.
        total: Running words of the corpus.
    """

    counts: Counter[str]
    inside: Counter[str]
    skipped: Counter[str]
    total: int

    @property
    def names(self) -> set[str]:
        """The words that stand inside entities more often than outside."""
        return {word for word, count in self.inside.items() if 2 * count > self.counts[word]}

    @property
    def translatable(self) -> list[str]:
        """The words that can need an entry, sorted."""
        return sorted(
            word for word, count in self.counts.items() if 2 * self.skipped[word] <= count
        )


def is_word(text: str) -> bool:
    """Whether a token is a word: letters, with apostrophes, hyphens and full stops inside.

    Args:
        text: A token.

    Returns:
        False for numbers, punctuation and anything with a digit in it.
    """
    return WORD.fullmatch(text) is not None


def vocabulary(
    sentences: Iterable[Sentence], skip_types: Iterable[str] = (), language: str = ""
) -> Vocabulary:
    """Count the words of a corpus, lower-cased.

    Args:
        sentences: Labelled or unlabelled sentences.
        skip_types: Entity types whose words are never translated.
        language: ISO 639-1 code.

    Returns:
        The words with their counts.
    """
    counts: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    skip = set(skip_types)
    for sentence in sentences:
        words = [lower(token, language) for token in sentence.tokens]
        counts.update(filter(is_word, words))
        for kind, start, end in entities(sentence.tags or ()):
            span = list(filter(is_word, words[start:end]))
            inside.update(span)
            if kind in skip:
                skipped.update(span)
    return Vocabulary(counts, inside, skipped, counts.total())


def write_lexicon(path: str | Path, lexicon: Iterable[Entry]) -> None:
    """Write a lexicon, sorted by source word.

    Args:
        path: The file to write, whole or not at all.
        lexicon: Its entries.
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as handle:
        for source, target, score in sorted(lexicon):
            handle.write(f"{source}\t{target}\t{score:.4f}\n")


def read_lexicon(path: str | Path) -> dict[str, Entry]:
    """Read and check a lexicon.

    Args:
        path: The file to read.

    Returns:
        The entries by source word, at least one.

    Raises:
        InputError: A line is malformed, a word has capitals or stands twice, or there is
            no entry.
    """
    lexicon: dict[str, Entry] = {}
    for number, line in _lines(path):
        fields = line.split("\t")
        score = _score(fields[2]) if len(fields) == 3 else None
        source, target = fields[0], fields[1] if len(fields) > 1 else ""
        if score is None or not _is_single(source) or not _is_single(target):
            raise InputError.at(path, number, found=repr(line[:60]), expected=LEXICON_LINE)
        if source != source.lower() or target != target.lower():
            raise InputError.at(
                path, number, found=f"{source!r}, {target!r}", expected="words in lower case"
            )
        if source in lexicon:
            raise InputError.at(
                path, number, found=f"{source!r} again", expected="one entry for each source word"
            )
        lexicon[source] = Entry(source, target, score)
    if not lexicon:
        raise InputError.at(path, found="no entry", expected="at least one")
    return lexicon


def read_dictionary(path: str | Path, language: str = "") -> dict[str, list[Candidate]]:
    """Read a dictionary: dictd files by their suffix, else text.

    Args:
        path: A ``.dict.dz``, ``.dict`` or ``.index`` file, with its partner beside it; or
            text with a source word, a target word and optionally a score on each line
            (MUSE's two columns, tab-separated values).
        language: ISO 639-1 code of the target.

    Returns:
        The lower-cased single-word translations of each lower-cased single word, in the
        order of the file.

    Raises:
        InputError: A file is missing or malformed.
    """
    stem = dictd_stem(path)
    pairs = _dictd_pairs(stem, language) if stem else _text_pairs(path, language)
    found: dict[str, dict[str, Candidate]] = {}
    for source, candidate in pairs:
        found.setdefault(source, {}).setdefault(candidate.target, candidate)
    return {source: list(candidates.values()) for source, candidates in found.items()}


def choose(candidates: Iterable[Candidate], pool: Mapping[str, int]) -> Candidate:
    """Choose one translation: by score, else by frequency in the pool, else the first.

    Args:
        candidates: At least one translation.
        pool: Occurrences of words in the pool.

    Returns:
        The chosen one.
    """
    return max(
        candidates,
        key=lambda item: (
            -math.inf if item.score is None else item.score,
            pool.get(item.target, 0),
        ),
    )


def lexicon_from_file(
    path: str | Path, words: Iterable[str], *, pool: Vocabulary, language: str = ""
) -> list[Entry]:
    """Make the lexicon of some words from a dictionary.

    Args:
        path: The dictionary.
        words: Lower-cased source words.
        pool: Words of the unlabelled pool.
        language: ISO 639-1 code of the target.

    Returns:
        One entry for each of the words that the dictionary has; the score is
        the file's, or 1 where it has none.

    Raises:
        InputError: The dictionary is malformed.
    """
    dictionary = read_dictionary(path, language)
    lexicon = []
    for word in words:
        if word in dictionary:
            target, score = choose(dictionary[word], pool.counts)
            lexicon.append(Entry(word, target, 1.0 if score is None else score))
    return lexicon


def coverage(lexicon: Iterable[Entry], source: Vocabulary) -> float:
    """Measure how many running words of a corpus have an entry.

    Args:
        lexicon: The entries.
        source: Words of the corpus; numbers and punctuation do not count.

    Returns:
        A share between 0 and 1.
    """
    return sum(source.counts[entry.source] for entry in lexicon) / max(source.total, 1)


def _lines(path: str | Path) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of a text file that are not blank."""
    for number, line in enumerate(read_lines(path, expected="a dictionary"), 1):
        if line.strip():
            yield number, line


def _score(text: str) -> float | None:
    """Read a finite number; None where the text is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _is_single(text: str) -> bool:
    """Whether a text is a single token."""
    return bool(text) and not any(letter.isspace() for letter in text)


def _text_pairs(path: str | Path, language: str) -> Iterator[tuple[str, Candidate]]:
    """Yield the pairs of a text dictionary whose two sides are single words."""
    for number, line in _lines(path):
        fields = line.split("\t") if "\t" in line else line.split()
        fields = [field.strip() for field in fields]
        score = _score(fields[2]) if len(fields) == 3 else None
        if len(fields) not in {2, 3} or not all(fields) or (len(fields) == 3 and score is None):
            raise InputError.at(path, number, found=repr(line[:60]), expected=TEXT_LINE)
        source, target = clean(fields[0]).lower(), lower(clean(fields[1]), language)
        if is_word(source) and is_word(target):
            yield source, Candidate(target, score)


def _dictd_pairs(stem: str, language: str) -> Iterator[tuple[str, Candidate]]:
    """Yield the pairs of a dictd database whose two sides are single words."""
    for head, translation in read_dictd(stem):
        source, target = clean(head).lower(), lower(clean(translation), language)
        if is_word(source) and is_word(target):
            yield source, Candidate(target)
