"""Word alignment as SimAlign does it, in batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from unitrans.corpora.sentences import read_sentences
from unitrans.corpora.shards import shard_lines
from unitrans.errors import InputError
from unitrans.jobs.log import progress
from unitrans.projection.links import AlignmentCounts, Link, write_alignment
from unitrans.projection.word_vectors import (
    Embedder,
    Vectors,
    VectorSettings,
    join_vectors,
    read_vectors,
    write_vectors,
)
from unitrans.translation.words import TranslatedSentence, read_translation

BLOCK_PAIRS = 512


class Matching(StrEnum):
    """Which pairs of units are linked, given their similarities."""

    ARGMAX = "argmax"  # those that are each other's best
    ITERMAX = "itermax"  # those, and then the best of what is left
    MATCH = "match"  # the assignment with the largest sum


@dataclass(frozen=True, kw_only=True)
class AlignmentSettings(VectorSettings):
    """How words are aligned.

    Attributes:
        method: argmax, itermax or match.
        max_words: Pairs with a longer side are skipped, and counted.

    Raises:
        InputError: A value is not allowed.
    """

    method: str = Matching.ITERMAX
    max_words: int = 500

    def __post_init__(self) -> None:
        VectorSettings.__post_init__(self)
        if self.method not in list(Matching):
            raise InputError(
                f"alignment.method: found {self.method!r}; expected {', '.join(Matching)}"
            )
        if not isinstance(self.max_words, int) or self.max_words < 1:
            raise InputError(
                f"alignment.max_words: found {self.max_words!r}; expected a whole number from 1"
            )

    @property
    def vectors(self) -> VectorSettings:
        """The part that decides the vectors."""
        names = VectorSettings.__dataclass_fields__
        return VectorSettings(**{name: getattr(self, name) for name in names})


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Compare all units of a pair.

    Args:
        source: Unit vectors (S, H).
        target: Unit vectors (T, H).

    Returns:
        Cosines, moved to 0 to 1 (S, T).

    Source: SimAlign (Sabet et al., Findings of EMNLP 2020), section 3.
    """
    return (source @ target.T + 1.0) / 2.0


def mutual_best(similarities: np.ndarray) -> np.ndarray:
    """Match those that are each other's best.

    Args:
        similarities: (S, T).

    Returns:
        True where a pair is matched (S, T).

    Source: SimAlign, section 3.1 (Argmax).
    """
    matched = np.zeros(similarities.shape, dtype=bool)
    best = similarities.argmax(axis=1)
    rows = np.arange(len(best))
    matched[rows, best] = similarities.argmax(axis=0)[best] == rows
    return matched


def best_assignment(similarities: np.ndarray) -> np.ndarray:
    """Match one to one, with the largest sum.

    Args:
        similarities: (S, T), none negative.

    Returns:
        True where a pair is matched (S, T).

    Source: SimAlign, section 3.1 (Match).
    """
    matched = np.zeros(similarities.shape, dtype=bool)
    matched[linear_sum_assignment(similarities, maximize=True)] = True
    return matched


def iterated_best(similarities: np.ndarray) -> np.ndarray:
    """Match as ``mutual_best``, then again what is left, as SimAlign does.

    Args:
        similarities: (S, T).

    Returns:
        Above zero where a pair is matched (S, T).

    Source: SimAlign, section 3.1 (Itermax).
    """
    from simalign import SentenceAligner  # imports much that other stages do not need

    return SentenceAligner.iter_max(similarities)


# SimAlign's own matching of graphs is cubic in Python, its other two are fast enough.
MATCHINGS = {
    Matching.ARGMAX: mutual_best,
    Matching.ITERMAX: iterated_best,
    Matching.MATCH: best_assignment,
}


def link_words(source: Vectors, target: Vectors, method: Matching) -> list[list[Link] | None]:
    """Link the words of all pairs of sentences.

    Args:
        source: The source sentences.
        target: As many target sentences.
        method: How.

    Returns:
        The links of each pair, sorted; none where a sentence is empty, and None for a pair
        that has no similarities that are numbers.
    """
    return [
        _link_pair(*source.sentence(number), *target.sentence(number), method)
        for number in range(len(source.offsets) - 1)
    ]


def _link_pair(
    source: np.ndarray,
    source_words: np.ndarray,
    target: np.ndarray,
    target_words: np.ndarray,
    method: Matching,
) -> list[Link] | None:
    """Link the words of one pair."""
    if not len(source) or not len(target):
        return []
    similarities = similarity(source, target)
    if not np.isfinite(similarities).all():
        return None
    rows, columns = MATCHINGS[method](similarities).nonzero()
    return sorted(
        set(zip(source_words[rows].tolist(), target_words[columns].tolist(), strict=True))
    )


class Aligner:
    """Aligns pairs of sentences in batches.

    Attributes:
        settings: How.
        counts: What it met so far.
    """

    def __init__(self, encoder: str | Path, settings: AlignmentSettings) -> None:
        """Load the encoder.

        Args:
            encoder: Its checkpoint folder.
            settings: How words are aligned.
        """
        self.settings = settings
        self.counts = AlignmentCounts()
        self._embedder = Embedder(encoder, settings.vectors)

    def embed(self, sentences: Sequence[Sequence[str]]) -> Vectors:
        """Make the vectors of source sentences, for use with several target languages.

        Args:
            sentences: The words of each.

        Returns:
            Their vectors.
        """
        return self._embedder.embed(sentences)

    def align(
        self,
        source: Sequence[Sequence[str]],
        target: Sequence[Sequence[str]],
        *,
        source_vectors: Vectors | None = None,
    ) -> list[list[Link]]:
        """Align pairs of sentences, a few hundred at a time.

        Args:
            source: The words of each source sentence; a sentence may be empty.
            target: The words of as many target sentences.
            source_vectors: The source sentences' vectors, where they are known.

        Returns:
            The links of each pair, sorted. A pair that cannot be aligned has none.
        """
        most = self.settings.max_words
        short = [max(len(a), len(b)) <= most for a, b in zip(source, target, strict=True)]
        read = [words if fits else () for words, fits in zip(target, short, strict=True)]
        target_vectors = self._embedder.embed(read)
        if source_vectors is None:
            read = [words if fits else () for words, fits in zip(source, short, strict=True)]
            source_vectors = self._embedder.embed(read)
        found = link_words(source_vectors, target_vectors, Matching(self.settings.method))
        self.counts.windowed += source_vectors.windowed + target_vectors.windowed
        self.counts.skipped += short.count(False)
        self.counts.failed += found.count(None)
        alignments = [links or [] for links in found]
        for a, b, links in zip(source, target, alignments, strict=True):
            self.counts.add(len(a), len(b), links)
        return alignments


def embed_source(
    corpus: str | Path, output: str | Path, *, encoder: str | Path, settings: VectorSettings
) -> None:
    """Make the vectors of the source corpus once for all target languages, file to file.

    Args:
        corpus: The source corpus.
        output: The vectors to write.
        encoder: The encoder's checkpoint folder.
        settings: How.
    """
    embedder = Embedder(encoder, settings)
    sentences = [sentence.tokens for sentence in read_sentences(corpus)]
    starts = range(0, len(sentences), BLOCK_PAIRS)
    blocks = [
        embedder.embed(sentences[start : start + BLOCK_PAIRS])
        for start in progress(starts, total=len(starts), unit="blocks")
    ]
    write_vectors(output, join_vectors(blocks), settings)


def align_corpus(
    translation: str | Path,
    output: str | Path,
    stats: str | Path,
    *,
    encoder: str | Path,
    source: str | Path | None = None,
    source_vectors: str | Path | None = None,
    shard: str = "1-of-1",
    settings: AlignmentSettings,
) -> None:
    """Align the sentences of a translation, or a part of them, from file to file.

    Args:
        translation: The translated sentences.
        output: The alignments to write.
        stats: The counts to write.
        encoder: The encoder's checkpoint folder.
        source: The corpus that ``source_vectors`` belong to.
        source_vectors: Its vectors; None to embed the source sentences here.
        shard: The part of the translation to align, such as ``2-of-4``.
        settings: How.
    """
    lines = shard_lines(translation, shard, block=BLOCK_PAIRS)
    sentences = [one for number, one in read_translation(translation) if number in lines]
    known, rows = None, {}
    if source is not None and source_vectors is not None:
        known = read_vectors(source_vectors, settings.vectors)
        rows = _rows(source, known, translation, sentences)
    aligner = Aligner(encoder, settings)
    alignments: list[list[Link]] = []
    starts = range(0, len(sentences), BLOCK_PAIRS)
    for start in progress(starts, total=len(starts), unit="blocks"):
        block = sentences[start : start + BLOCK_PAIRS]
        alignments += aligner.align(
            [sentence.tokens for sentence in block],
            [sentence.translation for sentence in block],
            source_vectors=known and known.take([rows[sentence.id] for sentence in block]),
        )
    write_alignment(output, stats, alignments, aligner.counts)


def _rows(
    source: str | Path,
    vectors: Vectors,
    translation: str | Path,
    sentences: Sequence[TranslatedSentence],
) -> dict[str, int]:
    """Find each translated sentence among those that have vectors."""
    corpus = read_sentences(source)
    if len(corpus) != len(vectors.offsets) - 1:
        raise InputError.at(
            source,
            found=f"{len(corpus)} sentences",
            expected=f"{len(vectors.offsets) - 1}, as many as have vectors",
        )
    rows = {sentence.id: row for row, sentence in enumerate(corpus)}
    for sentence in sentences:
        row = rows.get(sentence.id)
        if row is None or corpus[row].tokens != sentence.tokens:
            raise InputError.at(
                translation, found=f"sentence {sentence.id!r}", expected=f"those of {source}"
            )
    return rows
