"""Files that users give: opened, decoded and parsed, every fault said in one line."""

import codecs
import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from unitrans.errors import InputError

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@contextmanager
def one_line_faults(path: str | Path, expected: str) -> Iterator[None]:
    """Turn what the system says of a file into one line.

    Args:
        path: The file.
        expected: What it should be, for the message.

    Raises:
        InputError: The system refused to open or to read the file.
    """
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError.at(path, found="no such file", expected=expected) from error
    except OSError as error:
        found = (error.strerror or str(error)).lower()
        raise InputError.at(path, found=found, expected=expected) from error
    except ValueError as error:  # a path with a NUL character
        if "null" not in str(error):
            raise
        found = "a path with a NUL character"
        raise InputError.at(repr(path), found=found, expected=expected) from error


def check_file(path: str | Path, expected: str) -> None:
    """Refuse what is not there or is no regular file: reading a pipe may never end.

    Args:
        path: The file.
        expected: What it should be, for the message.

    Raises:
        InputError: There is no such file, it cannot be looked at, or it is another kind.
    """
    with one_line_faults(path, expected):
        mode = Path(path).stat().st_mode
    if not stat.S_ISREG(mode):
        found = next((name for test, name in KINDS if test(mode)), "no regular file")
        raise InputError.at(path, found=found, expected=expected)


def is_folder(path: str | Path) -> bool:
    """Whether there is a folder; what the system refuses to look at is none.

    Args:
        path: Any path.

    Returns:
        True for a folder.
    """
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def is_file(path: str | Path) -> bool:
    """Whether there is a regular file; what the system refuses to look at is none.

    Args:
        path: Any path.

    Returns:
        True for a file.
    """
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


@contextmanager
def naming_folder(folder: Path) -> Iterator[None]:
    """Name the folder in what the system says of a file in it that has no name.

    Args:
        folder: Where the file lies.

    Raises:
        OSError: As the system says, with the folder.
    """
    try:
        yield
    except OSError as error:
        error.filename = str(folder)
        raise


def is_missing(path: str | Path) -> bool:
    """Whether there is nothing of this name.

    Args:
        path: Any path.

    Returns:
        True where the system says so; False where it refuses to look.
    """
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def read_bytes(path: str | Path, expected: str) -> bytes:
    """Read a file whole.

    Args:
        path: The file.
        expected: What it should be, for the message.

    Returns:
        Its content.

    Raises:
        InputError: It cannot be read, or is no regular file.
    """
    check_file(path, expected)
    with one_line_faults(path, expected):
        return Path(path).read_bytes()


def text_encoding(name: str) -> str | None:
    """Find the name by which Python knows an encoding of text.

    Args:
        name: A name such as ``utf8`` or ``latin1``.

    Returns:
        Its one name, such as ``utf-8``; None for what is no encoding, or not one of text.
    """
    try:
        codec = codecs.lookup(name)
        # base64, rot13, idna and their like are codecs too. What is not known of an encoding
        # is seen by trying it.
        if not codec._is_text_encoding or codec.name in ("idna", "punycode", "undefined"):
            return None
        "a".encode(name)
    except (LookupError, UnicodeError, ValueError, TypeError):
        return None
    return codec.name


@contextmanager
def open_text(path: str | Path, expected: str) -> Iterator[TextIO]:
    """Open a text in UTF-8 that is too large to be read at once.

    Args:
        path: The file. A byte order mark is dropped.
        expected: What it should be, for messages.

    Yields:
        The file; lines end at line feeds, carriage returns, or both.

    Raises:
        InputError: It cannot be read, or is not in UTF-8.
    """
    check_file(path, expected)
    try:
        with (
            one_line_faults(path, expected),
            Path(path).open(encoding="utf-8-sig") as handle,
        ):
            yield handle
    except UnicodeDecodeError as error:
        raise InputError.at(
            path, found=f"bytes that are not UTF-8 ({error.reason})", expected=f"{expected}, UTF-8"
        ) from error


def parse_json(text: str, path: str | Path, line: int | None, expected: str) -> Any:  # noqa: ANN401
    """Read a JSON value.

    Args:
        text: The JSON.
        path: The file that it is from, for messages.
        line: Its line there; None for a whole file.
        expected: What should be there, for messages.

    Returns:
        The value. Its texts can be written in UTF-8.

    Raises:
        InputError: The text is no JSON, nests too deeply, or holds a number of too many digits or
            half a character (a lone surrogate).
    """
    try:
        value = json.loads(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        found = f"{text.strip()[:60]!r}" if line else error.msg
        raise InputError.at(path, line or error.lineno, found=found, expected=expected) from error
    except RecursionError as error:
        found = "brackets nested too deeply"
        raise InputError.at(path, line, found=found, expected=expected) from error
    except UnicodeEncodeError as error:
        found = f"half a character, \\u{ord(error.object[error.start]):04x}"
        raise InputError.at(path, line, found=found, expected=expected) from error
    except ValueError as error:
        found = "a number of too many digits"
        raise InputError.at(path, line, found=found, expected=expected) from error
    return value


def read_json(path: str | Path) -> Any:  # noqa: ANN401 (any JSON value)
    """Read a JSON file.

    Args:
        path: The file.

    Returns:
        Its value.

    Raises:
        InputError: The file cannot be read, or holds no JSON.
    """
    data = read_bytes(path, "a JSON file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError.at(path, found="bytes that are not UTF-8", expected="JSON") from error
    return parse_json(text, path, None, "JSON")


def read_json_object(path: str | Path) -> dict[str, Any]:
    """Read a JSON file that holds an object.

    Args:
        path: The file.

    Returns:
        The object.

    Raises:
        InputError: The file cannot be read, or holds no JSON object.
    """
    value = read_json(path)
    if not isinstance(value, dict):
        raise InputError.at(path, found=kind_of(value), expected="a JSON object")
    return value


def kind_of(value: object) -> str:
    """What a value is called in JSON and YAML, for messages.

    Args:
        value: Any value.

    Returns:
        Such as ``a list`` or ``nothing``.
    """
    names = {
        dict: "a mapping",
        list: "a list",
        str: "a text",
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        type(None): "nothing",
    }
    return names.get(type(value), type(value).__name__)
