"""Words of raw text, each with its place in the text as it was given.

Cleaning composes letters, drops what cannot be seen and closes gaps, so a word of a tagger
need not stand in the text letter by letter. Its place is found by following the letters.
"""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from unitrans.corpora.raw_text import INVISIBLE, clean, paragraph_words


class Word(NamedTuple):
    """A word as a tagger reads it: characters ``start`` to ``end`` (exclusive) of the text."""

    text: str
    start: int
    end: int


def located_sentences(line: str, *, language: str, start: int = 0) -> Iterator[tuple[Word, ...]]:
    """Split a line of raw text as the pool was split, and say where each word stands.

    Args:
        line: The line, as it was given.
        language: ISO 639-1 code.
        start: Where the line begins in its text, in characters.

    Yields:
        The words of each sentence, from left to right.
    """
    paragraph = clean(line)
    if not paragraph:
        return
    letters = located_letters(line)
    place = 0
    for words in paragraph_words(paragraph, language=language):
        located = []
        for word in words:
            spans = letters[place : place + len(word)]
            located.append(Word(word, start + spans[0].start, start + spans[-1].end))
            place += len(word)
        yield tuple(located)


def located_letters(text: str) -> list[Word]:
    """Find the visible characters of a text, composed (NFC), each with its place.

    Args:
        text: The text, as it was given.

    Returns:
        The characters but white space; those that a composition made or moved have the place
        of all characters that it was made from.
    """
    visible = [
        Word(character, place, place + 1)
        for place, character in enumerate(text)
        if not INVISIBLE.match(character)
    ]
    if unicodedata.is_normalized("NFC", "".join(letter.text for letter in visible)):
        return [letter for letter in visible if not letter.text.isspace()]
    return [letter for group in _composing(visible) for letter in _compose(group)]


def _composing(letters: list[Word]) -> Iterator[list[Word]]:
    """Group the characters that composition may join or reorder; white space is left out."""
    borders = [0]
    for place, (before, letter) in enumerate(pairwise(letters), 1):
        if (
            before.text.isspace()
            or letter.text.isspace()
            or _opens("".join(part.text for part in letters[borders[-1] : place]), letter.text)
        ):
            borders.append(place)
    for first, last in pairwise([*borders, len(letters)]):
        group = letters[first:last]
        if group and not group[0].text.isspace():
            yield group


def _opens(group: str, character: str) -> bool:
    """Whether a character takes no part in the composition of those before it."""
    compose = unicodedata.normalize
    return not unicodedata.combining(character) and (
        compose("NFC", group + character) == compose("NFC", group) + compose("NFC", character)
    )


def _compose(group: list[Word]) -> list[Word]:
    """Compose a group of characters."""
    text = "".join(letter.text for letter in group)
    composed = unicodedata.normalize("NFC", text)
    if composed == text:
        return group
    return [Word(character, group[0].start, group[-1].end) for character in composed]
