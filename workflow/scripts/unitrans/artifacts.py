"""Files that appear whole or not at all: written beside, flushed, renamed."""

import glob
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unitrans.errors import InputError

if TYPE_CHECKING:
    import torch


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


def read_json(path: str | Path) -> Any:  # noqa: ANN401 (any JSON value)
    """Read a JSON file.

    Args:
        path: The file to read.

    Returns:
        Its value.

    Raises:
        InputError: The file is missing, or holds no JSON.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError.at(path, found="no such file", expected="a JSON file") from error
    except UnicodeDecodeError as error:
        raise InputError.at(path, found="bytes that are not UTF-8", expected="JSON") from error
    except json.JSONDecodeError as error:
        raise InputError.at(path, error.lineno, found=error.msg, expected="JSON") from error


def write_tensors(
    path: str | Path, tensors: Mapping[str, "torch.Tensor"], metadata: Mapping[str, str]
) -> None:
    """Write named tensors as safetensors, whole or not at all.

    Args:
        path: The file to write.
        tensors: The tensors by name; they must not share memory.
        metadata: Short texts kept in the file's header.
    """
    from safetensors.torch import save_file

    with replacing(path) as temporary:
        save_file(
            {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()},
            temporary,
            metadata=dict(metadata),
        )


def read_tensors(path: str | Path) -> tuple[dict[str, "torch.Tensor"], dict[str, str]]:
    """Read a safetensors file.

    Args:
        path: The file to read.

    Returns:
        The tensors by name, and the metadata of the header.

    Raises:
        InputError: The file is missing, truncated or no safetensors file.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as handle:
            names = list(handle.keys())
            return {name: handle.get_tensor(name) for name in names}, dict(handle.metadata() or {})
    except FileNotFoundError as error:
        raise InputError.at(path, found="no such file", expected="a safetensors file") from error
    except SafetensorError as error:
        raise InputError.at(path, found=str(error), expected="a safetensors file") from error
