"""Where tensors live, and in which precision they are multiplied."""

from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum

import torch


class Precision(StrEnum):
    """The number format that a model computes in; trained weights are kept in float32 always."""

    AUTO = "auto"  # bfloat16 where the hardware multiplies it, else float32
    BFLOAT16 = "bfloat16"
    FLOAT32 = "float32"


def device() -> torch.device:
    """The device that jobs use.

    Returns:
        The GPU where there is one, else the CPU.
    """
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def use_threads(count: int) -> None:
    """Compute with this many threads, however many cores the job was given.

    The order of sums, and so the last digits of a result, depend on the count.

    Args:
        count: Threads.
    """
    torch.set_num_threads(count)


def resolve(precision: Precision, where: torch.device) -> Precision:
    """Say what auto means on a device.

    Args:
        precision: The setting.
        where: The device.

    Returns:
        bfloat16 or float32.
    """
    if precision is not Precision.AUTO:
        return precision
    fast = (
        torch.cuda.is_bf16_supported()
        if where.type == "cuda"
        else torch.cpu._is_avx512_bf16_supported()
    )
    return Precision.BFLOAT16 if fast else Precision.FLOAT32


def number_type(precision: Precision, where: torch.device) -> torch.dtype:
    """The type of the weights that a model computes with.

    Args:
        precision: The setting.
        where: The device.

    Returns:
        bfloat16 or float32.
    """
    is_low = resolve(precision, where) is Precision.BFLOAT16
    return torch.bfloat16 if is_low else torch.float32


def autocast(precision: Precision, where: torch.device) -> AbstractContextManager:
    """Multiply in the precision asked for.

    Args:
        precision: The setting.
        where: The device.

    Returns:
        A context for the forward pass.
    """
    if resolve(precision, where) is Precision.FLOAT32:
        return nullcontext()
    return torch.autocast(where.type, dtype=torch.bfloat16)
