"""The workflow on a real Slurm: one node on the loopback interface, started for this test."""

import os
import shutil
import subprocess
import sys
import time

import pytest
import yaml

from checkout import PROJECT, Checkout

SERVER = PROJECT / "tests" / "slurm.sh"
TOOLS = ("slurmctld", "slurmd", "munged", "sbatch", "squeue", "scancel")
TRAININGS = (
    "train_source_teacher",
    "train_translated_teacher",
    "train_tuned_teacher",
    "train_student",
)
MINUTES = 10


def call(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    missing = [tool for tool in TOOLS if shutil.which(tool, path="/usr/sbin:/usr/bin") is None]
    if missing:
        pytest.skip(f"no {missing[0]}; install slurmctld, slurmd, slurm-client and munge")
    if os.geteuid():
        pytest.skip("Slurm's daemons are started by root only")
    folder = tmp_path_factory.mktemp("slurm")
    started = call(str(SERVER), "up", str(folder))
    if started.returncode:
        call(str(SERVER), "down", str(folder))
        pytest.skip(f"Slurm does not start: {' '.join(started.stderr.split())[:300]}")
    yield folder
    call(str(SERVER), "down", str(folder))


class Run:
    """Snakemake with the profile, in the background, and what Slurm says of its jobs."""

    def __init__(self, checkout, *arguments):
        file = checkout.folder / "config" / "tiny.yaml"
        file.write_text(yaml.safe_dump(checkout.config))
        self.output = checkout.folder / "output"
        command = [sys.executable, "-m", "snakemake", *arguments, "--profile", "profiles/slurm"]
        # A test's files are on this machine and its jobs short: nothing to wait for.
        command += ["--slurm-init-seconds-before-status-checks", "1", "--latency-wait", "5"]
        with self.output.open("w") as handle:
            self.process = subprocess.Popen(
                [*command, "--configfile", str(file)],
                cwd=checkout.folder,
                stdout=handle,
                stderr=handle,
            )

    def jobs(self):
        """Number, state, and what it makes, of every job that Slurm remembers."""
        lines = call("squeue", "--states=all", "--noheader", "--format=%i %T %k").stdout
        return [line.split(maxsplit=2) for line in lines.splitlines()]

    def wait_for(self, happened):
        end = time.monotonic() + 60 * MINUTES
        while not (result := happened()):
            assert self.process.poll() is None, self.output.read_text("utf-8")[-3000:]
            assert time.monotonic() < end, self.output.read_text("utf-8")[-3000:]
            time.sleep(0.3)
        return result

    def training(self, folder, rule, checkpoint):
        """The number of a job that has run so far that it left a checkpoint."""

        def job():
            running = [
                number for number, state, what in self.jobs() if state == "RUNNING" and rule in what
            ]
            return running and (folder / checkpoint).exists() and running[0]

        return self.wait_for(job)

    def finish(self):
        try:
            code = self.process.wait(60 * MINUTES)
        finally:
            self.process.kill()
        assert code == 0, self.output.read_text("utf-8")[-3000:]


@pytest.mark.slow
def test_a_run_survives_what_a_cluster_does_to_jobs(slurm, tmp_path, tiny_encoder):
    checkout = Checkout(tmp_path, tiny_encoder)
    checkout.config["targets"] = ["es"]
    checkout.config["training"]["checkpoint_seconds"] = 0.2
    for model in ("source_teacher", "translated_teacher"):
        checkout.config[model]["epochs"] = 300
    # What comes before the trainings is made here, since each of Slurm's jobs takes a while.
    checkout.make("results/es/projection.jsonl", "results/encoder/config.json")
    run = Run(checkout, "results/es/student/seed1/model.safetensors")

    checkpoint = "checkpoints/source_teacher/1.safetensors"
    cancelled = run.training(tmp_path, "train_source_teacher", checkpoint)
    call("scancel", cancelled)

    node = call("hostname", "-s").stdout.strip()
    checkpoint = "checkpoints/translated_teacher/es.1.safetensors"
    lost = run.training(tmp_path, "train_translated_teacher", checkpoint)
    # A drained node finishes its jobs and gets no new ones; one that is down loses them.
    for state in ("drain", "down", "resume"):
        update = ("scontrol", "update", f"nodename={node}", f"state={state}", "reason=test")
        assert call(*update).returncode == 0
    # Slurm starts what it lost again, after two minutes.
    run.finish()

    states = {number: state for number, state, _ in run.jobs()}
    assert states[cancelled] == "CANCELLED"
    made = " ".join(what for _, state, what in run.jobs() if state == "COMPLETED")
    assert {rule for rule in TRAININGS if rule in made} == set(TRAININGS)
    logs = [
        (tmp_path / "logs" / name).read_text("utf-8")
        for name in ("train_source_teacher/1.log", "train_translated_teacher/es.1.log")
    ]
    assert all("going on from update" in log for log in logs)
    assert lost in states
