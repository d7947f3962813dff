"""Files that appear whole or not at all: written beside, flushed, renamed."""

import errno
import glob
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from unitrans.errors import InputError
from unitrans.jobs.files import check_file, one_line_faults

if TYPE_CHECKING:
    import torch

# A safetensors file has its own digest among the texts of its header.
DIGEST = "digest"
OLD_DIGEST = "sha256"  # of files written by 0.2 and before; the texts beside it are no part of it
MOST_HEADER_BYTES = 100_000_000  # what safetensors itself allows
CHUNK_BYTES = 1 << 20
FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a temporary name beside ``path`` and rename it to ``path`` on success.

    On any error the temporary file is removed and ``path`` is left as it was.

    Args:
        path: The final name. Its folder is made where it is missing.

    Yields:
        The temporary name to write to.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # A killed process left its own, unless it lives: then it fails when it wants to rename.
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        leftover.unlink(missing_ok=True)
    # The name depends on the process, so that two runs cannot write into one file.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        # safetensors makes files that only their owner can read, which hides them from a group.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        # A write that fails, on a full disk say, names no file by itself, and a copy its source.
        if error.filename is None or error.errno in FULL:
            error.filename, error.filename2 = str(path), None
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Make a rename survive a machine that goes down."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: str | Path, text: str) -> None:
    """Write text (UTF-8, as it stands) to ``path``, whole or not at all.

    Args:
        path: The file to write.
        text: Its content.
    """
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: str | Path, value: Any) -> None:  # noqa: ANN401 (any JSON value)
    """Write a value as indented JSON, in the order of its keys.

    Args:
        path: The file to write.
        value: Anything that JSON can hold; NaN is refused, since JSON has none.
    """
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def write_tensors(
    path: str | Path, tensors: Mapping[str, "torch.Tensor"], metadata: Mapping[str, str]
) -> None:
    """Write named tensors as safetensors with a digest, whole or not at all.

    Args:
        path: The file to write.
        tensors: The tensors by name; they must not share memory.
        metadata: Short texts kept in the file's header.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with replacing(path) as temporary:
        try:
            save_file(plain, temporary, metadata={**metadata, DIGEST: "0" * 64})
        except SafetensorError as error:
            # It tells what the system said in words, with the number at the end.
            if number := re.search(r"\(os error (\d+)\)", str(error)):
                code = int(number[1])
                raise OSError(code, os.strerror(code), str(path)) from error
            raise
        put_digest(temporary)


def put_digest(path: Path) -> None:
    """Write the digest into the header, and sort what safetensors writes in random order.

    Args:
        path: A safetensors file whose header has room for it.
    """
    with path.open("rb+") as handle:
        size, header = _read_header(handle)
        texts = header["__metadata__"]
        header["__metadata__"] = dict(sorted((texts | {DIGEST: _digest(handle, header)}).items()))
        text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
        handle.seek(8)
        handle.write(text.ljust(size))


def _read_header(handle: BinaryIO) -> tuple[int, dict[str, Any]]:
    """The size of a safetensors header, and what it says."""
    size = int.from_bytes(handle.read(8), "little")
    if size > MOST_HEADER_BYTES:
        raise ValueError(f"a header of {size} bytes")
    header = json.loads(handle.read(size))
    if not isinstance(header, dict) or not isinstance(header.get("__metadata__", {}), dict):
        raise ValueError("a header that is no JSON object")
    return size, header


def _digest(handle: BinaryIO, header: dict[str, Any], *, texts: bool = True) -> str:
    """Sum up the header but for the digest itself, and the tensors, which come next in the file."""
    form = {name: value for name, value in header.items() if name != "__metadata__"}
    if texts:
        notes = header.get("__metadata__", {})
        form["__metadata__"] = {name: note for name, note in notes.items() if name != DIGEST}
    digest = hashlib.sha256(json.dumps(form, sort_keys=True).encode())
    while chunk := handle.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def read_tensors(path: str | Path) -> tuple[dict[str, "torch.Tensor"], dict[str, str]]:
    """Read a safetensors file, and hold it against its digest if it has one.

    Args:
        path: The file to read.

    Returns:
        The tensors by name, and the metadata of the header without the digest.

    Raises:
        InputError: The file is missing, damaged, or no safetensors file.
    """
    from safetensors import SafetensorError, safe_open

    check_digest(path)
    try:
        with safe_open(path, framework="pt") as handle:
            tensors = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
            metadata = dict(handle.metadata() or {})
    except SafetensorError as error:
        raise InputError.at(path, found=str(error), expected="a safetensors file") from error
    metadata.pop(DIGEST, None)
    metadata.pop(OLD_DIGEST, None)
    return tensors, metadata


def check_digest(path: str | Path) -> None:
    """Hold a safetensors file against the digest in its header, if there is one.

    Args:
        path: The file.

    Raises:
        InputError: The file is missing or damaged, or is no safetensors file.
    """
    check_file(path, "a safetensors file")
    try:
        with one_line_faults(path, "a safetensors file"), Path(path).open("rb") as handle:
            _, header = _read_header(handle)
            notes = header.get("__metadata__", {})
            known = DIGEST if DIGEST in notes else OLD_DIGEST
            expected = notes.get(known)
            if expected in (None, _digest(handle, header, texts=known == DIGEST)):
                return
    except (ValueError, RecursionError) as error:
        raise InputError.at(path, found=str(error), expected="a safetensors file") from error
    raise InputError.at(
        path,
        found="content that its digest does not fit",
        expected="the file as it was written; delete it and run again",
    )
