"""Induce a dictionary from word vectors: one space, CSLS, and how often words occur."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import torch

from unitrans.corpora.sentences import Sentence
from unitrans.encoders.checkpoint import load_checkpoint
from unitrans.errors import InputError
from unitrans.translation.csls import best_matches
from unitrans.translation.dictionary import DictionarySettings, Entry, Vocabulary
from unitrans.translation.word_vectors import centred, encoder_vectors, read_vectors


def induce(
    source: Vocabulary,
    pool: Vocabulary,
    source_sentences: Sequence[Sentence],
    pool_sentences: Iterable[Sentence],
    *,
    encoder: Path,
    settings: DictionarySettings,
    language: str = "",
) -> list[Entry]:
    """Induce a lexicon from the vectors that a multilingual encoder gives words.

    Args:
        source: Words of the source corpus.
        pool: Words of the unlabelled pool.
        source_sentences: The source corpus.
        pool_sentences: The pool.
        encoder: Checkpoint folder.
        settings: How.
        language: ISO 639-1 code of the target.

    Returns:
        The entries.

    Raises:
        InputError: The checkpoint does not load, or no word of the pool is frequent enough.
    """
    words, targets = source.translatable, offered(source, pool, settings)
    model, tokenizer = load_checkpoint(encoder)
    x, y = (
        encoder_vectors(
            some,
            (sentence.tokens for sentence in sentences),
            model,
            tokenizer,
            prefix=settings.prefix,
            depth=settings.depth,
            alone_weight=settings.alone_weight,
            batch_size=settings.batch_size,
            language=spoken,
        )
        for some, sentences, spoken in (
            (words, source_sentences, ""),
            (targets, pool_sentences, language),
        )
    )
    del model, tokenizer  # half a gigabyte, which large vocabularies need now
    return match(words, targets, x, y, source=source, pool=pool, settings=settings)


def induce_from_vectors(
    source: Vocabulary, pool: Vocabulary, *, settings: DictionarySettings, language: str = ""
) -> list[Entry]:
    """Induce a lexicon from two files of monolingual vectors, mapped by identical words.

    Args:
        source: Words of the source corpus.
        pool: Words of the unlabelled pool.
        settings: How; names the two files.
        language: ISO 639-1 code of the target.

    Returns:
        The entries.

    Raises:
        InputError: A file is malformed, the two have different widths or no word in
            common, or hold none of the words needed.

    Source: UniTrans, section 3.2 (word-by-word translation as of Xie et al., 2018).
    """
    paths = (str(settings.source_vectors), str(settings.target_vectors))
    (all_words, x), (all_targets, y) = (
        read_vectors(path, maximum_words=settings.maximum_words, language=spoken)
        for path, spoken in zip(paths, ("", language), strict=True)
    )
    if x.shape[1] != y.shape[1]:
        raise InputError.at(
            paths[1], found=f"vectors of {y.shape[1]} numbers", expected=f"{x.shape[1]}"
        )
    rows, columns = (
        {word: row for row, word in enumerate(words)} for words in (all_words, all_targets)
    )
    seeds = [word for word in all_words if word in columns]
    if not seeds:
        raise InputError.at(
            paths[1], found=f"no word of {paths[0]}", expected="words that stand in both files"
        )
    x, y = centred(x), centred(y)
    x = x @ procrustes(x[[rows[word] for word in seeds]], y[[columns[word] for word in seeds]])
    words = [word for word in source.translatable if word in rows]
    targets = [word for word in offered(source, pool, settings) if word in columns]
    for path, some in zip(paths, (words, targets), strict=True):
        if not some:
            raise InputError.at(path, found="none of the corpus's words", expected="some of them")
    return match(
        words,
        targets,
        x[[rows[word] for word in words]],
        y[[columns[word] for word in targets]],
        source=source,
        pool=pool,
        settings=settings,
    )


def offered(source: Vocabulary, pool: Vocabulary, settings: DictionarySettings) -> list[str]:
    """List the words of the pool that may translate something, sorted.

    A word that is far rarer in the pool than in the source corpus has strayed into the
    pool (titles, quotations); offered, it would match itself: the with the.

    Args:
        source: Words of the source corpus.
        pool: Words of the unlabelled pool.
        settings: Frequency limits.

    Returns:
        The words, at least one.

    Raises:
        InputError: There is none.
    """
    limit = settings.intruder_ratio * pool.total / source.total
    words = sorted(
        word
        for word, count in pool.counts.items()
        if count >= settings.minimum_count and count * limit >= source.counts[word]
    )
    if not words:
        raise InputError(
            f"dictionary.minimum_count: found no word {settings.minimum_count} times in the "
            "unlabelled pool; expected a smaller count or a larger pool"
        )
    return words


def match(
    words: Sequence[str],
    targets: Sequence[str],
    x: torch.Tensor,
    y: torch.Tensor,
    *,
    source: Vocabulary,
    pool: Vocabulary,
    settings: DictionarySettings,
) -> list[Entry]:
    """Match the words of two languages whose vectors share a space.

    Args:
        words: N source words.
        targets: M target words.
        x: Unit vectors of the source words, shape (N, D).
        y: Unit vectors of the target words, shape (M, D).
        source: Words of the source corpus.
        pool: Words of the unlabelled pool.
        settings: Neighbours, price of frequencies, thresholds.

    Returns:
        An entry for each source word whose match is good enough.
    """
    matches = best_matches(
        x,
        y,
        torch.tensor([source.counts[word] / source.total for word in words]).log2(),
        torch.tensor([pool.counts[word] / pool.total for word in targets]).log2(),
        neighbours=settings.neighbours,
        frequency_weight=settings.frequency_weight,
    )
    names = source.names
    lexicon = []
    for row, word in enumerate(words):
        score, mutual = float(matches.scores[row]), bool(matches.mutual[row])
        least = settings.minimum_score
        if word in names:
            least = settings.minimum_name_score * (1 if mutual else 2)
        if score >= least:
            lexicon.append(Entry(word, targets[matches.targets[row]], score))
    return lexicon


def procrustes(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Find the orthogonal map that brings the rows of x nearest to those of y.

    Args:
        x: Shape (N, D).
        y: Shape (N, D).

    Returns:
        The map w of shape (D, D) with least squared error of x @ w against y.

    Source: Schönemann (1966); Smith et al. (2017), equation 3.
    """
    left, _, right = torch.linalg.svd((x.T @ y).double())
    return (left @ right).to(x.dtype)
