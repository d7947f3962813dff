"""Links between words, and the files that hold them.

A file has a line for each pair of sentences, in Pharaoh format: ``0-0 1-2`` links source word 0
with target word 0, and 1 with 2. Any aligner's file can take the place of another's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import TypeAlias

from unitrans.corpora.shards import join_lines, shard_lines
from unitrans.errors import InputError
from unitrans.jobs.artifacts import replacing, write_json
from unitrans.jobs.files import read_json
from unitrans.jobs.lines import read_lines
from unitrans.jobs.log import LOGGER
from unitrans.translation.words import TranslatedSentence, read_translation

Link: TypeAlias = tuple[int, int]  # source word, target word

LINK = re.compile(r"(\d{1,9})-(\d{1,9})")


def write_links(path: str | Path, alignments: Iterable[Sequence[Link]]) -> None:
    """Write links in Pharaoh format, a line for each pair of sentences.

    Args:
        path: The file to write, whole or not at all.
        alignments: The links of each pair.
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as handle:
        for links in alignments:
            handle.write(" ".join(f"{source}-{target}" for source, target in links) + "\n")


def read_links(path: str | Path, sentences: Sequence[TranslatedSentence]) -> list[list[Link]]:
    """Read links in Pharaoh format, and check them against the sentences.

    Args:
        path: The file to read.
        sentences: The translated sentences, one for each line.

    Returns:
        The links of each pair, sorted.

    Raises:
        InputError: The file is missing, it has another number of lines than there are
            sentences, or a link is malformed or outside of its sentences.
    """
    lines = read_lines(path, expected="word alignments")
    if len(lines) != len(sentences):
        raise InputError.at(
            path,
            found=f"{len(lines)} lines",
            expected=f"{len(sentences)}, one for each translated sentence",
        )
    return [
        _parse(line, sentence, partial(InputError.at, path, number))
        for number, (line, sentence) in enumerate(zip(lines, sentences, strict=True), 1)
    ]


def _parse(line: str, sentence: TranslatedSentence, complain: "partial[InputError]") -> list[Link]:
    """Read one line."""
    sizes = len(sentence.tokens), len(sentence.translation)
    links = set()
    for text in line.split():
        parts = LINK.fullmatch(text)
        if parts is None:
            raise complain(found=f"{text[:40]!r}", expected="links such as 0-0 1-2")
        link = int(parts[1]), int(parts[2])
        if link[0] >= sizes[0] or link[1] >= sizes[1]:
            raise complain(
                found=f"link {text}", expected=f"words 0-0 to {sizes[0] - 1}-{sizes[1] - 1}"
            )
        links.add(link)
    return sorted(links)


@dataclass
class AlignmentCounts:
    """What a run over a corpus met.

    Attributes:
        pairs: Pairs of sentences.
        windowed: Sentences too long for one window of the encoder.
        skipped: Pairs with a side too long to be compared.
        failed: Pairs whose vectors are no numbers.
        without_links: Pairs without a link.
        links: Links between words.
        source_words: Words of all source sentences.
        source_words_aligned: Those with a link.
        target_words: Words of all target sentences.
        target_words_aligned: Those with a link.
    """

    pairs: int = 0
    windowed: int = 0
    skipped: int = 0
    failed: int = 0
    without_links: int = 0
    links: int = 0
    source_words: int = 0
    source_words_aligned: int = 0
    target_words: int = 0
    target_words_aligned: int = 0

    def add(self, source: int, target: int, links: Sequence[Link]) -> None:
        """Count a pair.

        Args:
            source: Words of the source sentence.
            target: Words of the target sentence.
            links: Its links.
        """
        self.pairs += 1
        self.without_links += not links
        self.links += len(links)
        self.source_words += source
        self.source_words_aligned += len({link[0] for link in links})
        self.target_words += target
        self.target_words_aligned += len({link[1] for link in links})


def join_alignments(
    links: Sequence[str | Path], counts: Sequence[str | Path], output: str | Path, stats: str | Path
) -> None:
    """Put the parts of an alignment together.

    Args:
        links: The files of links, in order.
        counts: The counts of each.
        output: The alignments to write.
        stats: The counts to write.
    """
    join_lines(links, output)
    parts = [read_json(path) for path in counts]
    names = [field.name for field in fields(AlignmentCounts)]
    _write_counts(stats, AlignmentCounts(*(sum(part[name] for part in parts) for name in names)))


def adopt_links(
    links: str | Path,
    translation: str | Path,
    output: str | Path,
    stats: str | Path,
    *,
    shard: str = "1-of-1",
) -> None:
    """Take another aligner's links, checked, from file to file.

    Args:
        links: Its file, in Pharaoh format.
        translation: The translated sentences.
        output: The alignments to write.
        stats: The counts to write.
        shard: The part of the translation whose links are wanted, such as ``2-of-4``.

    Raises:
        InputError: The links do not fit the translation.
    """
    sentences = [sentence for _, sentence in read_translation(translation)]
    alignments = read_links(links, sentences)
    lines = shard_lines(translation, shard)
    part = slice(lines.start - 1, lines.stop - 1)
    sentences, alignments = sentences[part], alignments[part]
    counts = AlignmentCounts()
    for sentence, some in zip(sentences, alignments, strict=True):
        counts.add(len(sentence.tokens), len(sentence.translation), some)
    write_alignment(output, stats, alignments, counts)


def write_alignment(
    output: str | Path,
    stats: str | Path,
    alignments: Sequence[Sequence[Link]],
    counts: AlignmentCounts,
) -> None:
    """Write links and their counts, and say how many words are aligned.

    Args:
        output: The file of links to write.
        stats: The counts to write.
        alignments: The links of each pair.
        counts: What was counted.
    """
    write_links(output, alignments)
    _write_counts(stats, counts)


def _write_counts(stats: str | Path, counts: AlignmentCounts) -> None:
    """Write counts and shares."""
    shares = {
        f"{side}_words_aligned_share": round(aligned / max(total, 1), 4)
        for side, aligned, total in (
            ("source", counts.source_words_aligned, counts.source_words),
            ("target", counts.target_words_aligned, counts.target_words),
        )
    }
    write_json(stats, {**asdict(counts), **shares})
    LOGGER.info(
        "%d pairs, %d of them without a link, %d skipped; %.1f%% of source words aligned",
        counts.pairs,
        counts.without_links,
        counts.skipped + counts.failed,
        100 * shares["source_words_aligned_share"],
    )
