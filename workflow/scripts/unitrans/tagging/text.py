"""Tag raw text with a student's folder: sentences, words, entities, and their places."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from unitrans.corpora.offsets import Word, located_sentences
from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import OUTSIDE, entities, without_edge_quotes
from unitrans.taggers.calibration import Calibration, entity_score
from unitrans.taggers.decoding import viterbi
from unitrans.taggers.folder import TaggerSettings

BLOCK_WORDS = 4096
LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Judge(Protocol):
    """A tagger that stands on its own, whatever computes it."""

    @property
    def settings(self) -> TaggerSettings:
        """Its classes, its language, and how much it reads at once."""

    def probabilities(self, sentences: Sequence[Sentence]) -> tuple[np.ndarray, np.ndarray]:
        """Judge every word.

        Args:
            sentences: At least one sentence.

        Returns:
            Probabilities (W, C), and where each sentence's words start (sentences + 1).
        """


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """A sentence of raw text with the tags of its W words.

    Attributes:
        line: The line that it stands on, from 1.
        text: The sentence as it was given.
        words: Its words; their places count from the start of the whole text.
        tags: Their BIO tags.
        scores: The probability of each word's tag.
        calibration: What these are worth.
    """

    line: int
    text: str
    words: tuple[Word, ...]
    tags: tuple[str, ...]
    scores: tuple[float, ...]
    calibration: Calibration

    def entities(self) -> list[dict[str, Any]]:
        """The entities from left to right.

        Returns:
            ``type``; ``start`` and ``end`` (exclusive), in characters from the start of the
            whole text; ``text``, what stands there; ``score``, how probable it is that the
            entity is right.
        """
        first = self.words[0].start
        rows = []
        for kind, start, end in entities(self.tags):
            begins, ends = self.words[start].start, self.words[end - 1].end
            score = entity_score(self.scores[start:end], self.calibration)
            rows.append(
                {
                    "type": kind,
                    "start": begins,
                    "end": ends,
                    "text": self.text[begins - first : ends - first],
                    "score": score,
                }
            )
        return rows

    def record(self) -> dict[str, Any]:
        """The sentence as a JSON object.

        Returns:
            ``line``, ``start``, ``end`` and ``text`` of the sentence, and its ``entities``.
        """
        return {
            "line": self.line,
            "start": self.words[0].start,
            "end": self.words[-1].end,
            "text": self.text,
            "entities": self.entities(),
        }


def tag_lines(
    lines: Iterable[str],
    judge: Judge,
    *,
    block_words: int = BLOCK_WORDS,
    threshold: float = 0.0,
) -> Iterator[TaggedSentence]:
    """Tag raw text as it comes, in order.

    Args:
        lines: The paragraphs, each a line with its end, or several lines of a wrapped text.
        judge: The tagger.
        block_words: So many words are read before they are tagged together.
        threshold: Entities with lower scores are left out.

    Yields:
        The sentences.
    """
    block: list[tuple[int, str, tuple[Word, ...]]] = []
    waiting = start = 0
    number = 1
    for line in lines:
        for words in located_sentences(line, language=judge.settings.language, start=start):
            first = words[0].start - start
            text = line[first : words[-1].end - start]
            block.append((number + _breaks(line[:first]), text, words))
            waiting += len(words)
        start += len(line)
        number += _breaks(line)
        if waiting >= block_words:
            yield from _tag_block(block, judge, threshold)
            block, waiting = [], 0
    if block:
        yield from _tag_block(block, judge, threshold)


def _breaks(text: str) -> int:
    """Count the line breaks of a text."""
    return len(LINE_BREAK.findall(text))


def _tag_block(
    block: Sequence[tuple[int, str, tuple[Word, ...]]], judge: Judge, threshold: float
) -> Iterator[TaggedSentence]:
    """Tag some sentences together."""
    sentences = [
        Sentence(str(place), tuple(word.text for word in words))
        for place, (_, _, words) in enumerate(block)
    ]
    tag_set, calibration = judge.settings.tag_set, judge.settings.calibration
    probabilities, offsets = judge.probabilities(sentences)
    classes = viterbi(probabilities, offsets, tag_set)
    scores = probabilities[np.arange(len(classes)), classes].tolist()
    tags = [tag_set.tags[number] for number in classes]
    for place, (line, text, words) in enumerate(block):
        part = slice(offsets[place], offsets[place + 1])
        own = [*without_edge_quotes([word.text for word in words], tags[part])]
        sure = scores[part]
        for _, begin, end in entities(own) if threshold else ():
            if entity_score(sure[begin:end], calibration) < threshold:
                own[begin:end] = [OUTSIDE] * (end - begin)
        yield TaggedSentence(line, text, words, tuple(own), tuple(sure), calibration)
