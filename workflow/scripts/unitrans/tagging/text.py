"""Tag raw text with a student's folder: sentences, words, entities, and their places."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import OUTSIDE, entities, without_edge_quotes
from unitrans.errors import InputError
from unitrans.jobs.artifacts import replacing
from unitrans.jobs.files import check_file, one_line_faults
from unitrans.jobs.log import LOGGER, progress
from unitrans.taggers.calibration import Calibration, entity_score
from unitrans.taggers.decoding import viterbi
from unitrans.taggers.folder import TaggerSettings
from unitrans.tagging.offsets import Word, located_sentences

BLOCK_WORDS = 4096


class Form(StrEnum):
    """How tagged text is written."""

    JSONL = "jsonl"  # a sentence a line, entities with their places
    CONLL = "conll"  # a word and its tag a line


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

    def written(self, form: Form, *, file: str | None = None) -> str:
        """The sentence as it is written to a file.

        Args:
            form: jsonl or conll.
            file: Where it is from; jsonl tells it where it is given.

        Returns:
            Whole lines.
        """
        if form is Form.CONLL:
            rows = zip(self.words, self.tags, strict=True)
            return "".join(f"{word.text} {tag}\n" for word, tag in rows) + "\n"
        record: dict[str, Any] = {} if file is None else {"file": file}
        record |= {
            "line": self.line,
            "start": self.words[0].start,
            "end": self.words[-1].end,
            "text": self.text,
            "entities": self.entities(),
        }
        return json.dumps(record, ensure_ascii=False) + "\n"


def tag_lines(
    lines: Iterable[str],
    judge: Judge,
    *,
    block_words: int = BLOCK_WORDS,
    threshold: float = 0.0,
) -> Iterator[TaggedSentence]:
    """Tag raw text as it comes, in order.

    Args:
        lines: The lines with their ends; each is a paragraph of its own.
        judge: The tagger.
        block_words: So many words are read before they are tagged together.
        threshold: Entities with lower scores are left out.

    Yields:
        The sentences.
    """
    block: list[tuple[int, str, tuple[Word, ...]]] = []
    waiting = start = 0
    for number, line in enumerate(lines, 1):
        for words in located_sentences(line, language=judge.settings.language, start=start):
            text = line[words[0].start - start : words[-1].end - start]
            block.append((number, text, words))
            waiting += len(words)
        start += len(line)
        if waiting >= block_words:
            yield from _tag_block(block, judge, threshold)
            block, waiting = [], 0
    if block:
        yield from _tag_block(block, judge, threshold)


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


def read_text(path: str | Path, encoding: str = "utf-8") -> list[str]:
    """Read the lines of a text with their ends, no character changed.

    Args:
        path: The file.
        encoding: Its encoding.

    Returns:
        The lines.

    Raises:
        InputError: The file is missing, or of another encoding.
    """
    check_file(path, "a text")
    try:
        with (
            one_line_faults(path, "a text"),
            Path(path).open(encoding=encoding, newline="") as text,
        ):
            return list(text)
    except UnicodeDecodeError as error:
        raise InputError.at(
            path, found=f"bytes that are not {encoding} ({error.reason})", expected=encoding
        ) from error


def tag_file(path: str | Path, judge: Judge, outputs: Sequence[str | Path]) -> None:
    """Tag a text and write it in several forms, each whole or not at all.

    Args:
        path: The text, UTF-8.
        judge: The tagger.
        outputs: Files that end in .jsonl or .conll.

    Raises:
        InputError: The text cannot be read.
    """
    lines = read_text(path)
    forms = [Form(Path(output).suffix[1:]) for output in outputs]
    began, words = time.perf_counter(), 0
    with ExitStack() as stack:
        handles = [
            stack.enter_context(
                stack.enter_context(replacing(output)).open("w", encoding="utf-8", newline="\n")
            )
            for output in outputs
        ]
        for sentence in tag_lines(progress(lines, total=len(lines), unit="lines"), judge):
            words += len(sentence.words)
            for form, handle in zip(forms, handles, strict=True):
                handle.write(sentence.written(form))
    seconds = time.perf_counter() - began
    LOGGER.info("%d words in %.1f s: %.0f words/s", words, seconds, words / seconds)
