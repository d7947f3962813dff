"""Plain text into sentences and words, for the unlabelled pool; and what a word may hold."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from unitrans.corpora.words import splitter

# Control characters, soft hyphens, and marks of width zero or of direction: none is seen, each
# makes another word of the same letters. The joiners U+200C and U+200D stay: they spell words.
INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f"
                       "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")  # fmt: skip
# Joiners, fillers and selectors, which stay inside a word but are none of their own.
ONLY_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u200c\u200d\u2800"
                        "\u3164\ufe00-\ufe0f\uffa0\ufffc\U000e0000-\U000e0fff]*")  # fmt: skip
# The library knows no Norwegian; Danish shares its abbreviations best.
SPLITTER_LANGUAGE = {"nb": "da", "nn": "da", "no": "da"}
# What ends in a full stop that ends no sentence: an ordinal, an initial, a title before a name.
OPEN_END = re.compile(
    r"(?:^|[\s('\"\u00ab\u201e\u201c])"
    r"(?:[0-9]{1,2}|[^\W\d_]|Mrs?|Ms|Mme|Mlle|Mgr|Drs?|Dra|Prof|Sras?|Srs?|Srta|Sig|Dott|St|Bw)\.\s*$"
)
# In Spanish "no." is short for number only before one; the splitter takes it so everywhere.
SPANISH_NO = re.compile(
    r"(?<=\b[Nn]o\.)\s+(?=[\u00a1\u00bf\"\u00ab(]?[A-Z\u00c1\u00c9\u00cd\u00d3\u00da\u00d1])"
)
HYPHENATED = re.compile(r"[^\W\d_]-$")


def clean(text: str) -> str:
    """Take out what cannot be seen, and compose what is left (Unicode NFC).

    Args:
        text: A word or a text.

    Returns:
        The text without control and zero-width characters, white space as single spaces;
        empty where nothing visible is left.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    visible = " ".join(unicodedata.normalize("NFC", INVISIBLE.sub("", text)).split())
    return "" if ONLY_BLANK.fullmatch(visible) else visible


def clean_word(word: str) -> str:
    """Clean a word, and close the gaps that a column file may have in one.

    Args:
        word: A word such as ``10 000`` or ``z. B.``.

    Returns:
        The word without white space; empty where nothing visible is left.
    """
    return clean(word).replace(" ", "")


def split_sentences(text: str, *, language: str) -> list[str]:
    """Split a paragraph into sentences.

    The splitter breaks after some ordinals and abbreviations that it does not know. A piece
    is joined to the one before where it opens with a small letter, or where that one ends
    with an ordinal (``am 3. | Mai``), an initial (``G. | Verdi``) or a title (``M. | Dupont``): two
    sentences in one cost less than half a sentence.

    Args:
        text: The paragraph, on one line.
        language: ISO 639-1 code; the splitter has fallbacks for languages without rules.

    Returns:
        The sentences, none empty.
    """
    from sentencex import segment

    sentences: list[str] = []
    pieces = segment(SPLITTER_LANGUAGE.get(language, language), text)
    if language == "es":
        # White space goes to the piece before, as the splitter has it.
        pieces = [part for piece in pieces for part in SPANISH_NO.sub(" \n", piece).split("\n")]
    for piece in pieces:
        if not piece.strip():
            continue
        if sentences and (piece.lstrip()[0].islower() or OPEN_END.search(sentences[-1])):
            sentences[-1] += piece
        else:
            sentences.append(piece)
    return [sentence.strip() for sentence in sentences]


def raw_sentences(
    lines: Iterable[str], *, language: str, sentence_per_line: bool, hard_wrapped: bool = False
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Split and tokenise plain text.

    Args:
        lines: The lines of the text; each is a paragraph of its own.
        language: ISO 639-1 code.
        sentence_per_line: True where each line is a sentence already.
        hard_wrapped: True where paragraphs run over several lines, an empty line after each.

    Yields:
        The line (of a paragraph over several, its first one), from 1, and the words of each
        sentence, in order.
    """
    for number, line in _paragraphs(lines) if hard_wrapped else enumerate(lines, 1):
        if paragraph := clean(line):
            for words in paragraph_words(paragraph, language=language, whole=sentence_per_line):
                yield number, words


def _paragraphs(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Join lines that were broken at a margin; a word divided there is made whole."""
    first, paragraph = 0, ""
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text:
            if paragraph:
                yield first, paragraph
            paragraph = ""
            continue
        if not paragraph:
            first = number
        elif not HYPHENATED.search(paragraph):
            paragraph += " "
        elif text[0].islower():  # else the hyphen is the word's own: Jean-Paul
            paragraph = paragraph[:-1]
        paragraph += text
    if paragraph:
        yield first, paragraph


def paragraph_words(
    paragraph: str, *, language: str, whole: bool = False
) -> Iterator[tuple[str, ...]]:
    """Split a paragraph into sentences, and each into words.

    Args:
        paragraph: Clean text, not empty.
        language: ISO 639-1 code.
        whole: True where the paragraph is a sentence already.

    Yields:
        The words of each sentence. Together they are the paragraph's letters, none changed,
        lost or added: what a tool would change is taken as it stands.
    """
    sentences = [paragraph] if whole else split_sentences(paragraph, language=language)
    if "".join(sentences).replace(" ", "") != paragraph.replace(" ", ""):
        sentences = [paragraph]
    split = splitter(language).split
    yield from filter(None, map(split, sentences))
