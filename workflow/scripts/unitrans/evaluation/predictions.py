"""Predictions as people and other programs read them: word, gold tag, predicted tag."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from unitrans.corpora.sentences import Sentence
from unitrans.errors import InputError
from unitrans.jobs.artifacts import replacing
from unitrans.jobs.files import open_text

COLUMNS = "three columns: word, gold tag, predicted tag, one space between them"
BIO_TAG = re.compile(r"O|[BI]-\S+")


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """A sentence with the tags that it has and those that a model gave it, W of each.

    Attributes:
        tokens: Its words.
        gold: Its BIO tags.
        predicted: The model's BIO tags.
    """

    tokens: tuple[str, ...]
    gold: tuple[str, ...]
    predicted: tuple[str, ...]


Predictions = Mapping[str, Mapping[int, str | Path]]  # a file by model and seed
Runs = dict[str, dict[int, list[TaggedSentence]]]


def write_predictions(
    path: str | Path, sentences: Iterable[Sentence], predicted: Iterable[Sequence[str]]
) -> None:
    """Write one word a line and an empty line after each sentence.

    Args:
        path: The file to write, whole or not at all.
        sentences: Labelled sentences.
        predicted: The W tags that a model gave each.

    Raises:
        InputError: A sentence has no gold tags, or a word white space, which separates columns.
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as handle:
        for sentence, tags in zip(sentences, predicted, strict=True):
            if sentence.tags is None:
                raise InputError(f"sentence {sentence.id}: found no tags; expected gold tags")
            for word, gold, guess in zip(sentence.tokens, sentence.tags, tags, strict=True):
                if any(character in " \t\r\n" for character in word):
                    raise InputError(
                        f"sentence {sentence.id}: found white space in the word {word!r}; "
                        "expected words without"
                    )
                handle.write(f"{word} {gold} {guess}\n")
            handle.write("\n")


def read_predictions(path: str | Path) -> list[TaggedSentence]:
    """Read and check what ``write_predictions`` wrote.

    Args:
        path: The file to read.

    Returns:
        The sentences, at least one.

    Raises:
        InputError: The file is missing, not UTF-8 or empty, or a line is malformed.
    """
    sentences: list[TaggedSentence] = []
    rows: list[list[str]] = []
    with open_text(path, "predictions") as handle:
        for number, line in enumerate(handle, 1):
            if line != "\n":
                rows.append(_columns(path, number, line.rstrip("\n")))
            elif rows:
                sentences.append(TaggedSentence(*zip(*rows, strict=True)))
                rows = []
    if rows:
        sentences.append(TaggedSentence(*zip(*rows, strict=True)))
    if not sentences:
        raise InputError.at(path, found="no sentence", expected="at least one")
    return sentences


def read_runs(predictions: Predictions) -> Runs:
    """Read all prediction files of a language.

    Args:
        predictions: A file for every model and seed.

    Returns:
        Their sentences.

    Raises:
        InputError: There is no file, or one has other words or gold tags than the first.
    """
    if not any(predictions.values()):
        raise InputError("predictions: found no file; expected at least one")
    runs: Runs = {}
    first: tuple[str | Path, list] | None = None
    for model, paths in predictions.items():
        runs[model] = {}
        for seed, path in paths.items():
            runs[model][seed] = sentences = read_predictions(path)
            gold = [(sentence.tokens, sentence.gold) for sentence in sentences]
            first = first or (path, gold)
            if gold != first[1]:
                raise InputError.at(
                    path, found="other words or gold tags", expected=f"those of {first[0]}"
                )
    return runs


def _columns(path: str | Path, number: int, line: str) -> list[str]:
    columns = line.split(" ")
    if len(columns) != 3 or not columns[0]:
        raise InputError.at(path, number, found=repr(line[:60]), expected=COLUMNS)
    for tag in columns[1:]:
        if not BIO_TAG.fullmatch(tag):
            raise InputError.at(path, number, found=f"tag {tag!r}", expected="O, B-X or I-X")
    return columns
