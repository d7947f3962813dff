"""What of Snakemake's own messages reaches the console: one line a job comes from the job."""

import logging

from snakemake.logging import logger
from snakemake_interface_logger_plugins.common import LogEvent

# The log of the run, below .snakemake/log/, has all of them.
DUMPS = frozenset(
    {LogEvent.JOB_INFO, LogEvent.GROUP_INFO, LogEvent.JOB_FINISHED, LogEvent.JOB_STARTED}
)
CHATTER = ("Select jobs to execute", "Execute ")


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Whether a message of Snakemake says what no job says of itself.

    Args:
        record: The message.

    Returns:
        False for the description of a job, its end, and what the scheduler is about.
    """
    if getattr(record, "event", None) in DUMPS:
        return False
    return not record.getMessage().startswith(CHATTER)


def shorten() -> None:
    """Leave job dumps out of the console from now on; the log files keep them."""
    for handler in logger.handlers:
        if isinstance(handler, logging.StreamHandler) and not isinstance(
            handler, logging.FileHandler
        ):
            handler.addFilter(is_worth_a_line)
