"""Links between words, and the files that hold them.

A file has a line for each pair of sentences, in Pharaoh format: ``0-0 1-2`` links source word 0
with target word 0, and 1 with 2. Any aligner's file can take the place of another's.
"""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

from unitrans.artifacts import replacing
from unitrans.errors import InputError
from unitrans.translation import TranslatedSentence

Link: TypeAlias = tuple[int, int]  # source word, target word

LINK = re.compile(r"(\d+)-(\d+)")


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
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise InputError.at(path, found="no such file", expected="word alignments") from error
    except UnicodeDecodeError as error:
        raise InputError.at(path, found="bytes that are not UTF-8", expected="links") from error
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
