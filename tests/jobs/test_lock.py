import fcntl
import subprocess
import sys

import pytest

from unitrans.jobs.lock import hold, hold_folder
from unitrans.jobs.log import job

HOLDER = """
import sys
from unitrans.jobs.lock import hold
handle = open(sys.argv[1], "a")
print(hold(handle), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that has the lock of a file, until it is killed."""
    path = tmp_path / "lock"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.communicate()


def test_a_lock_dies_with_its_holder(tmp_path, holder):
    with (tmp_path / "lock").open("a") as handle:
        assert not hold(handle)
        holder.kill()
        holder.wait()
        assert hold(handle)
        assert hold(handle)


def test_locks_of_a_live_run_stay_and_those_of_a_dead_one_go(tmp_path, holder):
    stale = tmp_path / "locks"
    stale.mkdir()
    (stale / "0.input.lock").touch()
    hold_folder(tmp_path / "lock", stale).close()
    assert list(stale.iterdir())
    holder.kill()
    holder.wait()
    handle = hold_folder(tmp_path / "lock", stale)
    assert not list(stale.iterdir())
    with (tmp_path / "lock").open() as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    handle.close()


def test_what_is_no_lock_of_snakemake_stays(tmp_path):
    (elsewhere := tmp_path / "elsewhere").mkdir()
    (elsewhere / "0.input.lock").touch()
    (tmp_path / "locks").symlink_to(elsewhere)
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "package.lock").touch()
    for stale in ("locks", "others"):
        hold_folder(tmp_path / "lock", tmp_path / stale).close()
    assert (elsewhere / "0.input.lock").exists()
    assert (tmp_path / "others" / "package.lock").exists()


def test_a_second_job_of_the_same_log_says_so_and_leaves_it_alone(tmp_path, holder, capfd):
    log = tmp_path / "lock"
    log.write_text("of the first\n")
    with pytest.raises(SystemExit), job(log, name="train es", settings={}):
        pytest.fail("it ran")
    assert log.read_text() == "of the first\n"
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "a job of an earlier run still makes the same" in lines[0]
