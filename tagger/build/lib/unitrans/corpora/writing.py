"""How a language is written, told from its text: the script, and what capitals mark."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

# Words with a capital, but for the first of a sentence: 7 to 20% of English, Spanish, Dutch,
# Norwegian, Swahili and Hausa text, and 32 to 42% of German, which writes all nouns so.
NOUN_CAPITALS = 0.27
# Japanese writes foreign names in Katakana, whatever script the rest of a text is in.
JAPANESE = frozenset({"Hiragana", "Katakana"})
ENOUGH_JAPANESE = 0.1  # of all letters; Chinese text has none
SHARED = frozenset({"Common", "Inherited"})  # digits, punctuation, marks of several scripts
ENOUGH = 0.001  # of all letters, for a script to belong to a corpus


class Capitals(StrEnum):
    """What capitals mark, but for the start of a sentence."""

    NONE = "none"  # the script has none
    NAMES = "names"
    NOUNS = "nouns"  # all of them, as in German


def capitals_of(sentences: Iterable[Sequence[str]]) -> Capitals:
    """Tell what a language marks with capitals.

    Args:
        sentences: The words of many sentences; headlines in capitals do not count.

    Returns:
        What they mark; names where there is no text to tell from.
    """
    initials = Counter(
        word[0]
        for sentence in sentences
        if not "".join(sentence).isupper()
        for word in sentence[1:]
        if word[0].isalpha()
    )
    upper = sum(count for letter, count in initials.items() if letter.isupper())
    cased = upper + sum(count for letter, count in initials.items() if letter.islower())
    if 2 * cased < initials.total():
        return Capitals.NONE
    return Capitals.NOUNS if upper > NOUN_CAPITALS * cased else Capitals.NAMES


def script_of(sentences: Iterable[Sequence[str]]) -> str:
    """Find the script that most letters of a text are in.

    Args:
        sentences: The words of many sentences.

    Returns:
        Its name in Unicode (Latin, Cyrillic, Han); Katakana for Japanese, and Latin where there
        is no letter.
    """
    letters = Counter(letter for sentence in sentences for word in sentence for letter in word)
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        if letter.isalpha():
            scripts[script_name(letter)] += count
    if not scripts:
        return "Latin"
    if sum(scripts[name] for name in JAPANESE) > ENOUGH_JAPANESE * scripts.total():
        return "Katakana"
    return min(scripts, key=lambda name: (-scripts[name], name))


def scripts_of(words: Mapping[str, int]) -> frozenset[str]:
    """Find all scripts that a corpus is written in.

    Args:
        words: Each word and how often it stands.

    Returns:
        Names in Unicode, without those of a few stray words; what no script has to itself is
        among them.
    """
    letters: Counter[str] = Counter()
    for word, count in words.items():
        for letter in word:
            letters[letter] += count
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[script_name(letter)] += count
    total = sum(count for name, count in scripts.items() if name not in SHARED)
    return SHARED | {name for name, count in scripts.items() if count > ENOUGH * total}


def script_name(letter: str) -> str:
    """Name the script of a character.

    Args:
        letter: The character.

    Returns:
        Its name in Unicode.
    """
    from icu import Script

    return Script.getScript(letter).getName()
