"""Which sentences of a pool are worth most once somebody has corrected them."""

import heapq
from collections import Counter
from collections.abc import Sequence

import numpy as np

from unitrans.corpora.sentences import Sentence

FADING = 0.5  # what a word is worth again, once a chosen sentence has it
COMMON = 20  # a word that stands more often is worth no more
LENGTH = 0.5  # exponent of a sentence's words: how much longer ones must be worth more


def choose_sentences(
    sentences: Sequence[Sentence], doubts: Sequence[np.ndarray], count: int
) -> list[int]:
    """Choose sentences of whose words a tagger is unsure, and which have others than those before.

    A word counts by how unsure its tags are, and by how often it stands in all sentences, since
    what is learned of it serves them all. Each time that it has been chosen it counts half.

    Args:
        sentences: The sentences.
        doubts: For each of them, how probable it is that each word's tag is wrong (W,).
        count: How many to choose.

    Returns:
        Numbers of the sentences, the one first that is worth most.

    Source: uncertainty sampling with a submodular coverage of words, chosen greedily (Lin and
        Bilmes, 2011), a sentence's gain held against its length.
    """
    frequency = Counter(token for sentence in sentences for token in sentence.tokens)
    taken: Counter[str] = Counter()
    worth: list[list[tuple[str, float]]] = []
    for sentence, doubt in zip(sentences, doubts, strict=True):
        most: dict[str, float] = {}
        for token, unsure in zip(sentence.tokens, doubt.tolist(), strict=True):
            most[token] = max(most.get(token, 0.0), unsure)
        worth.append(
            [(one, value * min(frequency[one], COMMON) ** 0.5) for one, value in most.items()]
        )

    def gain(number: int) -> float:
        """What a sentence adds to those that are chosen."""
        value = sum(value * FADING ** taken[token] for token, value in worth[number])
        return value / len(sentences[number].tokens) ** LENGTH

    # A gain only ever falls, so that the best is known once the first of the heap is up to date.
    heap = [(-gain(number), number) for number in range(len(sentences))]
    heapq.heapify(heap)
    chosen: list[int] = []
    while heap and len(chosen) < count:
        _, number = heapq.heappop(heap)
        now = gain(number)
        if heap and now < -heap[0][0]:
            heapq.heappush(heap, (-now, number))
            continue
        chosen.append(number)
        taken.update(set(sentences[number].tokens))
    return chosen
