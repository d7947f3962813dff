"""How much memory and time jobs ask for."""

import os
from collections.abc import Callable, Mapping, Sequence


def memory(fixed: float, per_megabyte: float) -> Callable[..., int]:
    """A function for mem_mb: some megabytes, more for each one of input, and more for a retry.

    The encoder is an input, so a large encoder's jobs get more. docs/cluster.md has the peaks
    that the numbers come from. A file that is not there yet (a dry run, an earlier job of the
    same group) counts for nothing.

    Args:
        fixed: Megabytes that every such job needs.
        per_megabyte: Megabytes for each megabyte of input.

    Returns:
        A function of a job's wildcards, input files and attempt, by these names.
    """

    def megabytes(wildcards: Mapping[str, str], input: Sequence[str], attempt: int) -> int:
        size = sum(os.path.getsize(file) for file in input if os.path.isfile(file))  # noqa: PTH202, PTH113
        return attempt * round(fixed + per_megabyte * size / 1e6)

    return megabytes


def runtime(minutes: int) -> Callable[..., int]:
    """A function for runtime: some minutes, and more for a retry.

    Args:
        minutes: For the first attempt.

    Returns:
        A function of a job's wildcards and attempt, by these names.
    """
    return lambda wildcards, attempt: attempt * minutes
