"""Probabilities of classes: whether they say anything of a word, and the mean of several."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from unitrans.distillation.word_files import aligned_blocks, read_aligned, write_word_file

FLAT = 1e-6  # classes whose probabilities differ by less are as probable


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


def average(paths: Sequence[str | Path], output: str | Path) -> None:
    """Average files of soft labels, a part of the corpus at a time.

    Args:
        paths: The files.
        output: The file to write.

    Raises:
        InputError: A file is damaged, or of other sentences or classes than the first.
    """
    files = read_aligned(paths, "probabilities")
    parts = (
        replace(block[0], values=mean_probabilities([file.values[:] for file in block]))
        for block in aligned_blocks(files)
    )
    write_word_file(output, "probabilities", files[0].tag_set, parts)
