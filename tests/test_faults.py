"""Kills and full disks, as a user meets them; tests/faults.py does more of it."""

import contextlib
import os
import random
import subprocess

import pytest
import torch

import faults
from checkout import Checkout
from unitrans.jobs.artifacts import write_tensors, write_text

TEACHER = "results/en/source_teacher/seed1/model.safetensors"
SOFT_LABELS = "results/es/soft_labels/source_teacher/seed1.safetensors"


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", str(folder))
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk needs the right to mount one")
    yield folder
    subprocess.run(("umount", "--lazy", str(folder)), check=True)


def fill(folder):
    """Leave no byte free; what to delete for there to be some."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as handle, contextlib.suppress(OSError):
        while True:
            handle.write(bytes(1 << 12))
    return path


@pytest.mark.parametrize(
    "write",
    [
        lambda path: write_text(path, "x" * 10_000),
        lambda path: write_tensors(path, {"x": torch.zeros(10_000)}, {}),
    ],
    ids=["text", "tensors"],
)
def test_a_full_disk_leaves_the_old_file_and_says_which(small_disk, write):
    path = small_disk / "out"
    write_text(path, "old")
    filler = fill(small_disk)
    with pytest.raises(OSError, match="No space left") as caught:
        write(path)
    assert caught.value.filename == str(path)
    assert path.read_text() == "old"
    assert {path.name for path in small_disk.iterdir()} == {"out", "filler"}
    filler.unlink()
    write(path)
    assert path.stat().st_size > 3


@pytest.mark.slow
def test_a_full_disk_is_one_line_and_the_next_run_succeeds(small_disk, tmp_path, tiny_encoder):
    run = tmp_path / "run"
    run.mkdir()
    checkout = Checkout(tmp_path, tiny_encoder)
    checkout.config["training"]["checkpoint_seconds"] = 0.01
    checkout.make("results/es/corpus/unlabelled.jsonl", "results/encoder/config.json")
    checkout.make("results/en/corpus/train.jsonl")
    # What a training, and what the soft labels, are written to.
    for name in ("checkpoints", "results/en/source_teacher", "results/es/soft_labels"):
        (small_disk / name).mkdir(parents=True)
        (tmp_path / name).symlink_to(small_disk / name)
    for target in (TEACHER, SOFT_LABELS):
        filler = fill(small_disk)
        result = checkout.run(target)
        assert result.returncode != 0
        lines = [line for line in result.stderr.splitlines() if line.startswith("ERROR [")]
        assert len(lines) == 1
        assert "the disk is full; free some space and run the same command again" in lines[0]
        assert "Traceback" not in result.stderr
        filler.unlink()
        checkout.make(target)


@pytest.mark.slow
def test_a_kill_changes_no_byte(tmp_path):
    random.seed(1)
    config = faults.write_config(tmp_path)
    faults.finish(config, tmp_path / "undisturbed", TEACHER)
    expected = faults.digests(tmp_path / "undisturbed")
    assert expected
    for whole in (True, False):
        run = tmp_path / f"whole-{whole}"
        faults.disturb(config, run, TEACHER, moment=8, whole=whole)
        assert faults.digests(run) == expected
