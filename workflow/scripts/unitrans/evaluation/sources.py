"""Which labelled corpus a pool should learn from, told before any training."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from unitrans.corpora.sentences import Sentence, evenly_spaced
from unitrans.jobs.log import LOGGER
from unitrans.projection.word_vectors import Embedder, Vectors

POOL_SENTENCES = 200
SOURCE_WORDS = 5000  # of each source, so that no size counts
RESAMPLES = 1000


def rank_sources(
    pool: Sequence[Sentence], sources: Mapping[str, Sequence[Sentence]], embedder: Embedder
) -> dict[str, Any]:
    """Rank labelled corpora for a pool by how many of its words have their nearest one there.

    Args:
        pool: Unlabelled sentences of the target.
        sources: Labelled sentences by language, at least two.
        embedder: Gives each word its vector in its sentence.

    Returns:
        The content of sources.json: how many ``sentences`` and ``words`` of the pool were looked
        at; and in ``sources``, the best one first, each one's ``language``, the ``share`` of the
        words whose nearest word it has, and how probable it is to be ``first``, over resamples
        of the sentences.

    Source: NN-Rank (Ebrahimi et al., arXiv 2510.03202), with the words of all sources in equal
        numbers.
    """
    target = _embed(embedder, evenly_spaced(pool, POOL_SENTENCES))
    similarities = []
    for sentences in sources.values():
        words = _some_words(embedder, sentences)
        similarities.append((target.values @ words.T).max(1))
    nearest = np.argmax(similarities, axis=0)  # (U,)
    counts = np.stack(
        [np.bincount(nearest[start:end], minlength=len(sources)) for start, end in _rows(target)]
    )  # (sentences, sources)
    random = np.random.default_rng(1)
    drawn = random.integers(len(counts), size=(RESAMPLES, len(counts)))
    first = counts[drawn].sum(1).argmax(1)
    share = counts.sum(0) / counts.sum()
    rows: list[dict[str, Any]] = [
        {
            "language": language,
            "share": round(float(share[number]), 4),
            "first": round(float((first == number).mean()), 3),
        }
        for number, language in enumerate(sources)
    ]
    rows.sort(key=lambda row: (-row["share"], row["language"]))
    for row in rows:
        LOGGER.info(
            "%s: %.1f%% of the words are nearest to it; first with probability %.2f",
            *(row["language"], 100 * row["share"], row["first"]),
        )
    return {"sentences": len(counts), "words": len(nearest), "sources": rows}


def _embed(embedder: Embedder, sentences: Sequence[Sentence]) -> Vectors:
    """The words of sentences as vectors."""
    return embedder.embed([sentence.tokens for sentence in sentences])


def _rows(vectors: Vectors) -> list[tuple[int, int]]:
    """Where each sentence's rows start and end."""
    return list(zip(vectors.offsets[:-1].tolist(), vectors.offsets[1:].tolist(), strict=True))


def _some_words(embedder: Embedder, sentences: Sequence[Sentence]) -> np.ndarray:
    """Vectors of words of sentences that are spread over a corpus (U, H)."""
    length = sum(len(sentence.tokens) for sentence in sentences) / len(sentences)
    some = evenly_spaced(sentences, round(1.2 * SOURCE_WORDS / length))
    values = _embed(embedder, some).values
    return values[np.array(evenly_spaced(range(len(values)), SOURCE_WORDS))]
