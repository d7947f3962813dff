"""Transliteration: words that stay as they are, written in the script of the target language."""

from functools import cache
from unicodedata import normalize

import regex
from icu import ICUError, Transliterator, UTransDirection

LETTERS = regex.compile(r"[\p{Latin}\p{M}]+")
LATIN = regex.compile(r"\p{Latin}")
OTHER = regex.compile(r"[\p{L}--\p{Latin}]", regex.V1)
CAPITALS = frozenset({"Armenian", "Cyrillic", "Greek"})  # Georgian has them, and never uses them
# Where rules for one language or one use are better than those for the script as a whole.
RULES = {"Cyrillic": "Latin-Russian/BGN; Latin-Cyrillic", "Greek": "Latin-Greek/UNGEGN"}
# Vowel marks that ordinary text leaves out; Arabic writes the vowels of foreign names as long.
UNMARKED = {"Arabic": str.maketrans("aeiou", "āīīūū"), "Hebrew": {}}
# Letters that some scripts' rules do not know, by those that sound like them.
RESPELT = str.maketrans({"c": "k", "j": "y", "q": "k", "w": "v", "x": "ks"})
# In these scripts the last consonant has no vowel without a mark that says so, and the marks of
# short vowels, which only other languages have, are those of long ones.
BARE_ENDS = frozenset({"Bengali", "Devanagari", "Gujarati", "Gurmukhi", "Oriya"})
FINAL_VIRAMA = regex.compile(r"\p{ccc=9}$")
SHORT_VOWELS = str.maketrans("\u090e\u0912\u0946\u094a", "\u090f\u0913\u0947\u094b")


@cache
def transliterate(word: str, script: str) -> str:
    """Write the Latin letters of a word in another script.

    Args:
        word: A word.
        script: The script's name in Unicode.

    Returns:
        The word in the script, with its digits and punctuation; as it was where it has letters
        of other scripts or none, or where ICU's rules do not know all of it.

    Source: Unicode Technical Standard 35, part 2, section 10 (transforms).
    """
    rules = rules_into(script)
    if rules is None or OTHER.search(word):
        return word
    plain = folding().transliterate(word)
    if script not in CAPITALS:
        plain = plain.lower()
    for spelling in (plain, plain.translate(RESPELT)):
        written = LETTERS.sub(lambda run: _written(run[0], rules, script), spelling)
        if OTHER.search(written) and not LATIN.search(written):
            return written
    return word


def _written(letters: str, rules: Transliterator, script: str) -> str:
    """Write a run of Latin letters by the rules, as the script's readers expect it."""
    text = "".join(rules.transliterate(letters.translate(UNMARKED.get(script, {}))).split())
    text = normalize("NFC", text)
    if script in UNMARKED:
        return regex.sub(r"\p{M}", "", text)
    if script in BARE_ENDS:
        return FINAL_VIRAMA.sub("", text.translate(SHORT_VOWELS))
    return text


@cache
def rules_into(script: str) -> Transliterator | None:
    """Get ICU's rules from Latin letters into a script.

    Args:
        script: Its name in Unicode.

    Returns:
        The rules; None for Latin itself and for scripts that ICU has none for, such as Han.
    """
    try:
        return Transliterator.createInstance(
            RULES.get(script, f"Latin-{script}"), UTransDirection.FORWARD
        )
    except ICUError:
        return None


@cache
def folding() -> Transliterator:
    """Get ICU's rules from all Latin letters to those of English."""
    return Transliterator.createInstance("Latin-ASCII", UTransDirection.FORWARD)
