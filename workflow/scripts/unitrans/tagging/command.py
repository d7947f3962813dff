"""The command unitrans-tag: raw text in, entities out, with a student's folder."""

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from unitrans.errors import InputError
from unitrans.jobs.artifacts import replacing
from unitrans.jobs.log import ADVICE

if TYPE_CHECKING:
    from unitrans.tagging.text import TaggedSentence

EPILOG = """\
Each line of the text is a paragraph. jsonl has a sentence a line: "line", "start", "end" and
"text" of the sentence, and "entities" with "type", "start", "end", "text" and "score". Places
count the characters of the whole text from 0, "end" is exclusive; the score is the mean
probability of the tags of the entity's words. conll has a word and its tag a line."""


def parser() -> argparse.ArgumentParser:
    """Describe the command line.

    Returns:
        The parser.
    """
    command = argparse.ArgumentParser(
        "unitrans-tag",
        description="Find the named entities of raw text.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("student", type=Path, help="folder of the tagger")
    command.add_argument("text", nargs="?", default="-", help="file to tag (standard input)")
    command.add_argument("-o", "--output", type=Path, help="file to write (standard output)")
    command.add_argument("-f", "--format", choices=("jsonl", "conll"), default="jsonl")
    command.add_argument("--language", help="ISO 639-1 code (the one that the folder names)")
    command.add_argument("--encoding", default="utf-8", help="of the text (utf-8)")
    command.add_argument("--threads", type=int, help="cores to compute with (all)")
    command.add_argument(
        "--precision", choices=("auto", "bfloat16", "float32"), default="auto", help="(auto)"
    )
    command.add_argument(
        "--line-buffered", action="store_true", help="tag each line as it comes, not blocks of them"
    )
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line; None for the process' own.

    Returns:
        The exit status: 1 where the text or the folder cannot be used.
    """
    options = parser().parse_intermixed_args(arguments)
    try:
        words, seconds = run(options)
    except InputError as error:
        print(f"unitrans-tag: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        advice = ADVICE.get(error.errno or 0, error.strerror)
        print(f"unitrans-tag: {error.filename or options.text}: {advice}", file=sys.stderr)
        return 1
    rate = words / seconds if seconds else 0
    print(f"{words} words in {seconds:.1f} s: {rate:.0f} words/s", file=sys.stderr)
    return 0


def run(options: argparse.Namespace) -> tuple[int, float]:
    """Tag what the options name.

    Args:
        options: The command line.

    Returns:
        Words tagged, and the seconds that it took, without loading the model.

    Raises:
        InputError: The text or the folder cannot be used.
    """
    with ExitStack() as stack:
        source = open_text(options, stack)
        # After the file is known to be there: torch takes seconds to load.
        from unitrans.jobs.device import use_threads
        from unitrans.tagging.text import BLOCK_WORDS, Form, Student, tag_lines

        if options.threads:
            use_threads(options.threads)
        student = Student.load(
            options.student, language=options.language, precision=options.precision
        )
        output = open_output(options, stack)
        at_once = options.line_buffered or source.isatty()
        sentences = tag_lines(
            watched(decoded(source, options.text), source),
            student,
            block_words=1 if at_once else BLOCK_WORDS,
        )
        return write(sentences, output, Form(options.format), flush=at_once)


def open_text(options: argparse.Namespace, stack: ExitStack) -> TextIO:
    """Open the text.

    Args:
        options: The command line.
        stack: What closes it.

    Returns:
        The text; line ends are left as they are.

    Raises:
        InputError: There is no such file, or no such encoding.
    """
    try:
        if options.text == "-":
            sys.stdin.reconfigure(encoding=options.encoding, newline="")  # type: ignore[union-attr]
            return sys.stdin
        return stack.enter_context(Path(options.text).open(encoding=options.encoding, newline=""))
    except FileNotFoundError as error:
        raise InputError.at(options.text, found="no such file", expected="a text") from error
    except LookupError as error:
        raise InputError(f"--encoding: found {options.encoding!r}; expected a codec") from error


def open_output(options: argparse.Namespace, stack: ExitStack) -> TextIO:
    """Open what is written: a file, whole or not at all, or standard output.

    Args:
        options: The command line.
        stack: What closes it.

    Returns:
        The stream.
    """
    if options.output is None:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        return sys.stdout
    temporary = stack.enter_context(replacing(options.output))
    return stack.enter_context(temporary.open("w", encoding="utf-8", newline="\n"))


def decoded(source: TextIO, name: str) -> Iterator[str]:
    """Pass lines on, and say which one cannot be decoded.

    Args:
        source: The text.
        name: What messages call it.

    Yields:
        Its lines with their ends.

    Raises:
        InputError: It is of another encoding.
    """
    try:
        yield from source
    except UnicodeDecodeError as error:
        name = "standard input" if name == "-" else name
        raise InputError.at(
            name, found=f"bytes that are not {source.encoding} ({error.reason})",
            expected="its encoding (--encoding)",
        ) from error  # fmt: skip


def watched(lines: Iterable[str], source: TextIO) -> Iterator[str]:
    """Pass lines on; on a terminal, show how far it is.

    Args:
        lines: The lines.
        source: Where they come from.

    Yields:
        The same lines.
    """
    from tqdm import tqdm

    size = Path(source.name).stat().st_size if Path(str(source.name)).is_file() else None
    quiet = True if source.isatty() else None  # None: only where standard error is a terminal
    with tqdm(total=size, unit="B", unit_scale=True, disable=quiet, file=sys.stderr) as bar:
        for line in lines:
            yield line
            bar.update(len(line.encode(source.encoding)))


def write(
    sentences: Iterable["TaggedSentence"], output: TextIO, form: str, *, flush: bool
) -> tuple[int, float]:
    """Write sentences as they are tagged.

    Args:
        sentences: The sentences.
        output: Where to.
        form: jsonl or conll.
        flush: True to pass each on at once.

    Returns:
        Words written, and seconds.
    """
    from unitrans.tagging.text import Form

    began, words = time.perf_counter(), 0
    for sentence in sentences:
        output.write(sentence.written(Form(form)))
        words += len(sentence.words)
        if flush:
            output.flush()
    output.flush()
    return words, time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
