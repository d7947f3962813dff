"""The tagger for Python programs: text in, entities out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from unitrans.tagging.loading import load_judge
from unitrans.tagging.text import BLOCK_WORDS, tag_lines


@dataclass(frozen=True, slots=True)
class Entity:
    """A name in a text.

    Attributes:
        text: What stands in the text.
        start: Where it starts, in characters from 0.
        end: Where it ends (exclusive), so that ``text[start:end]`` of the whole text is it.
        type: What it is, such as PER.
        score: How probable it is that the entity is right, from 0 to 1.
    """

    text: str
    start: int
    end: int
    type: str
    score: float


class Tagger:
    """A trained tagger. PyTorch computes where it is installed, else ONNX Runtime.

    Args:
        folder: The folder of a student, such as ``results/es/student/seed122``, or of an export,
            such as ``results/es/export``.
        language: ISO 639-1 code; None for the one that the folder names.
        dtype: What PyTorch computes in: auto, bfloat16 or float32.
        threads: Cores to compute with, with PyTorch for the whole process; None for all.
        threshold: Entities with lower scores are left out.

    Raises:
        InputError: The folder is no tagger's, or names no language.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        language: str | None = None,
        dtype: str = "auto",
        threads: int | None = None,
        threshold: float = 0.0,
    ) -> None:
        self._threshold = threshold
        self._judge = load_judge(folder, language=language, dtype=dtype, threads=threads)

    @property
    def language(self) -> str:
        """The language that text is split by, ISO 639-1."""
        return self._judge.settings.language

    @property
    def types(self) -> tuple[str, ...]:
        """The types of entities that it knows."""
        return self._judge.settings.tag_set.types

    def __call__(self, text: str) -> list[Entity]:
        """Find the entities of a text.

        Args:
            text: The text as it is; each line is a paragraph of its own.

        Returns:
            The entities from left to right.
        """
        return next(self.each([text]))

    def each(
        self, texts: Iterable[str], *, block_words: int = BLOCK_WORDS
    ) -> Iterator[list[Entity]]:
        """Find the entities of many texts, tagged together and passed on as they are done.

        Args:
            texts: The texts; they may come one after another, and none is kept.
            block_words: So many words are read before they are tagged together.

        Yields:
            The entities of each text, in order.
        """
        starts: list[int] = []  # of the texts read and not passed on, in all texts together

        def lines() -> Iterator[str]:
            place = 0
            for text in texts:
                starts.append(place)
                yield from text.splitlines(keepends=True)
                place += len(text)

        found: list[Entity] = []
        for sentence in tag_lines(
            lines(), self._judge, block_words=block_words, threshold=self._threshold
        ):
            while len(starts) > 1 and sentence.words[0].start >= starts[1]:
                starts.pop(0)
                yield found
                found = []
            for entity in sentence.entities():
                entity["start"] -= starts[0]
                entity["end"] -= starts[0]
                found.append(Entity(**entity))
        for _ in starts:
            yield found
            found = []
