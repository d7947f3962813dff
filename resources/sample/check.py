"""Check the sample corpus against its guide: ``python check.py [language ...]``."""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SOURCE_SIZES = {"train": 800, "dev": 100, "test": 150}
TARGET_SIZES = {"train": 500, "dev": 80, "test": 250}
SIZES = {"en": SOURCE_SIZES} | dict.fromkeys(("es", "de", "nl", "nb"), TARGET_SIZES)
TYPES = ("PER", "ORG", "LOC", "MISC")
REPEAT_TOKENS = 6  # no two sentences of a language share so many words in a row
GLUED = re.compile(r".+[,;:!?()\"»]|[(\"«¿¡].+")


class Sentence(NamedTuple):
    """Words, and the names among them as (type, words)."""

    tokens: list[str]
    names: list[tuple[str, str]]


def parse(line: str) -> Sentence:
    """Read one line of the corpus.

    Args:
        line: Words between single spaces, entities as ``[TYPE word word]``.

    Returns:
        The sentence.

    Raises:
        ValueError: The line breaks the format; the text says how.
    """
    tokens: list[str] = []
    names: list[tuple[str, str]] = []
    kind, start = "", 0
    for piece in line.split(" "):
        if piece.startswith("["):
            if kind:
                raise ValueError("a bracket inside a bracket")
            kind, start = piece[1:], len(tokens)
            if kind not in TYPES:
                raise ValueError(f"unknown type {piece!r}")
            continue
        word = piece.removesuffix("]")
        if not word or "[" in word or "]" in word:
            raise ValueError(f"bad word {piece!r}")
        if GLUED.fullmatch(word):
            raise ValueError(f"punctuation glued to {word!r}")
        tokens.append(word)
        if piece != word:
            if not kind:
                raise ValueError("a closing bracket that none opens")
            names.append((kind, " ".join(tokens[start:])))
            kind = ""
    if kind:
        raise ValueError("a bracket that is not closed")
    return Sentence(tokens, names)


def grams(tokens: list[str]) -> Iterator[tuple[str, ...]]:
    """Give every run of words of a sentence that no other sentence may have.

    Args:
        tokens: The words; punctuation does not count.

    Yields:
        The runs, in lower case.
    """
    words = [token.lower() for token in tokens if re.search(r"\w", token)]
    for start in range(len(words) - REPEAT_TOKENS + 1):
        yield tuple(words[start : start + REPEAT_TOKENS])


def check_language(folder: Path, sizes: dict[str, int]) -> tuple[list[str], list[str]]:
    """Check all splits of one language.

    Args:
        folder: The folder with ``<split>.txt``.
        sizes: How many sentences each split must have.

    Returns:
        One line of counts a split, and one line an error.
    """
    report: list[str] = []
    errors: list[str] = []
    seen: dict[tuple[str, ...], str] = {}
    for split, wanted in sizes.items():
        path = folder / f"{split}.txt"
        if not path.is_file():
            errors.append(f"{path}: missing")
            continue
        sentences: list[Sentence] = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            where = f"{path}:{number}"
            try:
                sentence = parse(line)
            except ValueError as error:
                errors.append(f"{where}: {error}")
                continue
            sentences.append(sentence)
            twice = [
                gram for gram in grams(sentence.tokens) if seen.setdefault(gram, where) != where
            ]
            if twice:
                errors.append(f"{where}: repeats {' '.join(twice[0])!r} of {seen[twice[0]]}")
        if len(sentences) != wanted:
            errors.append(f"{path}: {len(sentences)} good sentences, expected {wanted}")
        words = sum(len(sentence.tokens) for sentence in sentences)
        types = Counter(kind for sentence in sentences for kind, _ in sentence.names)
        counts = ", ".join(f"{kind} {types[kind]}" for kind in TYPES)
        report.append(f"{path}: {len(sentences)} sentences, {words} words, {counts}")
    return report, errors


def main(languages: list[str]) -> int:
    """Check languages and print what was found.

    Args:
        languages: Their codes.

    Returns:
        0 where all is well, else 1.
    """
    failed = False
    for language in languages:
        report, errors = check_language(Path(__file__).parent / language, SIZES[language])
        print(*report, *errors, sep="\n")
        failed |= bool(errors)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(SIZES)))
