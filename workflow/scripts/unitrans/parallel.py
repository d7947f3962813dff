"""One training by several processes, each with its part of every update, through accelerate.

The processes leave a checkpoint of the last update; whoever asked for the training goes on
from there.
"""

from collections.abc import Callable
from multiprocessing import get_context
from typing import TYPE_CHECKING

import torch
from accelerate import Accelerator, notebook_launcher
from accelerate.utils import patch_environment
from accelerate.utils.other import get_free_port

from unitrans.errors import InputError
from unitrans.joblog import LOGGER

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

    from unitrans.training import Trainer


def train_in_parallel(make: Callable[[Accelerator], "Trainer"], processes: int) -> None:
    """Train by several processes, one on each GPU, or on the CPU where there is none.

    Args:
        make: Prepares the training in each process.
        processes: How many.

    Raises:
        InputError: There are fewer GPUs, or the training failed on its input.
    """
    gpus = torch.cuda.device_count()
    if 0 < gpus < processes:
        raise InputError(f"gpus: found {gpus} here; expected {processes}, or a smaller number")
    # Forked, so that the corpus and the model need not be read again.
    failures = get_context("fork").SimpleQueue()
    with patch_environment(accelerate_use_cpu="no" if gpus else "yes"):
        notebook_launcher(
            _work, (make, failures), num_processes=processes, use_port=str(get_free_port())
        )
    if not failures.empty():
        raise InputError(failures.get())


def _work(make: Callable[[Accelerator], "Trainer"], failures: "SimpleQueue") -> None:
    """What each process does."""
    accelerator = Accelerator()
    if not accelerator.is_main_process:
        LOGGER.disabled = True
    try:
        trainer = make(accelerator)
        trainer.run()
        if accelerator.is_main_process:
            trainer.save(trainer.steps)
    except InputError as error:
        if accelerator.is_main_process:
            failures.put(str(error))
    finally:
        accelerator.end_training()
