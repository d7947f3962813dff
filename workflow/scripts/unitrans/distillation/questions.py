"""Which names a user should be asked about: those whose answers change most."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from unitrans.corpora.sentences import Sentence, evenly_spaced
from unitrans.corpora.tags import OUTSIDE, Entity, TagSet, entities
from unitrans.distillation.answers import Name, stands_alone
from unitrans.distillation.soft_labels import mean_probabilities
from unitrans.taggers.decoding import viterbi_tags

SENTENCES = 50_000  # of the pool that are looked through at most, evenly spaced
LONGEST = 6  # words of a name that is asked about
EXAMPLES = 3
LEAST = 0.5  # labels that an answer must be expected to change to be asked for


@dataclass(frozen=True)
class Question:
    """A name, and what is believed of it.

    Attributes:
        name: Its words.
        count: How often it stands on its own in the pool.
        believed: How probable each type, O, or anything else (under "") is.
        changed: How many of its occurrences an answer is expected to change: of what is believed
            most, how probable it is to be wrong, times their number.
        examples: Places of some occurrences: number of the sentence, start and end.
    """

    name: Name
    count: int
    believed: Mapping[str, float]
    changed: float
    examples: tuple[tuple[int, int, int], ...]


def find_questions(
    sentences: Sequence[Sentence],
    models: Sequence[np.ndarray],
    learned: np.ndarray,
    tag_set: TagSet,
    *,
    answered: Collection[Name] = (),
    most: int | None = None,
) -> list[Question]:
    """Rank names by how many labels an answer is expected to change.

    Args:
        sentences: The pool, W words in all.
        models: What each of several models says of every word (W, C).
        learned: The soft labels that the student learns from (W, C).
        tag_set: The classes.
        answered: Names not to ask about.
        most: How many questions there are at most.

    Returns:
        The questions, the one first that changes most; none whose answer is expected to change
        less than ``LEAST`` labels.

    Source: after entity-targeted active learning (Chaudhary et al., EMNLP 2019), with whole
        names of the pool in the place of single spans.
    """
    offsets = np.cumsum([0, *(len(sentence.tokens) for sentence in sentences)])
    decoded = [viterbi_tags(values, offsets, tag_set) for values in (learned, *models)]
    names: set[Name] = set()
    for number, sentence in enumerate(sentences):
        for tags in decoded:
            for _, start, end in entities(tags[number]):
                names.add(sentence.tokens[start:end])
        names.update((word,) for word in sentence.tokens[1:] if word[0].isupper())
    names = {
        name
        for name in names.difference(answered)
        if len(name) <= LONGEST and _is_name(" ".join(name))
    }
    mean = mean_probabilities([learned, *models])
    places: dict[Name, list[tuple[int, int, int]]] = {}
    for number, sentence in enumerate(sentences):
        for start, end in _occurrences(sentence.tokens, entities(decoded[0][number]), names):
            places.setdefault(sentence.tokens[start:end], []).append((number, start, end))
    questions = [_question(name, found, mean, offsets, tag_set) for name, found in places.items()]
    worth = [one for one in questions if one.changed >= LEAST]
    return sorted(worth, key=lambda one: (-one.changed, one.name))[:most]


def _occurrences(
    tokens: Name, believed: Sequence[Entity], names: Collection[Name]
) -> list[tuple[int, int]]:
    """The places, start and end, where names stand on their own in a sentence."""
    return [
        (start, end)
        for start in range(len(tokens))
        for end in range(start + 1, min(len(tokens), start + LONGEST) + 1)
        if tokens[start:end] in names and stands_alone(start, end, believed)
    ]


def _is_name(text: str) -> bool:
    """Whether a text has letters, some of them capitals where its script knows them."""
    return any(map(str.isalpha, text)) and not text.islower()


def _question(
    name: Name,
    places: Sequence[tuple[int, int, int]],
    mean: np.ndarray,
    offsets: np.ndarray,
    tag_set: TagSet,
) -> Question:
    """Say what is believed of a name, and what an answer changes."""
    total = dict.fromkeys((*tag_set.types, OUTSIDE, ""), 0.0)
    for number, start, end in places:
        rows = mean[offsets[number] + start : offsets[number] + end]
        left = 1.0
        for kind in (*tag_set.types, OUTSIDE):
            first, rest = (OUTSIDE, OUTSIDE) if kind == OUTSIDE else (f"B-{kind}", f"I-{kind}")
            value = rows[0, tag_set.index[first]] * rows[1:, tag_set.index[rest]].prod()
            total[kind] += float(value)
            left -= float(value)
        total[""] += max(0.0, left)
    believed = {kind: value / len(places) for kind, value in total.items()}
    changed = len(places) * (1 - max(believed.values()))
    return Question(name, len(places), believed, changed, tuple(evenly_spaced(places, EXAMPLES)))
