"""What every job writes: its log, its progress, and one line where it fails.

Imported before torch, whose libraries read their settings when they are loaded.
"""

import errno
import gc
import logging
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from time import monotonic
from typing import Any, TextIO, TypeVar

from unitrans.errors import InputError
from unitrans.jobs.environment import VARIABLES
from unitrans.jobs.lock import hold
from unitrans.jobs.provenance import versions

os.environ.update(VARIABLES | os.environ)
# Libraries and corpora are many objects that stay: the collector looks through them less often.
gc.set_threshold(100_000, 20, 20)

Item = TypeVar("Item")
LOGGER = logging.getLogger("unitrans")
PROGRESS_SECONDS = 10.0  # between two lines of progress in a log
CONSOLE_SECONDS = 30.0  # on a console that cannot redraw a line
REDRAWN_SECONDS = 1.0
LOG_FILE = re.compile(r"Logfile (.+):")  # how Snakemake opens a failed job's log
ERASED_LINE = "\r\x1b[K"
BUSY = "a job of an earlier run still makes the same; wait for it, or end it and run again"
NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory", "alloc_cpu")
ADVICE = {
    errno.ENOSPC: "the disk is full; free some space and run the same command again",
    errno.EDQUOT: "the disk quota is used up; free some space and run the same command again",
    errno.EROFS: "the file system is read-only; use another --directory",
    errno.EACCES: "permission denied; make it readable and writable, or use another --directory",
}
# What Snakemake and its Slurm executor write of a job that could not say anything itself.
ENDED = {
    "SIGKILL": (
        "a job was killed (SIGKILL), as systems do when memory runs out: leave jobs less of it "
        "(--resources mem_mb=8000), run fewer at a time (--cores), or lower training.batch_size"
    ),
    "SLURM status is: 'OUT_OF_MEMORY'": (
        "Slurm ended a job that needed more memory than it had asked for: each attempt asks for "
        "more, so allow more of them (--retries 4), or lower training.batch_size"
    ),
    "SLURM status is: 'TIMEOUT'": (
        "Slurm ended a job that needed more time than it had asked for: each attempt asks for "
        "more, so allow more of them (--retries 4); a training goes on where it was ended"
    ),
}


@contextmanager
def job(log: str | Path, name: str, settings: Mapping[str, Any]) -> Iterator[None]:
    """Run a job: log to its file, progress to the console, one line on failure.

    Args:
        log: The job's log file.
        name: What the console calls the job, such as ``student es seed 122``.
        settings: The resolved settings, written to the log before work starts.

    Yields:
        Nothing; the body is the job.

    Raises:
        SystemExit: The job failed; the reason has been written.
    """
    console = sys.stderr
    try:
        Path(log).parent.mkdir(parents=True, exist_ok=True)
        Path(log).touch()
    except OSError as error:
        print(f"ERROR [{name}] {failure(error, log)}", file=console, flush=True)
        raise SystemExit(1) from None
    with (
        Path(log).open("a", encoding="utf-8") as handle,
        _logging_to(handle, console, name) as told,
    ):
        if not hold(handle):
            print(f"ERROR [{name}] {log}: {BUSY}", file=console, flush=True)
            raise SystemExit(1)
        handle.truncate(0)
        with redirect_stdout(handle), redirect_stderr(handle):
            for key, value in settings.items():
                LOGGER.debug("setting %s: %s", key, value)
            LOGGER.debug("versions: %s", versions())
            reason = None
            try:
                yield
            except Exception as error:  # the job's boundary: whatever it is, it is one line
                if not is_expected(error):
                    traceback.print_exc(file=handle)
                reason = failure(error, name)
            if reason is None:
                LOGGER.debug("done")
                told.finish()
                return
            handle.write(f"ERROR {reason}\n")
        told.erase()
        reason = " ".join(reason.split())
        print(f"ERROR [{name}] {reason} (log: {log})", file=console, flush=True)
    raise SystemExit(1)


def is_expected(error: Exception) -> bool:
    """Whether an error is the user's or the machine's to mend, and its place in the code nobody's.

    Args:
        error: What a job raised.

    Returns:
        False for a fault of the program.
    """
    return (
        isinstance(error, InputError | MemoryError)
        or (isinstance(error, OSError) and error.errno in ADVICE)
        or is_out_of_memory(error)
    )


def is_out_of_memory(error: Exception) -> bool:
    """Whether memory ran out inside torch, which says so in words only.

    Args:
        error: What was raised.

    Returns:
        True where it did.
    """
    text = str(error)
    return isinstance(error, RuntimeError) and any(sign in text for sign in NO_MEMORY)


def failure(error: Exception, name: str | Path) -> str:
    """Say in one line why something failed.

    Args:
        error: What was raised.
        name: What failed, for errors that name no file.

    Returns:
        The reason.
    """
    if isinstance(error, InputError):
        return " ".join(str(error).split())
    # Libraries in other languages say in words what the system said.
    if not isinstance(error, OSError) and "No space left on device" in str(error):
        return f"{name}: {ADVICE[errno.ENOSPC]}"
    if isinstance(error, MemoryError) or is_out_of_memory(error):
        return "out of memory; lower the batch size, or give the job more (mem_mb)"
    if isinstance(error, OSError):
        advice = ADVICE.get(error.errno or 0, error.strerror or str(error))
        return " ".join(f"{error.filename or name}: {advice}".split())
    return " ".join(f"{type(error).__name__}: {error}".split())


def failures(text: str) -> list[str]:
    """Find what jobs said when they failed.

    Args:
        text: The log of a run, with the logs of its failed jobs in it.

    Returns:
        The last line of each failed job's log, ERROR and the reason, with the path of the log
        where it is told; each once, in order. Then why jobs were ended from outside, if any were.
    """
    found: dict[str, str] = {}
    log = ""
    for line in map(str.strip, text.splitlines()):
        if named := LOG_FILE.fullmatch(line):
            log = f" (log: {named[1]})"
        elif line.startswith("ERROR ") and not line.startswith("ERROR ["):
            found.setdefault(line, log)
    ended = [reason for sign, reason in ENDED.items() if sign in text]
    return [line + log for line, log in found.items()] + ended


@contextmanager
def _logging_to(handle: TextIO, console: TextIO, name: str) -> Iterator["Console"]:
    """Send all messages to the log, and what a reader of the console needs to the console too."""
    to_file = logging.StreamHandler(handle)
    to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    to_file.addFilter(_seldom_progress())
    to_console = Console(console, name)
    handlers: list[logging.Handler] = [to_file, to_console]
    logging.captureWarnings(True)
    for logger in (LOGGER, logging.getLogger("py.warnings")):
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.handlers = handlers if logger is LOGGER else [to_file]
    try:
        yield to_console
    finally:
        for logger in (LOGGER, logging.getLogger("py.warnings")):
            logger.handlers = []


class Console(logging.Handler):
    """What a job says on the console: its progress, its warnings, and one line when it is done."""

    def __init__(self, stream: TextIO, name: str) -> None:
        """Begin to count the time.

        Args:
            stream: Standard error.
            name: What the console calls the job.
        """
        super().__init__(logging.INFO)
        self._stream = stream
        self._name = name
        self._redraws = stream.isatty()
        self._started = self._told = monotonic()
        self._last = "done"

    def emit(self, record: logging.LogRecord) -> None:
        """Show a warning, redraw the progress, or keep what may be the last thing to say.

        Args:
            record: The message.
        """
        text = record.getMessage()
        if record.levelno >= logging.WARNING:
            self._write(f"{self._erased()}[{self._name}] {text}\n")
        elif not hasattr(record, "progress"):
            self._last = text
        elif self._redraws:
            self._write(f"{ERASED_LINE}[{self._name}] {text}")
        elif monotonic() - self._told > CONSOLE_SECONDS:
            self._told = monotonic()
            self._write(f"[{self._name}] {text}\n")

    def finish(self) -> None:
        """Say what the job came to, and how long it took."""
        seconds = monotonic() - self._started
        self._write(f"{self._erased()}[{self._name}] {self._last} ({duration(seconds)})\n")

    def erase(self) -> None:
        """Take the line of progress away, where there is one."""
        self._write(self._erased())

    def _erased(self) -> str:
        return ERASED_LINE if self._redraws else ""

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def duration(seconds: float) -> str:
    """Write a time as people say it.

    Args:
        seconds: The time.

    Returns:
        ``12 s``, ``3 min 05 s`` or ``2 h 07 min``.
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def _seldom_progress() -> Callable[[logging.LogRecord], bool]:
    """A filter that lets a line of progress pass every few seconds, and the last one always."""
    told = 0.0

    def passes(record: logging.LogRecord) -> bool:
        nonlocal told
        if not hasattr(record, "progress"):
            return True
        last = record.getMessage().startswith("100%")
        if not last and record.created - told < PROGRESS_SECONDS:
            return False
        told = record.created
        return True

    return passes


class _LogStream:
    """A stream that turns a progress bar's redrawn line into log records."""

    def write(self, text: str) -> None:
        if line := text.strip("\r\n "):
            LOGGER.info(line, extra={"progress": True})

    def flush(self) -> None:
        """Do nothing: every line has been written."""


def progress(items: Iterable[Item], *, total: int, unit: str, start: int = 0) -> Iterable[Item]:
    """Pass items on, and log how many are done, how fast, and how much time is left.

    Args:
        items: What to pass on.
        total: How many there are.
        unit: What one item is called.
        start: How many were done before.

    Returns:
        The same items.
    """
    from tqdm import tqdm

    return tqdm(
        items,
        total=total,
        initial=start,
        unit=f" {unit}",
        file=_LogStream(),
        mininterval=REDRAWN_SECONDS,
        maxinterval=REDRAWN_SECONDS,
        bar_format="{percentage:3.0f}% {n_fmt}/{total_fmt}{unit} {elapsed}<{remaining} "
        "{rate_noinv_fmt}",
    )
