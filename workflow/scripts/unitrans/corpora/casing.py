"""Casing: how a target word is written, given the source word and the target corpus."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from random import Random

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.writing import Capitals

DOTTED_I = frozenset({"tr", "az", "crh"})  # languages whose i has its dot as a capital, too


def lower(text: str, language: str = "") -> str:
    """Write text in lower case.

    Args:
        text: The text.
        language: ISO 639-1 code; in Turkish and Azeri, I has no dot in lower case, and \u0130 has.

    Returns:
        The text in lower case.
    """
    if language in DOTTED_I:
        text = text.replace("\u0130", "i").replace("I", "\u0131")
    return text.lower()


def upper(text: str, language: str = "") -> str:
    """Write text in capitals.

    Args:
        text: The text.
        language: ISO 639-1 code; in Turkish and Azeri, i keeps its dot.

    Returns:
        The text in capitals.
    """
    if language in DOTTED_I:
        text = text.replace("i", "\u0130")
    return text.upper()


class Casing(StrEnum):
    """Where a target word takes its casing from."""

    AUTO = "auto"  # corpus where the pool writes all nouns with capitals, else copy
    COPY = "copy"  # from the source word
    CORPUS = "corpus"  # from the unlabelled pool


class LowerCase(StrEnum):
    """What becomes of the label of an entity without a capital."""

    DROP = "drop"  # CoNLL's guidelines see no entity in "español" or "norsk"
    KEEP = "keep"


def casing_of(setting: str, capitals: Capitals) -> Casing:
    """Resolve the setting for a language.

    Args:
        setting: auto, copy or corpus.
        capitals: What the language marks with capitals.

    Returns:
        copy or corpus.
    """
    if setting != Casing.AUTO:
        return Casing(setting)
    return Casing.CORPUS if capitals is Capitals.NOUNS else Casing.COPY


def forms_of(sentences: Iterable[Sentence], language: str = "") -> dict[str, Counter[str]]:
    """Count how each word is written where its place does not decide it.

    Sentence-initial words do not count, nor do words of headlines in capitals.

    Args:
        sentences: The unlabelled pool.
        language: ISO 639-1 code.

    Returns:
        The written forms of each lower-cased word, with their counts.
    """
    forms: dict[str, Counter[str]] = {}
    for sentence in sentences:
        if "".join(sentence.tokens).isupper():
            continue
        initial = True
        for token in sentence.tokens:
            if not initial:
                forms.setdefault(lower(token, language), Counter())[token] += 1
            # Opening quotes and numbers before the first word leave it initial.
            initial = initial and not token[0].isalpha()
    return forms


def usual_form(forms: Mapping[str, int]) -> str:
    """Find how a word is written most often.

    Args:
        forms: Its written forms with their counts, at least one.

    Returns:
        The most frequent form; of equally frequent ones the first in alphabetical order.
    """
    return min(forms, key=lambda form: (-forms[form], form))


def true_cased(
    sentences: Iterable[Sentence], forms: Mapping[str, Mapping[str, int]], language: str = ""
) -> list[list[str]]:
    """Write the word that opens a sentence as it is written elsewhere.

    Args:
        sentences: The sentences.
        forms: The written forms of each lower-cased word, as ``forms_of`` counts them.
        language: ISO 639-1 code.

    Returns:
        The words of each sentence; an opening word that stands nowhere else is as it was.
    """
    result = []
    for sentence in sentences:
        words = list(sentence.tokens)
        first = next((number for number, word in enumerate(words) if word[0].isalpha()), None)
        if first is not None and (found := forms.get(lower(words[first], language))):
            words[first] = usual_form(found)
        result.append(words)
    return result


def shape(
    target: str,
    source: str,
    *,
    initial: bool,
    forms: Mapping[str, int],
    random: Random,
    language: str = "",
) -> str:
    """Write a target word with the right capitals.

    Args:
        target: The word in lower case.
        source: The source word as written.
        initial: Whether the source word is the first of its sentence.
        forms: How the target word is written in the pool, with counts; one is drawn by its
            relative frequency. Empty to copy the source word's casing.
        random: What draws.
        language: ISO 639-1 code of the target.

    Returns:
        The word; capitalised at the start of a sentence where the source word is.
    """
    if len(source) > 1 and source.isupper():
        return upper(target, language)
    # "I" and "A" say nothing about their translation, but where they open a sentence.
    capital = source[:1].isupper() and (initial or len(source) > 1)
    if forms:
        names = sorted(forms)
        target = random.choices(names, weights=[forms[name] for name in names])[0]
        capital = capital and initial
    return upper(target[:1], language) + target[1:] if capital else target
