"""Shards: parts of a corpus that jobs of their own work on, put together again at the end.

A shard is made of whole blocks of sentences, and blocks do not depend on the number of
shards. Whatever is computed block by block is so the same, to the last byte, for any number.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path

from unitrans.corpora.sentences import Sentence, evenly_spaced, parse_sentence, read_json_lines
from unitrans.jobs.artifacts import replacing

BLOCK_SENTENCES = 4096


def shard_lines(path: str | Path, shard: str, *, block: int = BLOCK_SENTENCES) -> range:
    """Find the lines of a shard.

    Args:
        path: A file with a sentence on each line.
        shard: Which one, such as ``2-of-4``.
        block: Sentences in a block; a shard never ends within one.

    Returns:
        The line numbers, from 1; none where there are fewer blocks than shards.
    """
    number, shards = map(int, shard.split("-of-"))
    with Path(path).open("rb") as handle:
        lines = sum(1 for _ in handle)
    blocks = -(-lines // block)
    first, end = (blocks * part // shards * block for part in (number - 1, number))
    return range(first + 1, min(end, lines) + 1)


def read_blocks(
    path: str | Path, shard: str, *, labelled: bool, block: int = BLOCK_SENTENCES
) -> Iterator[list[Sentence]]:
    """Read a shard of a corpus, one block at a time.

    Args:
        path: JSON lines.
        shard: Which one, such as ``2-of-4``.
        labelled: Whether the sentences have tags.
        block: Sentences in a block; the last may have fewer.

    Yields:
        The sentences of each block.
    """
    lines = read_json_lines(path, shard_lines(path, shard, block=block))
    for _, some in groupby(lines, key=lambda line: (line[0] - 1) // block):
        yield [parse_sentence(path, number, record, labelled=labelled) for number, record in some]


class Pool:
    """The unlabelled sentences of a target, read from their file whenever they are gone through.

    Args:
        path: JSON lines.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = path

    def blocks(self) -> Iterator[list[Sentence]]:
        """Go through the sentences, one block at a time."""
        return read_blocks(self.path, "1-of-1", labelled=False)

    def __iter__(self) -> Iterator[Sentence]:
        """Go through the sentences."""
        return chain.from_iterable(self.blocks())

    def some(self, most: int) -> list[Sentence]:
        """Take sentences, evenly spaced.

        Args:
            most: How many at most.

        Returns:
            The sentences, in order.
        """
        return self.take(evenly_spaced(range(sum(map(len, self.blocks()))), most))

    def take(self, numbers: Iterable[int]) -> list[Sentence]:
        """Take some sentences.

        Args:
            numbers: Theirs, from 0.

        Returns:
            The sentences, in order.
        """
        wanted = set(numbers)
        return [sentence for number, sentence in enumerate(self) if number in wanted]


def join_lines(paths: Sequence[str | Path], output: str | Path) -> None:
    """Put text files one after another.

    Args:
        paths: The files, in order.
        output: The file to write, whole or not at all.
    """
    with replacing(output) as temporary, temporary.open("wb") as handle:
        for path in paths:
            with Path(path).open("rb") as part:
                handle.writelines(part)
