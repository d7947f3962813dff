"""What each voter adds: where models of a pool agree, where one differs, and who is right then."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import Entity, TagSet, entities
from unitrans.distillation.soft_labels import mean_probabilities
from unitrans.evaluation.bootstrap import f1
from unitrans.evaluation.quality import agreement
from unitrans.taggers.decoding import viterbi_tags

SENTENCES = 50_000  # of the pool that are compared at most, evenly spaced
Place = tuple[int, Entity]  # number of the sentence, and what stands there


def compare_voters(
    sentences: Sequence[Sentence],
    voters: Mapping[str, np.ndarray],
    tag_set: TagSet,
    corrected: Sequence[Sentence] = (),
) -> dict[str, Any]:
    """Compare what several models say of a pool.

    Args:
        sentences: The pool, W words in all.
        voters: At least two models' probabilities (W, C), by name.
        tag_set: The C classes.
        corrected: Labelled sentences. Those that stand in the pool tell who is right.

    Returns:
        The content of voters.json: how many ``sentences`` there are, and how many of them are
        ``corrected``; ``mean_f1`` of the mean of all voters on these, None without any; and of
        each voter in ``voters`` how many ``entities`` it finds and how many of them it
        ``alone``, its ``agreement`` with each other one (F1, in percent) and, on the corrected
        sentences, its ``f1``, how many of the entities that it alone finds are right
        (``alone_right``) and how many not (``alone_wrong``), and how much ``mean_f1`` falls
        ``without`` it.
    """
    offsets = np.cumsum([0, *(len(sentence.tokens) for sentence in sentences)])
    tags = {name: viterbi_tags(values, offsets, tag_set) for name, values in voters.items()}
    found = {name: _places(rows) for name, rows in tags.items()}
    times = Counter(place for places in found.values() for place in places)
    labels = {one.tokens: entities(one.tags or ()) for one in corrected}
    known = {number for number, one in enumerate(sentences) if one.tokens in labels}
    gold = {(number, one) for number in known for one in labels[sentences[number].tokens]}

    def mean_f1(names: Sequence[str]) -> float:
        """F1 of the mean of some voters."""
        mean = mean_probabilities([voters[name] for name in names])
        return _f1(_places(viterbi_tags(mean, offsets, tag_set)), gold, known)

    whole = mean_f1([*voters]) if known else None
    rows: dict[str, dict[str, Any]] = {}
    for name, places in found.items():
        alone = {place for place in places if times[place] == 1}
        rows[name] = {
            "entities": len(places),
            "alone": len(alone),
            "agreement": {
                other: round(100 * agreement(tags[other], tags[name]), 2)
                for other in voters
                if other != name
            },
        }
        if whole is not None:
            judged = {place for place in alone if place[0] in known}
            rest = [other for other in voters if other != name]
            rows[name] |= {
                "f1": _f1(places, gold, known),
                "alone_right": len(judged & gold),
                "alone_wrong": len(judged - gold),
                "without": round(whole - mean_f1(rest), 2),
            }
    return {
        "sentences": len(sentences),
        "corrected": len(known),
        "mean_f1": whole,
        "voters": rows,
    }


def _places(tags: Sequence[Sequence[str]]) -> set[Place]:
    """All entities of a pool."""
    return {(number, one) for number, row in enumerate(tags) for one in entities(row)}


def _f1(found: set[Place], gold: set[Place], known: set[int]) -> float:
    """F1, in percent, on the sentences whose entities are known."""
    own = {place for place in found if place[0] in known}
    return round(100 * float(f1(np.array([len(own & gold), len(own), len(gold)]))), 2)
