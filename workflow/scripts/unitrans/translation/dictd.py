"""dictd databases (``.index`` and ``.dict.dz``), as Debian's freedict packages ship them."""

import gzip
import re
import zlib
from collections.abc import Iterator
from itertools import dropwhile
from pathlib import Path

from unitrans.errors import InputError
from unitrans.jobs.files import is_missing, read_bytes
from unitrans.jobs.lines import read_lines

# RFC 2229's dictd writes offsets and sizes in base 64, most significant digit first.
DIGITS = {
    letter: value
    for value, letter in enumerate(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    )
}
DICTD_SUFFIXES = (".index", ".dict.dz", ".dict")
INDEX_LINE = "headword<TAB>offset<TAB>size, the numbers in base 64"
ABOUT = "00database"  # headwords of the database's own description
HEAD_END = re.compile(r" [/<(\[]")  # pronunciation or part of speech
NUMBERED = re.compile(r"\d{1,9}\. ")
TRAILING_NUMBER = re.compile(r" \d{1,9}\.$")
REMARKS = {"<": ">", "(": ")", "[": "]", "{": "}", "/": "/"}  # what opens one, and what ends it
OPENING = re.compile(r"[<(\[{/]")
MOST_DIGITS = 10  # of a number in base 64: beyond any file's size
GLUED = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")  # "GranBretaña": two words without a space


def dictd_stem(path: str | Path) -> str | None:
    """Tell a dictd database by the name of one of its files.

    Args:
        path: Any file.

    Returns:
        Its path without the suffix that all files of a database share; None for another file.
    """
    name = str(path)
    found = next((suffix for suffix in DICTD_SUFFIXES if name.endswith(suffix)), None)
    return name.removesuffix(found) if found else None


def read_dictd(stem: str | Path) -> Iterator[tuple[str, str]]:
    """Read the headwords and translations of a dictd database.

    Args:
        stem: The path without ``.index`` and ``.dict.dz`` (or ``.dict``).

    Yields:
        Headword and translation, as written; both may have several words.

    Raises:
        InputError: A file is missing, or damaged, or its index points outside the text.
    """
    index, data = Path(f"{stem}.index"), _data(stem)
    seen: set[tuple[int, int]] = set()
    for number, span in _spans(index):
        start, size = span
        if start + size > len(data):
            raise InputError.at(
                index,
                number,
                found=f"an entry up to byte {start + size}",
                expected=f"at most {len(data)}, the size of the text",
            )
        if span in seen:
            continue
        seen.add(span)
        entry = data[start : start + size].decode("utf-8", errors="replace")
        # White space is made single, so that no pattern has to look for its end.
        head, *body = (" ".join(line.split()) for line in entry.split("\n"))
        # Some databases leave a line blank below the headword.
        for translation in translations(list(dropwhile(lambda line: not line, body))):
            yield HEAD_END.split(head, maxsplit=1)[0], translation


def translations(body: list[str]) -> list[str]:
    """Find the translations in the lines below a headword.

    The first line holds translations, and so does any other that opens with a number;
    what else there is defines, explains or refers. Remarks in brackets are removed, and
    words that lost the space between them are left out.

    Args:
        body: The lines of an entry without its headword's, white space single.

    Returns:
        The translations in their order.
    """
    found = []
    for position, line in enumerate(body):
        numbered = NUMBERED.match(line)
        if position > 0 and not numbered:
            continue
        text = without_remarks(line[numbered.end() :] if numbered else line)
        for part in re.split(r"[,;]", TRAILING_NUMBER.sub("", text)):
            part = " ".join(part.split())
            if part and not GLUED.search(part):
                found.append(part)
    return found


def without_remarks(text: str) -> str:
    """Take out what stands in brackets or between slashes.

    Args:
        text: A line; its length decides the time, however many brackets stay open.

    Returns:
        The line with a blank in the place of each remark.
    """
    kept: list[str] = []
    place = search = 0
    unclosed: set[str] = set()
    while opening := OPENING.search(text, search):
        search = opening.end()
        if opening[0] in unclosed:
            continue
        end = text.find(REMARKS[opening[0]], search)
        if end < 0:
            unclosed.add(opening[0])
            continue
        kept += (text[place : opening.start()], " ")
        place = search = end + 1
    return "".join([*kept, text[place:]])


def _data(stem: str | Path) -> bytes:
    """Read the text of a database, compressed (dictzip is gzip) or not."""
    packed, plain = Path(f"{stem}.dict.dz"), Path(f"{stem}.dict")
    if is_missing(packed) and not is_missing(plain):
        return read_bytes(plain, "the text of a dictd database")
    data = read_bytes(packed, "the text of a dictd database")
    try:
        return gzip.decompress(data)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError.at(packed, found=str(error), expected="gzip data") from error


def _spans(index: Path) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield line number, and offset and size in bytes, of each entry of an index."""
    for number, line in enumerate(read_lines(index, expected="a dictd index"), 1):
        if not line or line.startswith(ABOUT):
            continue
        fields = line.split("\t")
        if len(fields) < 3 or not all(
            0 < len(text) <= MOST_DIGITS and all(letter in DIGITS for letter in text)
            for text in fields[1:3]
        ):
            raise InputError.at(index, number, found=repr(line[:60]), expected=INDEX_LINE)
        yield number, (_number(fields[1]), _number(fields[2]))


def _number(text: str) -> int:
    """Read a number in base 64."""
    value = 0
    for letter in text:
        value = value * 64 + DIGITS[letter]
    return value
