"""How much memory and time jobs ask for."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from snakemake.workflow import Workflow


def memory(
    fixed: float, per_megabyte: float, *, of: Sequence[str] | None = None
) -> Callable[..., int]:
    """A function for mem_mb: some megabytes, more for each one of input, and more for a retry.

    The encoder is an input, so a large encoder's jobs get more. docs/cluster.md has the peaks
    that the numbers come from. A file that is not there yet (a dry run, an earlier job of the
    same group) counts for nothing.

    Args:
        fixed: Megabytes that every such job needs.
        per_megabyte: Megabytes for each megabyte of input.
        of: The names of the inputs that count; None for all. What stays on disk does not count.

    Returns:
        A function of a job's wildcards, input files and attempt, by these names.
    """

    def megabytes(wildcards: Mapping[str, str], input: Any, attempt: int) -> int:  # noqa: ANN401
        files = input
        if of is not None:
            named = (input.get(name, []) for name in of)
            files = [file for one in named for file in ([one] if isinstance(one, str) else one)]
        size = sum(os.path.getsize(file) for file in files if os.path.isfile(file))  # noqa: PTH202, PTH113
        return attempt * round(fixed + per_megabyte * size / 1e6)

    return megabytes


def physical_memory() -> int:
    """This computer's memory, in megabytes."""
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6)


def share_memory(workflow: "Workflow") -> None:
    """Run no more jobs at once than this computer's memory holds, however many cores it has.

    The system would kill some. A cluster's scheduler sees to that itself, and ``--resources``
    says otherwise.

    Args:
        workflow: Snakemake's; its mem_mb becomes limited.
    """
    is_local = workflow.is_main_process and workflow.nodes is None
    if is_local and "mem_mb" not in workflow.global_resources:
        workflow.register_resource("mem_mb", physical_memory())


def corpus_memory(wildcards: Any, input: Sequence[str], attempt: int) -> int:  # noqa: ANN401
    """The mem_mb of reading a corpus: a labelled one is held, of a pool only digests are.

    Args:
        wildcards: With the split, where there are several.
        input: The corpus' file, if it is one.
        attempt: Of the job, from 1.

    Returns:
        The megabytes.
    """
    per_megabyte = 2 if wildcards.get("split") == "unlabelled" else 20
    return memory(500, per_megabyte)(wildcards, input=input, attempt=attempt)


def runtime(minutes: int) -> Callable[..., int]:
    """A function for runtime: some minutes, and more for a retry.

    Args:
        minutes: For the first attempt.

    Returns:
        A function of a job's wildcards and attempt, by these names.
    """
    return lambda wildcards, attempt: attempt * minutes
