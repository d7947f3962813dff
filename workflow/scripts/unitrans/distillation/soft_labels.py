"""Files with a row for every word of a corpus: soft labels and votes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import torch

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import TagSet
from unitrans.errors import InputError
from unitrans.jobs.artifacts import read_tensors, write_tensors
from unitrans.jobs.files import kind_of, parse_json

FLAT = 1e-6  # classes whose probabilities differ by less are as probable


@dataclass(frozen=True)
class WordFile:
    """Something for every word of a corpus: soft labels (W, C) or votes (W,).

    Attributes:
        values: A row a word.
        offsets: Where each sentence's words start (sentences + 1).
        tag_set: The classes.
        keys: A digest of each sentence's words (sentences,), int64.
    """

    values: np.ndarray
    offsets: np.ndarray
    tag_set: TagSet
    keys: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, sentences: Sequence[Sentence], tag_set: TagSet) -> "WordFile":
        """Say of which sentences the rows are.

        Args:
            values: A row a word.
            sentences: The sentences.
            tag_set: The classes.

        Returns:
            The rows with their places.
        """
        lengths = [len(sentence.tokens) for sentence in sentences]
        offsets = np.cumsum([0, *lengths], dtype=np.int64)
        return cls(values, offsets, tag_set, sentence_keys(sentences))

    def check(self, path: str | Path, sentences: Sequence[Sentence], whose: str | Path) -> None:
        """Refuse rows of other sentences.

        Args:
            path: The file of the rows, for messages.
            sentences: The sentences that they should be of.
            whose: The file of these, for messages.

        Raises:
            InputError: There are more or fewer sentences, or one has other words.
        """
        keys = sentence_keys(sentences)
        if len(keys) != len(self.keys):
            raise InputError.at(
                path, found=f"{len(self.keys)} sentences", expected=f"the {len(keys)} of {whose}"
            )
        if other := np.flatnonzero(keys != self.keys).tolist():
            raise InputError.at(
                path,
                found=f"other words in sentence {other[0] + 1}",
                expected=f"those of {whose}; delete it and run again",
            )

    def write(self, path: str | Path, name: str) -> None:
        """Write as safetensors, with the tags in the metadata.

        Args:
            path: The file to write.
            name: What the rows are: probabilities, or votes.
        """
        write_tensors(
            path,
            {
                name: torch.from_numpy(self.values),
                "offsets": torch.from_numpy(self.offsets),
                "keys": torch.from_numpy(self.keys),
            },
            {"tags": json.dumps(self.tag_set.tags)},
        )

    @classmethod
    def read(cls, path: str | Path, name: str) -> "WordFile":
        """Read and check what ``write`` wrote.

        Args:
            path: The file to read.
            name: What the rows should be.

        Returns:
            The rows.

        Raises:
            InputError: The file is damaged or holds something else.
        """
        tensors, metadata = read_tensors(path)
        if {name, "offsets", "keys"} - set(tensors) or "tags" not in metadata:
            raise InputError.at(
                path,
                found=f"tensors {sorted(tensors)}",
                expected=f"{name}, offsets and keys; delete it and run again",
            )
        values, offsets, keys = (tensors[key].numpy() for key in (name, "offsets", "keys"))
        if offsets[-1] != len(values) or len(offsets) != len(keys) + 1:
            raise InputError.at(
                path,
                found=f"{len(values)} words of {len(keys)} sentences",
                expected=f"{offsets[-1]} of {len(offsets) - 1}, as the offsets say",
            )
        tags = parse_json(metadata["tags"], path, None, "the tags by class number")
        if not isinstance(tags, list):
            raise InputError.at(path, found=kind_of(tags), expected="the tags by class number")
        try:
            return cls(values, offsets, TagSet.of(tags), keys)
        except InputError as error:
            raise InputError(f"{path}: {error}") from error


def sentence_keys(sentences: Iterable[Sentence]) -> np.ndarray:
    """Digest the words of each sentence.

    Args:
        sentences: The sentences.

    Returns:
        A number for each (sentences,), int64.
    """
    digests = (blake2b("\n".join(s.tokens).encode(), digest_size=8).digest() for s in sentences)
    return np.frombuffer(b"".join(digests), dtype="<i8").astype(np.int64)


def read_aligned(paths: Sequence[str | Path], name: str) -> list[WordFile]:
    """Read files that speak of the same words and classes.

    Args:
        paths: The files, at least one.
        name: What their rows are.

    Returns:
        Their content, in order.

    Raises:
        InputError: One is of other sentences or classes than the first.
    """
    files = [WordFile.read(path, name) for path in paths]
    for path, file in zip(paths, files, strict=True):
        if not np.array_equal(file.keys, files[0].keys):
            raise InputError.at(path, found="other sentences", expected=f"those of {paths[0]}")
        if file.tag_set != files[0].tag_set:
            raise InputError.at(
                path, found=f"classes {file.tag_set.tags}", expected=f"{files[0].tag_set.tags}"
            )
    return files


def join_word_files(paths: Sequence[str | Path], output: str | Path, name: str) -> None:
    """Put files of consecutive sentences together.

    Args:
        paths: The files, in order.
        output: The file to write.
        name: What their rows are.

    Raises:
        InputError: One has other classes than the first.
    """
    files = [WordFile.read(path, name) for path in paths]
    lengths = []
    for path, file in zip(paths, files, strict=True):
        if file.tag_set != files[0].tag_set:
            raise InputError.at(
                path, found=f"classes {file.tag_set.tags}", expected=f"{files[0].tag_set.tags}"
            )
        lengths.append(np.diff(file.offsets))
    values = np.concatenate([file.values for file in files])
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    keys = np.concatenate([file.keys for file in files])
    WordFile(values, offsets, files[0].tag_set, keys).write(output, name)


def has_opinion(probabilities: np.ndarray) -> np.ndarray:
    """Tell the words of which soft labels say something.

    Args:
        probabilities: (W, C).

    Returns:
        (W,), False where all classes are as probable: a teacher gave no answer there.
    """
    return np.ptp(probabilities, axis=1) > FLAT


def mean_probabilities(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Average probabilities over those that have an opinion of a word.

    Args:
        arrays: (W, C) each, at least one.

    Returns:
        (W, C), float32; without any opinion all classes are as probable.

    Source: UniTrans, section 4.5 (ensembles), for a teacher of several seeds.
    """
    known = np.stack([has_opinion(array) for array in arrays])
    if known.all():
        return np.stack(arrays).mean(axis=0, dtype=np.float32)
    weights = np.where(known.any(0), known, True)[:, :, None]  # (teachers, W, 1)
    return ((np.stack(arrays) * weights).sum(0) / weights.sum(0)).astype(np.float32)
