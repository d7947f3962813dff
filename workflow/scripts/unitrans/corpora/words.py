"""Text into words: one way for the pool, for translations and for the tagger, in every script."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

import regex

from unitrans.corpora.tags import QUOTATION_MARKS

if TYPE_CHECKING:
    from icu import BreakIterator
    from sacremoses import MosesTokenizer

# Moses knows no Norwegian and no Danish; Swedish shares the most abbreviations with them.
STAND_INS = {"nb": "sv", "nn": "sv", "no": "sv", "da": "sv"}
# Marks stand on the letter before, and joiners between two.
ATTACHED = regex.compile(r"[\p{M}\u200c\u200d]")
# What else Moses would cut at inside a word: the dot of col·legi, the apostrophe before 's or 't.
INSIDE = r"(?<=\p{Latin})·(?=\p{Latin})|(?<!\S)['’](?=\p{Ll}(?![\p{L}'’]))"
INSIDE_APOSTROPHE = r"(?<=\p{L}\p{M}*)['’](?=\p{L})"  # foto's, D’Artagnan
INSIDE_NAME = r"(?<=\b\p{Lu})['’](?=\p{Lu}\p{Ll})"  # O’Brien
INSIDE_COLON = r"(?<=[\p{L}\p{N}]):(?=\p{Ll})"  # EU:n, SVT:s
CURLY = regex.compile(r"(?<=\p{L})’(?=\p{L})")  # which Moses does not take for an apostrophe
# Corpora are cut before an English apostrophe (John 's) and behind some others (l' Aquila), of
# which sacremoses has forgotten Catalan and Irish. Everywhere else it cuts at both sides.
LIKE_FRENCH = frozenset({"ca", "fr", "ga", "it"})
WITH_NAMES_ONLY = frozenset({"en", "ga"})
WITH_COLON = frozenset({"fi", "sv"})
# Scripts that put no blanks between words, and whose words ICU finds by its dictionaries.
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
# What joins two pieces of one word: Jean-Paul, ng'ombe, l'eau.
INNER = regex.compile(r"[-\u2010\u2011'\u2019\u02bc]")
APOSTROPHES = ("'", "\u2019")
LETTERS = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d]+")
# A word without the quotation marks at its edges, which some of Moses' rules leave there.
QUOTED = regex.compile(
    r"``|\L<marks>|(?:(?!``|\L<marks>).)+",
    regex.DOTALL,
    marks=[mark for mark in QUOTATION_MARKS if ord(mark[0]) > 0x7F],
)
INITIAL = regex.compile(r"\p{Lu}\p{M}*|\p{L}+(?:\.\p{L}+)+")


class Splitter:
    """Splits text of one language into words.

    sacremoses follows Moses' rules where it knows the language. For any other language ICU's
    word boundaries are taken (Unicode Standard Annex 29), and so they are wherever a script has
    no blanks between words.
    """

    def __init__(self, language: str) -> None:
        """Choose the rules.

        Args:
            language: ISO 639-1 code.
        """
        name = STAND_INS.get(language, language)
        self._moses = _moses(name) if name in _known() else None
        kept = [ATTACHED.pattern, INSIDE]
        if name in WITH_NAMES_ONLY:
            kept.append(INSIDE_NAME)
        elif name not in LIKE_FRENCH:
            kept.append(INSIDE_APOSTROPHE)
        if name in WITH_COLON:
            kept.append(INSIDE_COLON)
        self._kept = regex.compile("|".join(kept))

    def split(self, text: str) -> tuple[str, ...]:
        """Split a sentence into words.

        Args:
            text: A sentence, clean: composed, without what cannot be seen.

        Returns:
            Its words and punctuation. Together they are the text without its white space, no
            letter changed, lost or added; marks and joiners stay with their letter.
        """
        words = self._by_moses(text) if self._moses else by_boundaries(text)
        return tuple(
            piece
            for word in words
            for part in QUOTED.findall(word)
            for piece in (by_boundaries(part) if UNSPACED.search(part) else (part,))
        )

    def _by_moses(self, text: str) -> Iterable[str]:
        """Split by Moses' rules; what these would change is left as it stands."""
        bare = self._kept.sub("", text)
        plain = CURLY.sub("'", bare)
        words = self._moses.tokenize(plain, escape=False) if self._moses else []
        if not words or "".join(words) != "".join(plain.split()):
            return text.split()
        return words if plain == text else self._of_text(words, text)

    def _of_text(self, words: Sequence[str], text: str) -> Iterator[str]:
        """Take the words from the text itself, with all that Moses did not see."""
        place = 0
        for number, word in enumerate(words):
            start, left = place, len(word)
            while place < len(text) and (left or self._kept.match(text, place)):
                left -= not self._kept.match(text, place) and not text[place].isspace()
                place += 1
            last = number == len(words) - 1
            yield "".join(text[start : None if last else place].split())


def by_boundaries(text: str) -> list[str]:
    """Split text at ICU's word boundaries.

    Args:
        text: A sentence.

    Returns:
        Its words. Pieces with a hyphen or an apostrophe between them are one word, so are an
        initial and its full stop, and punctuation that is repeated.
    """
    words: list[str] = []
    for chunk in text.split():
        pieces = _pieces(chunk)
        first = len(words)
        for piece, after in zip_longest(pieces, pieces[1:], fillvalue=""):
            if len(words) > first and _continues(words[-1], piece, after):
                words[-1] += piece
            else:
                words.append(piece)
    return words


def _pieces(text: str) -> list[str]:
    """Cut text at all of ICU's word boundaries."""
    from icu import UnicodeString

    # ICU counts UTF-16 units, of which a character beyond the basic plane has two.
    units = UnicodeString(text)
    breaker = _breaker()
    breaker.setText(units)
    places = [0, *breaker]
    return [str(units[start:end]) for start, end in pairwise(places)]


@cache
def _breaker() -> "BreakIterator":
    """ICU's word boundaries, the same for all languages."""
    from icu import BreakIterator, Locale

    return BreakIterator.createWordInstance(Locale.getRoot())


def _continues(word: str, piece: str, after: str) -> bool:
    """Whether a piece that follows a word without a blank belongs to it."""
    if ATTACHED.match(piece) or (piece == word[-1] and not LETTERS.fullmatch(piece)):
        return True
    if UNSPACED.search(word) or UNSPACED.search(piece):
        return False
    if INNER.fullmatch(piece):
        return bool(LETTERS.fullmatch(word[-1]) and after and LETTERS.match(after))
    if INNER.fullmatch(word[-1]) and LETTERS.fullmatch(word[-2:-1]):
        return LETTERS.match(piece) is not None
    if word in APOSTROPHES:  # 'n, 's
        return len(piece) == 1 and piece.islower() and after not in APOSTROPHES
    return piece == "." and INITIAL.fullmatch(word) is not None


@cache
def splitter(language: str) -> Splitter:
    """Get the splitter of a language.

    Args:
        language: ISO 639-1 code.

    Returns:
        The splitter, made once.
    """
    return Splitter(language)


@cache
def _known() -> frozenset[str]:
    """The languages whose abbreviations Moses has."""
    from sacremoses.corpus import NonbreakingPrefixes

    return frozenset(NonbreakingPrefixes().available_langs.values())


def _moses(language: str) -> "MosesTokenizer":
    """Make a tokenizer with the abbreviations of a language."""
    from sacremoses import MosesTokenizer

    moses = MosesTokenizer(lang=language)
    if language in LIKE_FRENCH:
        moses.lang = "fr"
    # Its own two tests build a set of all letters for every word with a full stop.
    moses.islower = str.islower
    moses.isanyalpha = lambda text: any(map(str.isalpha, text))
    return moses
