"""Who works in a folder: locks that the system takes back when their holder dies.

Snakemake's own lock is a file that outlives a killed run.
"""

import errno
import fcntl
import re
from pathlib import Path
from typing import IO

SNAKEMAKE_LOCK = re.compile(r"\d+\.(input|output)\.lock")
# File systems without locks say one of these; nothing can be held there.
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


def hold(handle: IO, *, wait: bool = False) -> bool:
    """Take the exclusive lock of an open file, and keep it until the file is closed.

    Args:
        handle: The file. To take a lock that is held already does nothing.
        wait: Whether to wait for another process that has it.

    Returns:
        Whether it is held; False where another process has it.

    Raises:
        OSError: The system cannot say.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
    return True


def hold_folder(lock: Path, stale: Path) -> IO:
    """Take a run's lock, if it is free: who had it is dead, and so are the locks it left.

    Args:
        lock: The file to lock; made where it is missing.
        stale: The folder whose locks are removed when the lock is free; a link is not followed,
            since what it leads to is nobody's lock.

    Returns:
        The open file, to be kept until the end of the run.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    handle = lock.open("a")
    if hold(handle):
        for path in () if stale.is_symlink() else stale.glob("*.lock"):
            if SNAKEMAKE_LOCK.fullmatch(path.name) and path.is_file():
                path.unlink()
    return handle
