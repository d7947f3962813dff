"""What of Snakemake's own messages reaches the console: one line a job comes from the job."""

import logging
from collections.abc import Iterable

# Snakemake's names of what it tells; the log of the run, below .snakemake/log/, has all of it.
DUMPS = frozenset({"JOB_INFO", "GROUP_INFO", "JOB_FINISHED", "JOB_STARTED"})
CHATTER = ("Select jobs to execute", "Execute ")


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Whether a message of Snakemake says what no job says of itself.

    Args:
        record: The message.

    Returns:
        False for the description of a job, its end, and what the scheduler is about.
    """
    if getattr(getattr(record, "event", None), "name", None) in DUMPS:
        return False
    return not record.getMessage().startswith(CHATTER)


def shorten(handlers: Iterable[logging.Handler]) -> None:
    """Leave job dumps out of the console from now on; the log files keep them.

    Args:
        handlers: Those of Snakemake's logger.
    """
    for handler in handlers:
        if isinstance(handler, logging.StreamHandler) and not isinstance(
            handler, logging.FileHandler
        ):
            handler.addFilter(is_worth_a_line)
