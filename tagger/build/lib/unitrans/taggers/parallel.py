"""One training by several processes, each with its part of every update, through accelerate.

The processes leave a checkpoint of the last update; whoever asked for the training goes on
from there.
"""

import logging
import pickle
from collections.abc import Callable
from logging.handlers import QueueHandler, QueueListener
from multiprocessing import get_context
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import torch
from accelerate import Accelerator
from accelerate.utils import patch_environment
from torch.distributed.elastic.multiprocessing import DefaultLogsSpecs
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.launcher.api import LaunchConfig, elastic_launch

from unitrans.errors import InputError
from unitrans.jobs.device import use_threads
from unitrans.jobs.log import LOGGER

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

    from unitrans.taggers.trainer import Trainer


def train_in_parallel(make: Callable[..., "Trainer"], processes: int) -> None:
    """Train by several processes, one on each GPU, or on the CPU where there is none.

    Args:
        make: Prepares the training in each process, given its ``accelerator``; can be pickled.
        processes: How many.

    Raises:
        InputError: There are fewer GPUs, or the training failed on its input.
        RuntimeError: A process died.
    """
    gpus = torch.cuda.device_count()
    if 0 < gpus < processes:
        raise InputError(f"gpus: found {gpus} here; expected {processes}, or a smaller number")
    records = get_context("spawn").Queue()
    listener = QueueListener(records, *LOGGER.handlers, respect_handler_level=True)
    listener.start()
    try:
        with (
            TemporaryDirectory() as logs,
            patch_environment(accelerate_use_cpu="no" if gpus else "yes"),
        ):
            # As bytes: tensors that are handed over as such stay shared among the processes.
            failures = elastic_launch(_launch(processes, logs), _work)(
                pickle.dumps(make), torch.get_num_threads(), records
            )
    except ChildFailedError as error:
        rank, failure = error.get_first_failure()
        said = failure.message  # what it raised with its stack, or a text where it raised nothing
        reason = said["message"] if isinstance(said, dict) else f"exit code {failure.exitcode}"
        raise RuntimeError(f"process {rank} of {processes} died: {reason}") from error
    finally:
        listener.stop()
    if failures[0]:
        raise InputError(failures[0])


def _launch(processes: int, logs: str) -> LaunchConfig:
    """How the processes are started, on this machine alone."""
    return LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=processes,
        run_id="training",
        max_restarts=0,
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        local_addr="localhost",
        logs_specs=DefaultLogsSpecs(log_dir=logs),
        # Forked, as by accelerate's own launcher, they would have the locks of their parent's
        # threads without the threads, and no use of a GPU that the parent has looked at.
        start_method="spawn",
    )


def _work(make: bytes, threads: int, records: "Queue[logging.LogRecord]") -> str | None:
    """What each process does; what was wrong with its input, if anything."""
    accelerator = Accelerator()
    use_threads(threads)
    LOGGER.setLevel(logging.DEBUG)
    LOGGER.propagate = False
    LOGGER.disabled = not accelerator.is_main_process
    LOGGER.addHandler(QueueHandler(records))
    trainer = None
    try:
        trainer = pickle.loads(make)(accelerator=accelerator)
        trainer.run()
        if accelerator.is_main_process:
            trainer.save(trainer.steps)
    except InputError as error:
        return str(error)
    finally:
        # DistributedDataParallel goes before the process group. Where it holds the last
        # reference, its end waits, with Python's lock, for threads that wait for that lock.
        del trainer
        accelerator.free_memory()
        accelerator.end_training()
    return None
