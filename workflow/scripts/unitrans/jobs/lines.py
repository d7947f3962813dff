"""Texts that users give, read into lines."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from unitrans.errors import InputError
from unitrans.jobs.files import check_file, one_line_faults, read_bytes
from unitrans.jobs.spool import Spool

# What a file starts with that is no text, whatever its encoding is said to be.
MAGIC = {
    b"\x1f\x8b": "data packed by gzip",
    b"BZh": "data packed by bzip2",
    b"\xfd7zXZ": "data packed by xz",
    b"\x28\xb5\x2f\xfd": "data packed by zstd",
    b"PK\x03\x04": "a zip archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "a database",
    b"\x7fELF": "a program",
}
# Control characters but for white space and escape, of which texts have next to none.
CONTROLS = dict.fromkeys([*range(9), *range(14, 27), *range(28, 32), 127])
CONTROL_SHARE = 0.05  # compressed data has 10%
SAMPLE = 1 << 16


def read_lines(path: str | Path, encoding: str | None = None, *, expected: str) -> list[str]:
    """Read a text file into its lines, without their ends.

    Args:
        path: The file.
        encoding: Its encoding, where one can be declared; None for UTF-8 and nothing else. A
            byte order mark is dropped.
        expected: What the file should be, for messages.

    Returns:
        Its lines, which end at line feeds, carriage returns, or both.

    Raises:
        InputError: The file cannot be read, is empty, is not in this encoding, or is no text.
    """
    data = read_bytes(path, expected)
    _refuse_other_kinds(path, data, expected)
    name = encoding or "UTF-8"
    is_utf8 = codecs.lookup(name).name.startswith("utf-8")
    try:
        text = data.decode("utf-8-sig" if is_utf8 else name)
    except UnicodeDecodeError as error:
        advice = f"{name}; the key encoding names another, such as iso-8859-1"
        raise InputError.at(
            path,
            data.count(b"\n", 0, error.start) + 1,
            found=f"byte 0x{data[error.start]:02x}, which {name} does not have there",
            expected=advice if encoding else f"{expected} in UTF-8",
        ) from error
    _refuse_controls(path, text[:SAMPLE], name, expected)
    if not is_utf8:
        _refuse_utf8(path, data, name)
        text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removesuffix("\n").split("\n")


def store_lines(
    path: str | Path, encoding: str | None = None, *, expected: str, folder: str | Path
) -> "Spool[str]":
    """Do the same without ever having the whole text in memory.

    Args:
        path: The file.
        encoding: Its encoding, where one can be declared; None for UTF-8 and nothing else.
        expected: What the file should be, for messages.
        folder: Where there is room for its lines.

    Returns:
        Its lines.

    Raises:
        InputError: As of ``read_lines``.
    """
    name = encoding or "UTF-8"
    is_utf8 = codecs.lookup(name).name.startswith("utf-8")
    check_file(path, expected)
    with one_line_faults(path, expected), Path(path).open("rb") as handle:
        _refuse_other_kinds(path, handle.read(SAMPLE), expected)
    try:
        if is_utf8 or not _is_utf8(path, expected):
            lines = Spool(_lines(path, "utf-8-sig" if is_utf8 else name, expected), folder=folder)
            sample = "\n".join(line for line, _ in zip(lines, range(SAMPLE), strict=False))
            _refuse_controls(path, sample[:SAMPLE], name, expected)
            return lines
    except UnicodeDecodeError:
        pass
    # It will be refused, and the line at fault is easier to find in the whole.
    return Spool(read_lines(path, encoding, expected=expected), folder=folder)


def _lines(path: str | Path, encoding: str, expected: str) -> Iterator[str]:
    """The lines of a text without their ends; a text that ends in one has no further line."""
    with one_line_faults(path, expected), Path(path).open(encoding=encoding) as handle:
        for number, line in enumerate(handle):
            yield (line if number else line.removeprefix("\ufeff")).removesuffix("\n")


def _is_utf8(path: str | Path, expected: str) -> bool:
    """Whether a file is in UTF-8, with more than ASCII."""
    try:
        return not all(line.isascii() for line in _lines(path, "utf-8", expected))
    except UnicodeDecodeError:
        return False


def _refuse_other_kinds(path: str | Path, data: bytes, expected: str) -> None:
    """Refuse a file with nothing in it, or one that starts as no text does."""
    if not data:
        raise InputError.at(path, found="an empty file", expected=expected)
    for magic, found in MAGIC.items():
        if data.startswith(magic):
            raise InputError.at(path, found=found, expected=f"{expected}, as plain text")


def _refuse_controls(path: str | Path, sample: str, encoding: str, expected: str) -> None:
    """Refuse what has more control characters than any text."""
    if len(sample) - len(sample.translate(CONTROLS)) > CONTROL_SHARE * len(sample):
        found = f"control characters that {encoding} text does not have"
        raise InputError.at(path, found=found, expected=f"{expected}, as plain text")


def _refuse_utf8(path: str | Path, data: bytes, encoding: str) -> None:
    """Refuse UTF-8 declared as something else: a single-byte encoding reads anything."""
    if data.isascii():
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return
    line = next(n for n, raw in enumerate(data.split(b"\n"), 1) if not raw.isascii())
    raise InputError.at(
        path, line, found="text in UTF-8", expected=f"{encoding}, as the key encoding says"
    )
