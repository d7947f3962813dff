"""Soft labels that a model outside the pipeline has given to the words of the pool."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from unitrans.corpora.sentences import Sentence, read_json_lines, read_sentences
from unitrans.corpora.tags import TagSet
from unitrans.distillation.soft_labels import WordFile
from unitrans.errors import InputError

# How far from one the probabilities of a word may sum up: what rounding to two digits takes.
ROUNDING = 0.05


def import_soft_labels(path: str | Path, pool: str | Path, tag_set: TagSet) -> WordFile:
    """Read what another model says of every word of the pool.

    Args:
        path: JSON lines, one object for each sentence of the pool, in order: ``id``, and
            ``probabilities`` (a list of C numbers for each word) or ``tags`` (a tag for each
            word, which has probability 1).
        pool: JSON lines of the unlabelled sentences.
        tag_set: The C classes.

    Returns:
        The soft labels; each row sums to one.

    Raises:
        InputError: The file is of other sentences, words or classes, or a word's numbers are
            no probabilities.
    """
    sentences = read_sentences(pool, labelled=False)
    rows: list[np.ndarray] = []
    for number, record in read_json_lines(path):
        if len(rows) == len(sentences):
            raise InputError.at(
                path,
                number,
                found=f"sentence {len(rows) + 1}",
                expected=f"the {len(rows)} of {pool}",
            )
        sentence = sentences[len(rows)]
        try:
            rows.append(_read_record(record, sentence, tag_set))
        except InputError as error:
            raise InputError(f"{path}:{number}: {error}") from error
    if len(rows) < len(sentences):
        raise InputError.at(
            path, found=f"{len(rows)} sentences", expected=f"the {len(sentences)} of {pool}"
        )
    return WordFile.of(np.concatenate(rows), sentences, tag_set)


def _read_record(record: Mapping[str, Any], sentence: Sentence, tag_set: TagSet) -> np.ndarray:
    """The probabilities of a sentence's words (W, C), float32."""
    if record.get("id") != sentence.id:
        raise InputError(f"found id {record.get('id')!r}; expected {sentence.id!r}, as in the pool")
    given = [name for name in ("probabilities", "tags") if isinstance(record.get(name), list)]
    if len(given) != 1:
        found = " and ".join(given) or "no list"
        raise InputError(f"found {found}; expected either a list of probabilities or one of tags")
    values = record[given[0]]
    if len(values) != len(sentence.tokens):
        raise InputError(
            f"found {len(values)} {given[0]}; expected {len(sentence.tokens)}, one for each word"
        )
    read = _read_probabilities if given[0] == "probabilities" else _read_tags
    return read(values, tag_set)


def _read_tags(tags: list[Any], tag_set: TagSet) -> np.ndarray:
    """Certainty of one class for each word (W, C)."""
    unknown = [tag for tag in tags if tag not in tag_set.tags]
    if unknown:
        raise InputError(f"found tag {unknown[0]!r}; expected one of: {', '.join(tag_set.tags)}")
    classes = [tag_set.index[tag] for tag in tags]
    return np.eye(len(tag_set.tags), dtype=np.float32)[classes]


def _read_probabilities(values: list[Any], tag_set: TagSet) -> np.ndarray:
    """Probabilities that sum to one for each word (W, C)."""
    classes = len(tag_set.tags)
    for position, row in enumerate(values, 1):
        if not isinstance(row, list) or len(row) != classes:
            count = f"{len(row)} numbers" if isinstance(row, list) else repr(row)
            raise InputError(
                f"found {count} for word {position}; expected {classes}: {', '.join(tag_set.tags)}"
            )
    try:
        rows = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"found probabilities that are no numbers ({error})") from error
    total = rows.sum(1)
    wrong = ~((rows >= 0).all(1) & (np.abs(total - 1) <= ROUNDING))  # also where it is NaN
    if wrong.any():
        position = int(wrong.argmax())
        raise InputError(
            f"found {values[position]} for word {position + 1}; expected numbers from 0 that sum "
            f"to 1, not to {total[position]:.4g}"
        )
    return (rows / total[:, None]).astype(np.float32)
