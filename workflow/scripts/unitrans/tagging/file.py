"""A text of the user's own, tagged by the pipeline."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from unitrans.errors import InputError
from unitrans.jobs.artifacts import replacing
from unitrans.jobs.files import check_file, one_line_faults
from unitrans.jobs.log import LOGGER, progress
from unitrans.tagging.formats import STREAMS, Form
from unitrans.tagging.text import Judge, tag_lines


def text_lines(path: str | Path, encoding: str = "utf-8") -> Iterator[str]:
    """Read the lines of a text with their ends, no character changed, one at a time.

    Args:
        path: The file.
        encoding: Its encoding.

    Yields:
        The lines.

    Raises:
        InputError: The file is missing, or of another encoding.
    """
    check_file(path, "a text")
    try:
        with (
            one_line_faults(path, "a text"),
            Path(path).open(encoding=encoding, newline="") as text,
        ):
            yield from text
    except UnicodeDecodeError as error:
        raise InputError.at(
            path, found=f"bytes that are not {encoding} ({error.reason})", expected=encoding
        ) from error


def tag_file(path: str | Path, judge: Judge, outputs: Sequence[str | Path]) -> None:
    """Tag a text and write it in several forms, each whole or not at all.

    Args:
        path: The text, UTF-8.
        judge: The tagger.
        outputs: Files that end in .jsonl or .conll.

    Raises:
        InputError: The text cannot be read.
    """
    total = sum(1 for _ in text_lines(path))  # and all of them can be read
    forms = [Form(Path(output).suffix[1:]) for output in outputs]
    began, words = time.perf_counter(), 0
    with ExitStack() as stack:
        writers = [
            STREAMS[form](
                stack.enter_context(
                    stack.enter_context(replacing(output)).open("w", encoding="utf-8", newline="\n")
                ),
                many=False,
            )
            for form, output in zip(forms, outputs, strict=True)
        ]
        lines = progress(text_lines(path), total=total, unit="lines")
        for sentence in tag_lines(lines, judge):
            words += len(sentence.words)
            for writer in writers:
                writer.add(sentence)
    seconds = time.perf_counter() - began
    LOGGER.info("%d words in %.1f s: %.0f words/s", words, seconds, words / seconds)
