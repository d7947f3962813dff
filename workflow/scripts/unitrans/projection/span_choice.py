"""Target spans for source entities: candidates, their scores, and the choice among them."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, pairwise, product
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from unitrans.corpora.tags import Entity

MINIMUM_COUNT = 5  # a word that stands more rarely is no function word, however short the corpus
MOST_CANDIDATES = 12  # of an entity, where several entities want the same words
WORD_PRICE = 1e-6  # so that of two equal spans the shorter is chosen


class Candidate(NamedTuple):
    """A target span that an entity may have become: words ``start`` to ``end`` (exclusive)."""

    score: float
    start: int
    end: int


@dataclass(frozen=True)
class AlignedPair:
    """A sentence and its translation, linked.

    Attributes:
        source: The source words.
        target: The target words.
        partners: For each aligned target word the source words linked with it.
        source_weights: What each source word counts, 1 or the weight of a function word.
        target_weights: The same for target words.
        target_light: Target words that are function words or punctuation, or linked with
            nothing else.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    partners: dict[int, list[int]]
    source_weights: list[float]
    target_weights: list[float]
    target_light: frozenset[int]

    def linked(self, span: Entity) -> list[int]:
        """Find the target words linked with an entity.

        Args:
            span: A source entity.

        Returns:
            Their places, sorted.
        """
        inside = range(span.start, span.end)
        return sorted(b for b, some in self.partners.items() if any(a in inside for a in some))


def function_words(sentences: Iterable[Sequence[str]], share: float) -> frozenset[str]:
    """Find a language's articles, prepositions and the like by how often they stand.

    Args:
        sentences: The words of many sentences.
        share: The least part of all running words.

    Returns:
        Words of lower-case letters that stand so often.
    """
    counts = Counter(word for words in sentences for word in words)
    least = max(MINIMUM_COUNT, share * counts.total())
    return frozenset(
        word
        for word, count in counts.items()
        if count >= least and word.isalpha() and word == word.lower()
    )


def is_punctuation(word: str) -> bool:
    """Whether a word has neither letter nor digit.

    Args:
        word: A word.

    Returns:
        True for punctuation, symbols and emoji.
    """
    return not any(character.isalnum() for character in word)


def pair_up(
    source: tuple[str, ...],
    target: tuple[str, ...],
    links: Iterable[tuple[int, int]],
    *,
    source_function_words: Collection[str],
    target_function_words: Collection[str],
    light: float,
) -> AlignedPair:
    """Weigh the words of a pair of sentences.

    Args:
        source: The source words.
        target: The target words.
        links: Its alignment.
        source_function_words: Function words of the source language.
        target_function_words: Function words of the target language.
        light: What function words and punctuation count, beside 1 for all others.

    Returns:
        The pair.
    """
    partners: dict[int, list[int]] = {}
    for a, b in sorted(links):
        partners.setdefault(b, []).append(a)
    source_light = {
        a for a, w in enumerate(source) if w in source_function_words or is_punctuation(w)
    }
    # What only function words are linked with is one too, however rare.
    target_light = frozenset(
        b
        for b, word in enumerate(target)
        if word in target_function_words
        or is_punctuation(word)
        or (b in partners and source_light.issuperset(partners[b]))
    )
    return AlignedPair(
        source,
        target,
        partners,
        [light if a in source_light else 1.0 for a in range(len(source))],
        [light if b in target_light else 1.0 for b in range(len(target))],
        target_light,
    )


def longest_run(pair: AlignedPair, span: Entity, free: Collection[int]) -> Candidate | None:
    """Find the longest run of an entity's aligned words; gaps of one word are closed.

    Args:
        pair: The pair of sentences.
        span: A source entity.
        free: The target words that no entity has yet.

    Returns:
        The run, not of punctuation alone; None where there is none.

    Source: the heuristic of Jain et al., EMNLP 2019, with SimAlign.
    """
    words = [b for b in pair.linked(span) if b in free]
    # Within a run a word's place grows with its number; a gap of one is let pass.
    starts = [0, *(n for n in range(1, len(words)) if words[n] - words[n - 1] > 2), len(words)]
    runs = [words[start:end] for start, end in pairwise(starts)]
    named = [run for run in runs if run and _has_word(pair, run[0], run[-1] + 1)]
    if not named:
        return None
    run = max(named, key=len)
    return Candidate(1.0, run[0], run[-1] + 1)


def candidates(pair: AlignedPair, span: Entity, *, maximum_gap: int) -> list[Candidate]:
    """Score the spans between any two aligned words of an entity.

    The score is the Dice overlap of aligned words: the weight of the entity's words that are
    linked with the span, and of the span's that are linked with the entity, over the weight
    of both. A word that is linked with others as well counts in part.

    Args:
        pair: The pair of sentences.
        span: A source entity.
        maximum_gap: The most words without a link that may stand between two with one.

    Returns:
        The spans, the best first.

    Source: span candidates as in T-Projection's comparison (García-Ferrero et al., Findings
    of EMNLP 2023); the weights and edges are this project's.
    """
    inside = range(span.start, span.end)
    linked = pair.linked(span)
    whole = sum(pair.source_weights[a] for a in inside)
    own = {b: _own_part(pair, b, inside) for b in linked}
    edges = [b for b in linked if _may_be_edge(pair, span, b)] or linked
    found = []
    for first, last in [(b, b) for b in edges] + list(combinations(edges, 2)):
        words = [b for b in linked if first <= b <= last]
        gaps = (after - before - 1 for before, after in pairwise(words))
        if max(gaps, default=0) > maximum_gap or not _has_word(pair, first, last + 1):
            continue
        reached = {a for b in words for a in pair.partners[b] if a in inside}
        overlap = sum(pair.source_weights[a] for a in reached)
        overlap += sum(own[b] * pair.target_weights[b] for b in words)
        size = whole + sum(pair.target_weights[first : last + 1])
        found.append(Candidate(overlap / size, first, last + 1))
    return sorted(found, key=lambda one: (-one.score, one.end - one.start, one.start))


def _own_part(pair: AlignedPair, place: int, inside: range) -> float:
    """Which part of a target word's links goes to an entity."""
    weights = {a: pair.source_weights[a] for a in pair.partners[place]}
    total = sum(weights.values())
    return sum(weight for a, weight in weights.items() if a in inside) / total if total else 0.0


def _may_be_edge(pair: AlignedPair, span: Entity, place: int) -> bool:
    """Whether a span may begin or end with a word: articles and prepositions stay out."""
    # But a name keeps its own (von Wogau), and a closing bracket stays with what it closes.
    return place not in pair.target_light or (
        pair.target[place] in pair.source[span.start : span.end]
    )


def _has_word(pair: AlignedPair, start: int, end: int) -> bool:
    return not all(is_punctuation(word) for word in pair.target[start:end])


def choose_jointly(choices: Sequence[Sequence[Candidate]]) -> list[Candidate | None]:
    """Give each entity at most one of its spans, so that none overlap and the sum is largest.

    The sum is of squared scores: two entities that share out the words of one would have
    the larger sum of plain ones.

    Args:
        choices: The candidates of each entity, the best first.

    Returns:
        The chosen one of each entity, or None.
    """
    best = [some[0] if some else None for some in choices]
    if not _overlap(filter(None, best)):
        return best
    pool = [(number, one) for number, some in enumerate(choices) for one in some[:MOST_CANDIDATES]]
    places = sorted({one.start for _, one in pool})
    # A row for each entity and one for each word where a span starts: two spans overlap
    # exactly where one of them covers the start of the other.
    rows = [[float(number == owner) for owner, _ in pool] for number in range(len(choices))]
    rows += [[float(one.start <= place < one.end) for _, one in pool] for place in places]
    gains = [one.score**2 - WORD_PRICE * (one.end - one.start) for _, one in pool]
    solution = milp(
        -np.array(gains),
        integrality=np.ones(len(pool)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(np.array(rows), ub=1),
    )
    chosen: list[Candidate | None] = [None] * len(choices)
    for (number, one), taken in zip(pool, solution.x, strict=True):
        if taken > 0.5:
            chosen[number] = one
    return chosen


def extend_names(pair: AlignedPair, chosen: Sequence[Candidate | None]) -> list[Candidate | None]:
    """Let names go on to the right over capitalised words without a link: ``Reino Unido``.

    To the left there are titles, which are no part of a name.

    Args:
        pair: The pair of sentences.
        chosen: The span of each entity, or None.

    Returns:
        The spans; none overlap where none did before.
    """
    taken = {b for one in chosen if one for b in range(one.start, one.end)} | set(pair.partners)
    extended: list[Candidate | None] = []
    for one in chosen:
        if one is not None and pair.target[one.end - 1][0].isupper():
            end = one.end
            while end < len(pair.target) and end not in taken and pair.target[end][0].isupper():
                taken.add(end)
                end += 1
            one = one._replace(end=end)
        extended.append(one)
    return extended


def _overlap(spans: Iterable[Candidate]) -> bool:
    """Whether any two spans share a word."""
    ordered = sorted(spans, key=lambda one: one.start)
    return any(after.start < before.end for before, after in pairwise(ordered))


def most_similar(
    text: Sequence[str], target: Sequence[str], *, free: Collection[int], least: float
) -> tuple[int, int] | None:
    """Find the target span that is written most like an entity.

    Args:
        text: The entity's words.
        target: The target words.
        free: The target words that no entity has yet.
        least: The least similarity, 1 for equal text.

    Returns:
        Where the span starts and ends (exclusive); None where nothing is so similar. Of equal
        ones the first.
    """
    wanted = " ".join(text).casefold()
    best: tuple[float, int, int] | None = None
    sizes = range(max(1, len(text) - 1), len(text) + 2)
    for start, size in product(range(len(target)), sizes):
        end = start + size
        if end > len(target) or not all(place in free for place in range(start, end)):
            continue
        other = " ".join(target[start:end]).casefold()
        matcher = SequenceMatcher(None, wanted, other, autojunk=False)
        if matcher.quick_ratio() < least:
            continue
        score = matcher.ratio()
        if score >= least and (best is None or score > best[0]):
            best = score, start, end
    return best and best[1:]
