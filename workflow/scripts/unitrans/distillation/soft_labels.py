"""Files with a row for every word of a corpus: soft labels and votes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from unitrans.corpora.tags import TagSet
from unitrans.errors import InputError
from unitrans.jobs.artifacts import read_tensors, write_tensors


@dataclass(frozen=True)
class WordFile:
    """Something for every word of a corpus: soft labels (W, C) or votes (W,).

    Attributes:
        values: A row a word.
        offsets: Where each sentence's words start (sentences + 1).
        tag_set: The classes.
    """

    values: np.ndarray
    offsets: np.ndarray
    tag_set: TagSet

    def write(self, path: str | Path, name: str) -> None:
        """Write as safetensors, with the tags in the metadata.

        Args:
            path: The file to write.
            name: What the rows are: probabilities, or votes.
        """
        write_tensors(
            path,
            {name: torch.from_numpy(self.values), "offsets": torch.from_numpy(self.offsets)},
            # One key only: safetensors writes several in random order.
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
        if {name, "offsets"} - set(tensors) or "tags" not in metadata:
            raise InputError.at(
                path, found=f"tensors {sorted(tensors)}", expected=f"{name} and offsets"
            )
        values, offsets = tensors[name].numpy(), tensors["offsets"].numpy()
        if offsets[-1] != len(values):
            raise InputError.at(
                path, found=f"{len(values)} words", expected=f"{offsets[-1]}, the last offset"
            )
        return cls(values, offsets, TagSet.of(json.loads(metadata["tags"])))


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
        if not np.array_equal(file.offsets, files[0].offsets):
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
    WordFile(values, offsets, files[0].tag_set).write(output, name)


def mean_probabilities(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Average probabilities.

    Args:
        arrays: (W, C) each, at least one.

    Returns:
        (W, C), float32.

    Source: UniTrans, section 4.5 (ensembles), for a teacher of several seeds.
    """
    return np.stack(arrays).mean(axis=0, dtype=np.float32)
