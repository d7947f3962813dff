"""Which labelled corpus a pool should learn from, told before any training."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from transformers import PreTrainedTokenizerFast

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import OUTSIDE
from unitrans.jobs.log import LOGGER

POOL_SENTENCES = 1000
RESAMPLES = 200


def rank_sources(
    pool: Sequence[Sentence],
    sources: Mapping[str, Sequence[Sentence]],
    tokenizer: PreTrainedTokenizerFast,
) -> dict[str, Any]:
    """Rank labelled corpora for a pool by what they have in common with it and what they teach.

    Two things told the order of F1 in advance: which share of the pool's distinct subwords a
    corpus has, and how many different words its entities have. The score is the first times the
    square root of the second.

    Args:
        pool: Unlabelled sentences of the target, ``POOL_SENTENCES`` or fewer.
        sources: Labelled sentences by language, at least two.
        tokenizer: Divides words into subwords.

    Returns:
        The content of sources.json: how many ``sentences`` of the pool were looked at; and in
        ``sources``, the best one first, each one's ``language``, its ``score``, as a share of the
        best one's, its ``overlap`` with the pool, how many ``entity_words`` it has, and how
        probable it is to be ``first``, over resamples of the pool's sentences.

    Source: word and subword overlap and the size of a corpus, after LangRank (Lin et al., ACL
        2019); docs/comparing.md has what else was tried.
    """
    pieces = _subwords(tokenizer, {token for one in pool for token in one.tokens})
    rows = [np.unique([n for token in one.tokens for n in pieces[token]]) for one in pool]
    known = np.zeros((len(sources), len(tokenizer)), dtype=bool)
    words = np.zeros(len(sources))
    for number, sentences in enumerate(sources.values()):
        own = _subwords(tokenizer, {token for one in sentences for token in one.tokens})
        known[number, np.fromiter(chain.from_iterable(own.values()), dtype=np.int64)] = True
        words[number] = len(_entity_words(sentences))

    def overlaps(numbers: np.ndarray) -> np.ndarray:
        """Shares of the distinct subwords of some sentences that each source has (sources,)."""
        distinct = np.unique(np.concatenate([rows[number] for number in numbers]))
        return known[:, distinct].mean(1)

    everything = np.arange(len(rows))
    overlap = overlaps(everything)
    scores = overlap * words**0.5
    random = np.random.default_rng(1)
    drawn = random.integers(len(rows), size=(RESAMPLES, len(rows)))
    first = np.array([np.argmax(overlaps(numbers) * words**0.5) for numbers in drawn])
    found: list[dict[str, Any]] = [
        {
            "language": language,
            "score": round(float(scores[number] / (scores.max() or 1.0)), 4),
            "overlap": round(float(overlap[number]), 4),
            "entity_words": int(words[number]),
            "first": round(float((first == number).mean()), 3),
        }
        for number, language in enumerate(sources)
    ]
    found.sort(key=lambda row: (-row["score"], row["language"]))
    for row in found:
        LOGGER.info(
            "%s: score %.2f; it has %.0f%% of the pool's subwords, and %d words of entities",
            *(row["language"], row["score"], 100 * row["overlap"], row["entity_words"]),
        )
    return {"sentences": len(rows), "sources": found}


def _subwords(tokenizer: PreTrainedTokenizerFast, words: set[str]) -> dict[str, list[int]]:
    """The numbers of each word's subwords."""
    listed = sorted(words)
    encoded = tokenizer(
        [[word] for word in listed], is_split_into_words=True, add_special_tokens=False
    )
    return dict(zip(listed, encoded.input_ids, strict=True))


def _entity_words(sentences: Sequence[Sentence]) -> set[str]:
    """The different words of a corpus' entities."""
    return {
        token
        for one in sentences
        for token, tag in zip(one.tokens, one.tags or (), strict=True)
        if tag != OUTSIDE
    }
