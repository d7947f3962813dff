"""The end of a training, kept until Snakemake has recorded the job.

Snakemake deletes the outputs of a job that it did not see end, for example because its own
process was killed. A second name for the weights costs no space, and outlives them.
"""

import os
from pathlib import Path
from typing import Any

from unitrans.errors import InputError
from unitrans.jobs.artifacts import write_json
from unitrans.jobs.files import read_json_object
from unitrans.jobs.log import LOGGER

WEIGHTS = ".finished.safetensors"
STATE = ".finished.json"


def keep_finished(checkpoint: Path, weights: Path, fingerprint: str, state: Any) -> None:  # noqa: ANN401 (any JSON value)
    """Keep the weights of a finished training under a second name.

    Args:
        checkpoint: The checkpoint of the training; the second name stands beside it.
        weights: The file that the training wrote.
        fingerprint: What another training must share to take the weights for its own.
        state: What else the training gives, as JSON.
    """
    kept = checkpoint.with_suffix(WEIGHTS)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.unlink(missing_ok=True)
        os.link(weights, kept)
        write_json(checkpoint.with_suffix(STATE), {"fingerprint": fingerprint, "state": state})
    except OSError as error:
        # Some file systems know no second names; only a crash of Snakemake would need it.
        LOGGER.debug("%s: not kept (%s)", kept, error)


def read_finished(checkpoint: Path, fingerprint: str) -> tuple[Path, Any] | None:
    """Find the weights of the same training, finished before.

    Args:
        checkpoint: The checkpoint of the training.
        fingerprint: The fingerprint of the training.

    Returns:
        The file of its weights and what else it gave; None where there is none.
    """
    weights, state = checkpoint.with_suffix(WEIGHTS), checkpoint.with_suffix(STATE)
    if not (weights.exists() and state.exists()):
        return None
    try:
        known = read_json_object(state)
    except InputError as error:
        LOGGER.warning("starting anew, what is kept cannot be read: %s", error)
        return None
    return (weights, known.get("state")) if known.get("fingerprint") == fingerprint else None


def drop_finished(folder: Path) -> None:
    """Forget all finished trainings; Snakemake has recorded them.

    Args:
        folder: The folder of all checkpoints; may be missing.
    """
    for suffix in (STATE, WEIGHTS):
        for kept in folder.rglob(f"*{suffix}"):
            kept.unlink(missing_ok=True)
