"""The command unitrans-tag: raw text in, entities out, with a student's folder."""

import argparse
import os
import signal
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import TextIO

from unitrans.errors import InputError
from unitrans.jobs.artifacts import replacing
from unitrans.jobs.files import is_folder, is_missing, one_line_faults, text_encoding
from unitrans.jobs.log import failure
from unitrans.tagging.formats import STREAMS, Form, Writer
from unitrans.tagging.places import PLACES, writer_at

EPILOG = """\
Each line of the text is a paragraph, unless --hard-wrapped says otherwise. jsonl has a sentence a
line: "line", "start", "end" and "text" of the sentence, and "entities" with "type", "start",
"end", "text" and "score". Places count the characters of the whole text from 0, "end" is
exclusive; the score is how probable it is that the entity is right. conll has a word and its tag
a line. Of several files, a sentence of jsonl has its "file", and conll a comment "# file = ..."
where one begins. docs/tagging.md tells of the other formats."""


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
    command.add_argument(
        "texts", nargs="*", metavar="text", help="files or folders to tag (standard input)"
    )
    command.add_argument("-o", "--output", type=Path, help="file to write (standard output)")
    command.add_argument("-f", "--format", choices=[*Form], default=Form.JSONL)
    command.add_argument("--language", help="ISO 639-1 code (the one that the folder names)")
    command.add_argument(
        "--hard-wrapped",
        action="store_true",
        help="paragraphs run over several lines, with an empty one between",
    )
    command.add_argument("--encoding", default="utf-8", help="of the text (utf-8)")
    command.add_argument("--threads", type=whole_number, help="cores to compute with (all)")
    sure = command.add_mutually_exclusive_group()
    sure.add_argument(
        "--threshold", type=share, metavar="SCORE", help="leave out entities with lower scores (0)"
    )
    sure.add_argument(
        "--precision",
        type=share,
        metavar="SHARE",
        help="leave out so many that this share of the others should be right, such as 0.95",
    )
    # The whole workflow, or the small package that only tags.
    installed = packages_distributions().get("unitrans", ["unitrans-workflow"])[0]
    command.add_argument("--version", action="version", version=f"%(prog)s {version(installed)}")
    command.add_argument(
        "--dtype",
        choices=("auto", "bfloat16", "float32"),
        default="auto",
        help="what PyTorch computes in (auto)",
    )
    command.add_argument(
        "--line-buffered", action="store_true", help="tag each line as it comes, not blocks of them"
    )
    return command


def whole_number(text: str) -> int:
    """Read an option that counts something.

    Args:
        text: What the command line says.

    Returns:
        The number, from 1 to 1,024.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    if not text.isdecimal() or not 1 <= int(text[:5]) <= 1024:
        raise argparse.ArgumentTypeError(f"found {text[:20]!r}; expected a whole number from 1")
    return int(text)


def share(text: str) -> float:
    """Read an option that is a part of one.

    Args:
        text: What the command line says.

    Returns:
        The number, from 0 to below 1.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"found {text[:20]!r}; expected 0 to below 1")
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line; None for the process' own.

    Returns:
        The exit status: 1 where the text or the folder cannot be used, 130 where it was
        interrupted.
    """
    options = parser().parse_intermixed_args(arguments)
    try:
        words, seconds = run(options)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("unitrans-tag: interrupted", file=sys.stderr)
        return 128 + signal.SIGINT
    except Exception as error:  # the command's boundary: whatever it is, it is one line
        print(f"unitrans-tag: {failure(error, options.student)}", file=sys.stderr)
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
        InputError: The text, the folder or the output cannot be used.
    """
    form = Form(options.format)
    names = text_files(options.texts) or ["-"]
    # Before the model, which takes seconds to load.
    check_places(names, form, options)
    from unitrans.taggers.calibration import threshold_for
    from unitrans.tagging.loading import load_judge
    from unitrans.tagging.text import BLOCK_WORDS, tag_lines

    judge = load_judge(
        options.student,
        language=options.language,
        dtype=options.dtype,
        threads=options.threads,
    )
    threshold = options.threshold or 0.0
    if options.precision is not None:
        threshold = threshold_for(options.student, options.precision)
    total, began = 0, time.perf_counter()
    with ExitStack() as stack:
        writer = open_writer(form, options, stack, many=len(names) > 1)
        for name in names:
            with open_text(name, options.encoding) as source:
                at_once = options.line_buffered or source.isatty()
                kept: list[str] = []
                lines = watched(decoded(source, name), source)
                if options.hard_wrapped:
                    lines = paragraphs(lines)
                sentences = tag_lines(
                    keeping(lines, kept) if writer.keeps_text else lines,
                    judge,
                    block_words=1 if at_once else BLOCK_WORDS,
                    threshold=threshold,
                )
                writer.begin(name)
                for sentence in sentences:
                    writer.add(sentence)
                    total += len(sentence.words)
                    if at_once and form not in PLACES:
                        writer.output.flush()
                writer.end("".join(kept))
        writer.close()
        if form not in PLACES:
            writer.output.flush()
    return total, time.perf_counter() - began


def text_files(names: Sequence[str]) -> list[str]:
    """Put the texts of a folder in the folder's place.

    Args:
        names: Files and folders, as the command line has them.

    Returns:
        The files; of a folder those below it that end in .txt, sorted.

    Raises:
        InputError: A folder has none.
    """
    found: list[str] = []
    for name in names:
        if name == "-" or not is_folder(name):
            found.append(name)
            continue
        inside = sorted(map(str, Path(name).rglob("*.txt")))
        if not inside:
            raise InputError.at(name, found="no .txt file below it", expected="a folder of texts")
        found += inside
    return found


def paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Put the lines of each paragraph together.

    Args:
        lines: The lines with their ends.

    Yields:
        The same text, up to an empty line each.
    """
    waiting = ""
    for line in lines:
        waiting += line
        if not line.strip():
            yield waiting
            waiting = ""
    if waiting:
        yield waiting


def keeping(lines: Iterable[str], kept: list[str]) -> Iterator[str]:
    """Pass lines on, and keep them.

    Args:
        lines: The lines.
        kept: Where they are put.

    Yields:
        The same lines.
    """
    for line in lines:
        kept.append(line)
        yield line


def check_places(names: Sequence[str], form: Form, options: argparse.Namespace) -> None:
    """Refuse texts that cannot be read, and an output that cannot be written or is one of them.

    Args:
        names: The texts; ``-`` for standard input.
        form: What is written.
        options: The command line.

    Raises:
        InputError: A file or the encoding is not there, or the output is no place for one.
    """
    if text_encoding(options.encoding) is None:
        raise InputError(
            f"--encoding: found {options.encoding!r}; expected one such as utf-8 or iso-8859-1"
        )
    if names.count("-") > 1:
        raise InputError("text: found standard input twice; expected it once")
    for name in names:
        if name == "-":
            continue
        with one_line_faults(name, "a text"):
            is_file = not stat.S_ISDIR(Path(name).stat().st_mode)
        if not is_file or not os.access(name, os.R_OK):
            found = "a file that may not be read" if is_file else "a folder"
            raise InputError.at(name, found=found, expected="a text")
    output: Path | None = options.output
    if output is None:
        if form in PLACES:
            raise InputError(f"--format {form}: found no --output; expected {PLACES[form]}")
        return
    if form is Form.BRAT and not is_folder(output) and not is_missing(output):
        raise InputError.at(output, found="a file", expected="a folder to write in")
    if form is not Form.BRAT and is_folder(output):
        raise InputError.at(output, found="a folder", expected="a file to write")
    if not is_folder(output.parent):
        raise InputError.at(output.parent, found="no such folder", expected="one to write in")
    for name in names:
        if name != "-" and not is_missing(output) and output.samefile(name):
            raise InputError.at(output, found="the text itself", expected="another file to write")


@contextmanager
def open_text(name: str, encoding: str) -> Iterator[TextIO]:
    """Open a text; it may be a pipe.

    Args:
        name: The file, or ``-`` for standard input.
        encoding: Its encoding.

    Yields:
        The text; line ends are left as they are.
    """
    if name == "-":
        sys.stdin.reconfigure(encoding=encoding, newline="")  # type: ignore[union-attr]
        yield sys.stdin
        return
    with Path(name).open(encoding=encoding, newline="") as handle:
        yield handle


def open_writer(form: Form, options: argparse.Namespace, stack: ExitStack, *, many: bool) -> Writer:
    """Open what is written: a file, whole or not at all, a folder, or standard output.

    Args:
        form: What is written.
        options: The command line.
        stack: What closes it.
        many: Whether there are several texts.

    Returns:
        The writer.
    """
    if form in PLACES:
        return writer_at(form, options.output, many=many)
    if options.output is None:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        return STREAMS[form](sys.stdout, many=many)
    temporary = stack.enter_context(replacing(options.output))
    output = stack.enter_context(temporary.open("w", encoding="utf-8", newline="\n"))
    return STREAMS[form](output, many=many)


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
    """Pass lines on; on a terminal, show how many are done.

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


if __name__ == "__main__":
    sys.exit(main())
