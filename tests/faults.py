"""Kill the tiny pipeline at random moments, and compare what comes of it in the end.

python tests/faults.py --runs 25 --jobs 5

--runs: the whole run, Snakemake and its jobs, is killed (SIGKILL) at a random moment.
--jobs: a single job is killed at a random moment, and Snakemake lives on.
One plain rerun follows each kill; it must give the bytes of a run that nobody disturbed.
"""

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from tiny import make_encoder

PROJECT = Path(__file__).parents[1]
TARGET = "results/es/f1.json"


def write_config(folder):
    """Every stage in a few seconds, with many checkpoints."""
    config = {
        "targets": ["es"],
        "seeds": [1],
        "encoder": {"name": str(make_encoder(folder / "encoder"))},
        "corpora": {
            language: {"limit": {"train": 60, "unlabelled": 40}} for language in ("en", "es")
        },
        "dictionary": {"minimum_score": -1.0},
        "training": {
            "precision": "float32",
            "freeze_layers": 0,
            "max_subwords": 128,
            "checkpoint_seconds": 0.2,
        },
        "evaluation": {"resamples": 100},
    }
    for model in ("source_teacher", "translated_teacher", "tuned_teacher", "student"):
        config[model] = {"epochs": 20, "learning_rate": 1.0e-3, "head_learning_rate": 1.0e-2}
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


def start(config, folder, target):
    """Snakemake in the background, in a process group of its own."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "snakemake", target, "--cores", "2"]
    with (folder / "output").open("a") as output:
        return subprocess.Popen(
            [*command, "--configfile", str(config), "--directory", str(folder)],
            cwd=PROJECT,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def finish(config, folder, target=TARGET):
    """A run to the end."""
    assert start(config, folder, target).wait() == 0, (folder / "output").read_text("utf-8")[-3000:]


def digests(folder):
    """Of every artifact, and of whatever else lies beside it."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "results").rglob("*"))
        if path.is_file() and path.name != ".snakemake_timestamp"
    }


def jobs_of(process):
    """The scripts that a run is at, by process number."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "-g", str(process.pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    return [int(line.split()[0]) for line in listed if "/.snakemake/scripts/" in line]


def disturb(config, folder, target=TARGET, *, moment, whole):
    """Start a run, kill it or one of its jobs, and run again.

    Returns what was killed: the number of artifacts that there were.
    """
    process = start(config, folder, target)
    end = time.monotonic() + moment
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    if whole:
        if process.poll() is None:  # it may have ended before the moment came
            os.killpg(process.pid, signal.SIGKILL)
    else:
        while process.poll() is None and not (jobs := jobs_of(process)):
            time.sleep(0.05)
        if process.poll() is None:
            os.kill(random.choice(jobs), signal.SIGKILL)
    process.wait()
    made = len(digests(folder))
    finish(config, folder, target)
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--jobs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = write_config(folder)
        began = time.monotonic()
        finish(config, folder / "undisturbed")
        seconds = time.monotonic() - began
        expected = digests(folder / "undisturbed")
        print(f"undisturbed: {seconds:.0f} s, {len(expected)} files", flush=True)
        equal = 0
        kinds = [True] * arguments.runs + [False] * arguments.jobs
        for number, whole in enumerate(kinds, 1):
            moment = random.uniform(0, seconds)
            run = folder / f"run{number}"
            made = disturb(config, run, moment=moment, whole=whole)
            found = digests(run)
            different = sorted(
                key for key in {*expected, *found} if expected.get(key) != found.get(key)
            )
            equal += not different
            what = "the run" if whole else "a job"
            print(
                f"{number}: {what} killed after {moment:.1f} s with {made} files: "
                f"{different or 'equal'}",
                flush=True,
            )
        print(f"{equal} of {len(kinds)} equal")
        raise SystemExit(equal != len(kinds))


if __name__ == "__main__":
    main()
