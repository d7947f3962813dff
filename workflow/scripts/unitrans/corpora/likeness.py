"""Sentences that are nearly the same: found by MinHash, without comparing all pairs."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import regex

from unitrans.corpora.sentences import digest_bytes

# Two sentences that have a share s of their word pairs in common are found with a chance of
# 1 - (1 - s ** ROWS) ** BANDS: 0.99 for 0.9, 0.77 for 0.8, 0.38 for 0.7, 0.03 for 0.5.
BANDS, ROWS = 8, 8
DIGIT = regex.compile(r"\d")


def near_duplicates(sentences: Iterable[Sequence[str]]) -> np.ndarray:
    """Find sentences that say what an earlier one has said.

    Case and the values of digits do not count: a timetable, a table of results or a page's foot
    is one sentence many times over. Whatever is like a sentence that was found is found as well.

    Args:
        sentences: The tokens of S sentences.

    Returns:
        Whether each is one (S,).

    Source: Broder 1997 (MinHash); Lee et al. 2022, section 4.2 (near duplicates of a corpus).
    """
    from datasketch import MinHash  # only pools need it, and it takes a second to load

    keys = array("q")  # eight bytes for each band of each sentence
    for sketch in MinHash.generator(map(_pairs, sentences), num_perm=BANDS * ROWS):
        for band in sketch.hashvalues.reshape(BANDS, ROWS):
            keys.append(digest_bytes(band.tobytes()))
    table = np.frombuffer(keys, dtype=np.int64).reshape(-1, BANDS)
    found = np.zeros(len(table), dtype=bool)
    for band in table.T:
        _, first = np.unique(band, return_index=True)
        repeated = np.ones(len(table), dtype=bool)
        repeated[first] = False
        found |= repeated
    return found


def _pairs(tokens: Sequence[str]) -> list[bytes]:
    """The pairs of neighbouring words, with the edges of the sentence as words."""
    words = ["", *(DIGIT.sub("0", token.lower()) for token in tokens), ""]
    return [f"{one} {other}".encode() for one, other in pairwise(words)]
