"""Files with a row for every word of a corpus: soft labels and votes."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unitrans.corpora.sentences import Sentence, digest, evenly_spaced
from unitrans.corpora.shards import BLOCK_SENTENCES, Pool
from unitrans.corpora.tags import TagSet
from unitrans.errors import InputError
from unitrans.jobs.columns import Column, ColumnWriter, open_columns, write_columns
from unitrans.jobs.files import kind_of, parse_json

PROBABILITIES, VOTES = "probabilities", "votes"
# Half of the bytes of what is computed with. The nearest such number is off by a two-thousandth
# at most, less than what one more update of a teacher changes.
STORED = {PROBABILITIES: np.float16, VOTES: np.int16}
COMPUTED = {PROBABILITIES: np.float32, VOTES: np.int64}


@dataclass(frozen=True)
class WordFile:
    """Something for every word of a corpus: soft labels (W, C) or votes (W,).

    Attributes:
        values: A row a word, in memory or on disk.
        offsets: Where each sentence's words start (sentences + 1).
        tag_set: The classes.
        keys: A digest of each sentence's words (sentences,), int64.
    """

    values: np.ndarray | Column
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

    def __len__(self) -> int:
        """The sentences."""
        return len(self.keys)

    def part(self, first: int, last: int) -> "WordFile":
        """Read some sentences' rows.

        Args:
            first: The number of the first sentence.
            last: That of the sentence after the last.

        Returns:
            Their rows, in memory; soft labels as float32 and votes as int64.
        """
        offsets = self.offsets[first : last + 1]
        rows = self.values[offsets[0] : offsets[-1]]
        computed = COMPUTED[PROBABILITIES if rows.ndim == 2 else VOTES]
        values = rows.astype(computed, copy=False)
        return WordFile(values, offsets - offsets[0], self.tag_set, self.keys[first:last])

    def blocks(self, sentences: int = BLOCK_SENTENCES) -> Iterator["WordFile"]:
        """Go through the sentences.

        Args:
            sentences: How many at a time.

        Yields:
            The next ones' rows, in memory.
        """
        for first in range(0, len(self), sentences):
            yield self.part(first, min(first + sentences, len(self)))

    def whole(self) -> np.ndarray:
        """Read all rows.

        Returns:
            (W, C), float32, or (W,), int64.
        """
        return self.part(0, len(self)).values[:]

    def check(self, path: str | Path, keys: np.ndarray, whose: str | Path) -> None:
        """Refuse rows of other sentences.

        Args:
            path: The file of the rows, for messages.
            keys: The digests of the sentences that they should be of (sentences,).
            whose: The file of these, for messages.

        Raises:
            InputError: There are more or fewer sentences, or one has other words.
        """
        if len(keys) != len(self):
            raise InputError.at(
                path, found=f"{len(self)} sentences", expected=f"the {len(keys)} of {whose}"
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
        write_word_file(path, name, self.tag_set, [self])

    @classmethod
    def read(cls, path: str | Path, name: str) -> "WordFile":
        """Open and check what was written; the rows stay on disk.

        Args:
            path: The file to read.
            name: What the rows should be.

        Returns:
            The rows.

        Raises:
            InputError: The file is damaged or holds something else.
        """
        columns, metadata = open_columns(path)
        if {name, "offsets", "keys"} - set(columns) or "tags" not in metadata:
            raise InputError.at(
                path,
                found=f"tensors {sorted(columns)}",
                expected=f"{name}, offsets and keys; delete it and run again",
            )
        values, offsets, keys = columns[name], columns["offsets"][:], columns["keys"][:]
        if len(offsets) != len(keys) + 1 or offsets[-1] != len(values):
            raise InputError.at(
                path,
                found=f"{len(values)} words of {len(keys)} sentences",
                expected=f"{offsets[-1:].sum()} of {len(offsets) - 1}, as the offsets say",
            )
        tags = parse_json(metadata["tags"], path, None, "the tags by class number")
        if not isinstance(tags, list):
            raise InputError.at(path, found=kind_of(tags), expected="the tags by class number")
        try:
            return cls(values, offsets, TagSet.of(tags), keys)
        except InputError as error:
            raise InputError(f"{path}: {error}") from error


def write_word_file(
    path: str | Path, name: str, tag_set: TagSet, parts: Iterable[WordFile]
) -> None:
    """Write rows as they come, a part at a time.

    Args:
        path: The file to write.
        name: What the rows are: probabilities, or votes.
        tag_set: The classes.
        parts: The rows of consecutive sentences.
    """
    row = (len(tag_set.tags),) if name == PROBABILITIES else ()
    values = ColumnWriter(Path(path).parent, STORED[name], row)
    lengths, keys = [np.zeros(1, np.int64)], [np.zeros(0, np.int64)]
    for part in parts:
        values.append(part.values[:])
        lengths.append(np.diff(part.offsets))
        keys.append(part.keys)
    columns: dict[str, np.ndarray | Column] = {
        name: values.column(),
        "offsets": np.cumsum(np.concatenate(lengths)),
        "keys": np.concatenate(keys),
    }
    write_columns(path, columns, {"tags": json.dumps(tag_set.tags)})


def sentence_keys(sentences: Iterable[Sentence]) -> np.ndarray:
    """Digest the words of each sentence.

    Args:
        sentences: The sentences.

    Returns:
        A number for each (sentences,), int64.
    """
    return np.fromiter((digest(sentence.tokens) for sentence in sentences), dtype=np.int64)


def read_aligned(paths: Sequence[str | Path], name: str) -> list[WordFile]:
    """Open files that speak of the same words and classes.

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
        _check_classes(path, file, files[0].tag_set)
    return files


def aligned_blocks(files: Sequence[WordFile]) -> Iterator[list[WordFile]]:
    """Go through files of the same words side by side.

    Args:
        files: The files, at least one.

    Yields:
        The rows of the same sentences, from each file.
    """
    yield from map(list, zip(*(file.blocks() for file in files), strict=True))


def read_some(
    pool: str | Path,
    paths: Sequence[str | Path],
    *,
    most: int,
    without: Collection[tuple[str, ...]] = (),
) -> tuple[list[Sentence], list[np.ndarray], TagSet]:
    """Read soft labels of some sentences of a pool, evenly spaced.

    Args:
        pool: JSON lines of the unlabelled sentences.
        paths: The files of soft labels, at least one.
        most: How many sentences are read at most.
        without: The words of sentences to pass over.

    Returns:
        The sentences, of each file their rows (W, C), float32, and the classes.

    Raises:
        InputError: A file is damaged, or of other sentences than the pool.
    """
    files = read_aligned(paths, PROBABILITIES)
    keys, taken = [np.zeros(0, np.int64)], [np.zeros(0, bool)]
    for block in Pool(pool).blocks():
        keys.append(sentence_keys(block))
        taken.append(np.array([one.tokens not in without for one in block]))
    files[0].check(paths[0], np.concatenate(keys), pool)
    chosen = evenly_spaced(np.flatnonzero(np.concatenate(taken)).tolist(), most)
    sentences = Pool(pool).take(chosen)
    # A sentence at a time: read by row numbers, the whole file would be mapped.
    values = [
        np.concatenate(
            [file.part(0, 0).values[:], *(file.part(n, n + 1).values[:] for n in chosen)]
        )
        for file in files
    ]
    return sentences, values, files[0].tag_set


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
    for path, file in zip(paths, files, strict=True):
        _check_classes(path, file, files[0].tag_set)
    parts = (block for file in files for block in file.blocks())
    write_word_file(output, name, files[0].tag_set, parts)


def _check_classes(path: str | Path, file: WordFile, tag_set: TagSet) -> None:
    """Refuse rows of other classes."""
    if file.tag_set != tag_set:
        raise InputError.at(path, found=f"classes {file.tag_set.tags}", expected=f"{tag_set.tags}")
