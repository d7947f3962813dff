"""Arrays that stay on disk, so that memory does not grow with the number of sentences.

A column has a row for every word, say. It lives in a safetensors file, or in a file without a
name, which is gone as soon as its process is, however that ends.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from unitrans.errors import InputError
from unitrans.jobs.artifacts import DIGEST, OLD_DIGEST, check_digest, put_digest, replacing
from unitrans.jobs.files import naming_folder

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

# How safetensors calls the number types.
NAMES = {"float16": "F16", "float32": "F32", "int16": "I16", "int32": "I32", "int64": "I64"}
TYPES = {short: np.dtype(name) for name, short in NAMES.items()}
BLOCK_BYTES = 1 << 22


class Column:
    """An array in a file, of which only what is asked for is in memory.

    Args:
        handle: The file, open for reading.
        dtype: The number type.
        shape: Rows, and the shape of each.
        start: Bytes of the file before the first row.
    """

    def __init__(
        self, handle: BinaryIO, dtype: np.dtype, shape: tuple[int, ...], start: int = 0
    ) -> None:
        self._handle = handle
        self.dtype = dtype
        self.shape = shape
        self._start = start
        self._row_bytes = int(np.prod(shape[1:])) * dtype.itemsize

    def __len__(self) -> int:
        """The rows."""
        return self.shape[0]

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """Read rows that follow one another, or those of the given numbers, as a copy."""
        if isinstance(rows, slice):
            first, last, step = rows.indices(len(self))
            if step != 1:
                raise IndexError(f"rows {first} to {last} in steps of {step}")
            return self._read(first, max(first, last))
        if not len(rows):
            return np.empty((0, *self.shape[1:]), self.dtype)
        # Mapped for this one reading: the pages that it has touched do not stay with the process.
        mapped = np.memmap(self._handle, self.dtype, "r", self._start, self.shape)
        return np.array(mapped[rows])

    def _read(self, first: int, last: int) -> np.ndarray:
        """The rows from the first to before the last."""
        buffer = bytearray((last - first) * self._row_bytes)
        view, done = memoryview(buffer), 0
        while done < len(buffer):
            place = self._start + first * self._row_bytes + done
            read = os.preadv(self._handle.fileno(), [view[done:]], place)
            if not read:
                raise EOFError(f"{self._handle.name}: ends at byte {place}")
            done += read
        return np.frombuffer(buffer, self.dtype).reshape(last - first, *self.shape[1:])

    def blocks(self) -> Iterator[np.ndarray]:
        """Read the column from its beginning to its end.

        Yields:
            Rows that follow one another, as many as take a few megabytes.
        """
        rows = max(1, BLOCK_BYTES // max(1, self._row_bytes))
        for first in range(0, len(self), rows):
            yield self[first : first + rows]

    def __reduce__(self) -> tuple:
        """Let another process of the same machine have it, while this one lives."""
        path = f"/proc/{os.getpid()}/fd/{self._handle.fileno()}"
        if not Path(path).exists():  # no Linux: the rows themselves are handed over
            return np.array, (self[:],)
        return _opened, (path, self.dtype, self.shape, self._start)


def _opened(path: str, dtype: np.dtype, shape: tuple[int, ...], start: int) -> Column:
    """A column of another process."""
    return Column(Path(path).open("rb"), dtype, shape, start)


class ColumnWriter:
    """A column that grows by its rows, in a file without a name.

    Args:
        folder: Where there is room for it.
        dtype: The number type.
        row: The shape of each row.
    """

    def __init__(self, folder: str | Path, dtype: "DTypeLike", row: tuple[int, ...] = ()) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._handle = TemporaryFile(dir=folder)  # noqa: SIM115 (the column keeps it open)
        self._dtype, self._row = np.dtype(dtype), row
        self._rows = 0

    def append(self, values: np.ndarray) -> None:
        """Add rows.

        Args:
            values: (rows, ...); rounded to the column's number type.
        """
        with naming_folder(self._folder):
            self._handle.write(np.ascontiguousarray(values, self._dtype).data)
        self._rows += len(values)

    def column(self) -> Column:
        """End the writing.

        Returns:
            The column.
        """
        with naming_folder(self._folder):
            self._handle.flush()
        return Column(self._handle, self._dtype, (self._rows, *self._row))


def array_blocks(array: "np.ndarray | Column") -> Iterator[np.ndarray]:
    """Go through an array, be it in memory or on disk.

    Args:
        array: The array.

    Yields:
        Its rows, in one part or in several.
    """
    if isinstance(array, Column):
        yield from array.blocks()
    else:
        yield np.ascontiguousarray(array)


def write_columns(
    path: str | Path, columns: "Mapping[str, np.ndarray | Column]", metadata: Mapping[str, str]
) -> None:
    """Write arrays as safetensors with a digest, whole or not at all, a part at a time.

    Args:
        path: The file to write.
        columns: The arrays by name.
        metadata: Short texts kept in the file's header.
    """
    # The widest numbers first, so that each array starts where numbers of its width may.
    order = sorted(columns.items(), key=lambda item: (-item[1].dtype.itemsize, item[0]))
    header: dict[str, object] = {"__metadata__": {**metadata, DIGEST: "0" * 64}}
    end = 0
    for name, column in order:
        start, end = end, end + int(np.prod(column.shape)) * column.dtype.itemsize
        header[name] = {
            "dtype": NAMES[column.dtype.name],
            "shape": list(column.shape),
            "data_offsets": [start, end],
        }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text = text.ljust(-(-len(text) // 8) * 8)
    with replacing(path) as temporary:
        with temporary.open("wb") as handle:
            handle.write(len(text).to_bytes(8, "little") + text)
            for _, column in order:
                for block in array_blocks(column):
                    handle.write(block.data)
        put_digest(temporary)


def open_columns(path: str | Path) -> tuple[dict[str, Column], dict[str, str]]:
    """Open a safetensors file without reading it, after holding it against its digest.

    Args:
        path: The file to read.

    Returns:
        Its arrays by name, and the metadata of the header without the digest.

    Raises:
        InputError: The file is missing, damaged, or no safetensors file, or has numbers of
            another type than columns have.
    """
    from safetensors import SafetensorError, safe_open

    check_digest(path)
    try:
        with safe_open(path, framework="np") as checked:  # that the header fits the file
            metadata = dict(checked.metadata() or {})
    except SafetensorError as error:
        raise InputError.at(path, found=str(error), expected="a safetensors file") from error
    handle = Path(path).open("rb")  # noqa: SIM115 (the columns keep it open)
    size = int.from_bytes(handle.read(8), "little")
    header = json.loads(handle.read(size))
    header.pop("__metadata__", None)
    columns = {}
    for name, form in header.items():
        if form["dtype"] not in TYPES:
            raise InputError.at(
                path, found=f"{name} in {form['dtype']}", expected=f"one of {', '.join(TYPES)}"
            )
        start = 8 + size + form["data_offsets"][0]
        columns[name] = Column(handle, TYPES[form["dtype"]], tuple(form["shape"]), start)
    metadata.pop(DIGEST, None)
    metadata.pop(OLD_DIGEST, None)
    return columns, metadata
