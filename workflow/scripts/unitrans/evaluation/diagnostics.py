"""What explains a score: ``diagnostics.json``. Gold labels of the scored split are looked at.

All counts are sums over seeds; shares are fractions, None where there is nothing to share.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from unitrans.corpora.sentences import Sentence, read_sentences
from unitrans.corpora.shards import Pool
from unitrans.corpora.tags import OUTSIDE, Entity, TagSet, entities
from unitrans.distillation.lineage import TEACHERS
from unitrans.distillation.soft_labels import mean_probabilities
from unitrans.distillation.votes import NO_VOTE, vote
from unitrans.distillation.word_files import read_aligned
from unitrans.errors import InputError
from unitrans.evaluation.error_analysis import analyse, confusion, count_errors
from unitrans.evaluation.predictions import Predictions, TaggedSentence, read_runs
from unitrans.translation.dictionary import read_lexicon

BINS = 10
LONGEST = 4  # entities of more words count with those of so many


def diagnose(
    predictions: Predictions,
    probabilities: Predictions,
    *,
    pool: str | Path,
    source: str | Path,
    lexicon: str | Path | None,
    entity_types: Sequence[str],
) -> dict[str, Any]:
    """Look for what explains the scores of a target.

    Args:
        predictions: Of the student and the three teachers, a prediction file a seed.
        probabilities: The same models' probabilities of the same sentences.
        pool: JSON lines of the pool.
        source: JSON lines of the labelled source corpus.
        lexicon: The dictionary, or None where whole sentences are translated.
        entity_types: The types of the tag set.

    Returns:
        ``votes``, ``calibration``, ``dictionary`` and, by model, ``models``.

    Raises:
        InputError: A file is malformed, or of other sentences than the first.
    """
    tag_set = TagSet(tuple(entity_types))
    runs = read_runs(predictions)
    files = {
        model: [file.whole() for file in read_aligned(list(paths.values()), "probabilities")]
        for model, paths in probabilities.items()
    }
    first = next(iter(next(iter(runs.values())).values()))
    gold = np.array([tag_set.index[tag] for sentence in first for tag in sentence.gold])
    for model, own in files.items():
        if len(own[0]) != len(gold):
            raise InputError(
                f"probabilities of {model}: found {len(own[0])} words; expected {len(gold)}"
            )
    pooled = {model: [s for run in seeds.values() for s in run] for model, seeds in runs.items()}
    seen = find_seen(first, Pool(pool))
    kinds = (OUTSIDE, *tag_set.types)
    return {
        "votes": vote_quality(gold, _cast_votes(files), tag_set),
        "calibration": {name: calibration(gold, rows) for name, rows in _judges(files).items()},
        "dictionary": dictionary_coverage(source, lexicon, kinds) if lexicon else None,
        "models": {
            model: {
                "confusion": _rows(confusion(sentences, kinds), kinds),
                "errors": count_errors(analyse(sentences), tag_set.types),
                "seen": found_by(sentences, lambda words: "seen" if words in seen else "unseen"),
                "length": found_by(sentences, lambda words: str(min(len(words), LONGEST))),
            }
            for model, sentences in pooled.items()
        },
    }


def _cast_votes(files: Mapping[str, Sequence[np.ndarray]]) -> list[np.ndarray]:
    """The votes of the three teachers on the scored split, for each seed."""
    by_seed = zip(*(files[teacher] for teacher in TEACHERS), strict=True)
    return [vote(own) for own in by_seed]


def _judges(files: Mapping[str, list[np.ndarray]]) -> dict[str, list[np.ndarray]]:
    """The probabilities of each model, and the mean of the three teachers, by seed."""
    by_seed = zip(*(files[teacher] for teacher in TEACHERS), strict=True)
    return {**files, "teachers": [mean_probabilities(own) for own in by_seed]}


def vote_quality(
    gold: np.ndarray, votes: Sequence[np.ndarray], tag_set: TagSet
) -> dict[str, dict[str, Any]]:
    """Say how many words have a vote, and how many votes are right.

    Args:
        gold: Class numbers (W,).
        votes: Class numbers of each seed, -1 for none (W,).
        tag_set: The classes.

    Returns:
        For ``all``, O and each type: ``gold`` words of it; ``coverage``, the share of them with
        any vote; ``votes`` for it; ``accuracy``, the share of these with the right class.
    """
    truth, cast = np.tile(gold, len(votes)), np.concatenate(votes)
    voted, right = cast != NO_VOTE, cast == truth
    rows = {"all": (np.full(len(truth), True), voted)}
    for number, kind in enumerate((OUTSIDE, *tag_set.types)):
        # O is class 0; B- and I- of the type number n are 2n - 1 and 2n.
        rows[kind] = ((truth + 1) // 2 == number, voted & ((cast + 1) // 2 == number))
    return {
        kind: {
            "gold": int(of_kind.sum()),
            "coverage": _share((of_kind & voted).sum(), of_kind.sum()),
            "votes": int(for_kind.sum()),
            "accuracy": _share((for_kind & right).sum(), for_kind.sum()),
        }
        for kind, (of_kind, for_kind) in rows.items()
    }


def calibration(gold: np.ndarray, probabilities: Sequence[np.ndarray]) -> dict[str, Any]:
    """Hold how sure a model is against how often it is right.

    Words that are O and taken for O are left out: they are many, easy, and hide the rest.

    Args:
        gold: Class numbers (W,).
        probabilities: Of each seed (W, C).

    Returns:
        ``words``; ``error``, the expected calibration error; ``bins``, ten of equal width:
        ``from``, ``words``, mean ``confidence``, and ``accuracy``.

    Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3.
    """
    truth, rows = np.tile(gold, len(probabilities)), np.concatenate(probabilities)
    choices = rows.argmax(1)
    kept = (truth != 0) | (choices != 0)
    sure, right = rows.max(1)[kept].astype(np.float64), (choices == truth)[kept]
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    words = np.bincount(places, minlength=BINS)
    confidence = np.bincount(places, sure, minlength=BINS)
    accuracy = np.bincount(places, right, minlength=BINS)
    return {
        "words": int(words.sum()),
        "error": _share(np.abs(confidence - accuracy).sum(), words.sum()),
        "bins": [
            {
                "from": number / BINS,
                "words": int(words[number]),
                "confidence": _share(confidence[number], words[number]),
                "accuracy": _share(accuracy[number], words[number]),
            }
            for number in range(BINS)
        ],
    }


def dictionary_coverage(
    source: str | Path, lexicon: str | Path, kinds: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Say for how many source words the dictionary has an entry.

    Args:
        source: JSON lines of the labelled source corpus.
        lexicon: The dictionary.
        kinds: O and the entity types.

    Returns:
        By kind: ``words`` with a letter in them, and ``coverage``, the share with an entry.
    """
    entries = read_lexicon(lexicon)
    words, known = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0)
    for sentence in read_sentences(source, labelled=True):
        for token, tag in zip(sentence.tokens, sentence.tags or (), strict=True):
            if any(map(str.isalpha, token)):
                kind = tag.partition("-")[2] or OUTSIDE
                words[kind] += 1
                known[kind] += token.lower() in entries
    return {
        kind: {"words": words[kind], "coverage": _share(known[kind], words[kind])} for kind in kinds
    }


def find_seen(gold: Sequence[TaggedSentence], pool: Iterable[Sentence]) -> set[tuple[str, ...]]:
    """Find the gold entities whose words stand one after the other in the pool.

    Args:
        gold: The scored sentences.
        pool: The pool.

    Returns:
        The words of each such entity.
    """
    names = {_words(sentence, entity) for sentence in gold for entity in entities(sentence.gold)}
    lengths = sorted(set(map(len, names)))
    return {
        words
        for sentence in pool
        for length in lengths
        for start in range(len(sentence.tokens) - length + 1)
        if (words := sentence.tokens[start : start + length]) in names
    }


def found_by(
    sentences: Sequence[TaggedSentence], group: Callable[[tuple[str, ...]], str]
) -> dict[str, dict[str, Any]]:
    """Group the gold entities by their words, and say how many are found.

    Args:
        sentences: The tagged sentences.
        group: The name of an entity's group, from its words.

    Returns:
        By group, sorted: ``entities`` and ``recall``.
    """
    there: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for sentence in sentences:
        predicted = set(entities(sentence.predicted))
        for entity in entities(sentence.gold):
            name = group(_words(sentence, entity))
            there[name] += 1
            found[name] += entity in predicted
    return {
        name: {"entities": there[name], "recall": _share(found[name], there[name])}
        for name in sorted(there)
    }


def _words(sentence: TaggedSentence, entity: Entity) -> tuple[str, ...]:
    """The words of an entity."""
    return sentence.tokens[entity.start : entity.end]


def _rows(counts: np.ndarray, kinds: Sequence[str]) -> dict[str, dict[str, int]]:
    """A matrix of counts as nested mappings, by gold kind and predicted kind."""
    return {
        kind: dict(zip(kinds, row, strict=True))
        for kind, row in zip(kinds, counts.tolist(), strict=True)
    }


def _share(part: float, whole: float) -> float | None:
    """A share with four decimals; None of nothing."""
    return round(float(part / whole), 4) if whole else None
