"""Between words and running text, and entities that pass a translation untouched."""

import re
from collections.abc import Collection, Sequence
from functools import cached_property

from sacremoses import MosesDetokenizer

from unitrans.corpora.raw_text import clean
from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import entities
from unitrans.corpora.words import STAND_INS, splitter


class Moses:
    """The tokenizer and the detokenizer of one language; no character is ever escaped.

    Attributes:
        name: The language whose rules are used.
    """

    def __init__(self, language: str) -> None:
        """Choose a language.

        Args:
            language: ISO 639-1 code; one that Moses does not know is treated as English, and
                Norwegian as Swedish.
        """
        self.name = STAND_INS.get(language, language)
        self._splitter = splitter(language)

    @cached_property
    def _detokenizer(self) -> MosesDetokenizer:
        return MosesDetokenizer(self.name)

    def split(self, text: str) -> tuple[str, ...]:
        """Split text into words.

        Args:
            text: A sentence.

        Returns:
            Its words and punctuation; none for empty text.
        """
        return self._splitter.split(clean(text))

    def join(self, words: Sequence[str]) -> str:
        """Write words as text.

        Args:
            words: The words of a sentence.

        Returns:
            The sentence, without line breaks.
        """
        text = self._detokenizer.detokenize(list(words), unescape=False)
        return " ".join(text.split())


def mask(sentence: Sentence, keep_types: Collection[str]) -> tuple[list[str], list[list[str]]]:
    """Put a made-up name in the place of each entity that is not to be translated.

    Args:
        sentence: The sentence, labelled.
        keep_types: Entity types that are not translated.

    Returns:
        The words with the made-up names, and the words of each entity.
    """
    words: list[str] = []
    kept: list[list[str]] = []
    last = 0
    for kind, start, end in entities(sentence.tags or ()):
        if kind in keep_types:
            words += [*sentence.tokens[last:start], made_up_name(len(kept))]
            kept.append(list(sentence.tokens[start:end]))
            last = end
    return [*words, *sentence.tokens[last:]], kept


def made_up_name(number: int) -> str:
    """Make a name that no dictionary has and every tokenizer leaves in one piece.

    Args:
        number: Which, from 0.

    Returns:
        The name.
    """
    return f"Zqx{number}"


def unmask(words: Sequence[str], kept: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """Put entities back in the places of their made-up names.

    Args:
        words: The translated words.
        kept: The words of each entity.

    Returns:
        The words with the entities; None where a made-up name is missing or stands twice.
    """
    names = {made_up_name(number).casefold(): some for number, some in enumerate(kept)}
    written: list[str] = []
    found: list[str] = []
    for word in words:
        # A name may have been inflected by a hyphen or an apostrophe: Zqx0's, Zqx0-Partei.
        for part in re.split(r"(zqx\d+)", word, flags=re.IGNORECASE):
            if part.casefold() in names:
                found.append(part.casefold())
                written += names[part.casefold()]
            elif part:
                written.append(part)
    return tuple(written) if sorted(found) == sorted(names) else None
