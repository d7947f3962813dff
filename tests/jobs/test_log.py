import errno
import io
import logging
import sys

import pytest

from unitrans.errors import InputError
from unitrans.jobs.log import LOGGER, duration, failure, failures, job, progress


def run_job(tmp_path, body):
    log = tmp_path / "logs" / "job.log"
    with job(log, name="ingest es", settings={"seed": 1}):
        body()
    return log


def fails(error):
    def body():
        print("half a line")
        raise error

    return body


def test_the_log_has_settings_messages_and_prints(tmp_path, capfd):
    def body():
        LOGGER.info("read 3 sentences")
        LOGGER.debug("a detail")
        print("a library's chatter")

    text = run_job(tmp_path, body).read_text("utf-8")
    for part in (
        "setting seed: 1",
        "read 3 sentences",
        "a detail",
        "chatter",
        "done",
        "'python': ",
    ):
        assert part in text
    console = capfd.readouterr().err
    assert "[ingest es] read 3 sentences" in console
    assert "detail" not in console
    assert "chatter" not in console


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InputError.at("a.txt", 3, found="x", expected="y"), "a.txt:3: found x; expected y"),
        (OSError(errno.ENOSPC, "No space", "out"), "out: the disk is full; free some space"),
        (MemoryError(), "out of memory; lower the batch size"),
        (KeyError("tokens"), "KeyError: 'tokens'"),
    ],
    ids=["input", "disk", "memory", "defect"],
)
def test_a_failed_job_says_one_line_and_exits(tmp_path, capfd, error, message):
    with pytest.raises(SystemExit) as caught:
        run_job(tmp_path, fails(error))
    assert caught.value.code == 1
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"ERROR [ingest es] {message}")
    assert lines[0].endswith("job.log)")
    assert f"ERROR {message}" in (tmp_path / "logs" / "job.log").read_text("utf-8")


def test_a_defect_leaves_its_traceback_in_the_log(tmp_path):
    with pytest.raises(SystemExit):
        run_job(tmp_path, fails(KeyError("tokens")))
    text = (tmp_path / "logs" / "job.log").read_text("utf-8")
    assert "Traceback" in text
    assert "half a line" in text


def test_warnings_go_to_the_log(tmp_path):
    log = run_job(tmp_path, lambda: logging.getLogger("py.warnings").warning("beware"))
    assert "beware" in log.read_text("utf-8")


def test_progress_says_how_far_and_how_fast(tmp_path):
    def body():
        assert list(progress(range(4), total=4, unit="updates")) == [0, 1, 2, 3]

    text = run_job(tmp_path, body).read_text("utf-8")
    assert "100% 4/4 updates" in text
    assert "updates/s" in text


def test_what_failed_jobs_said_is_found_in_the_log_of_a_run():
    text = (
        "ERROR [train es] x: found y (log: z)\nRule failed\n"
        "2026 INFO fine\nERROR x: found y\n====\nERROR x: found y\n  ERROR other: full\n"
    )
    assert failures(text) == ["ERROR x: found y", "ERROR other: full"]
    text = "Logfile logs/train/es.log:\n====\nINFO fine\nERROR x: found y\n====\nERROR x: found y\n"
    assert failures(text) == ["ERROR x: found y (log: logs/train/es.log)"]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("RuleException: ... died with <Signals.SIGKILL: 9>.", "--resources mem_mb=8000"),
        ("SLURM-job '7' failed, SLURM status is: 'OUT_OF_MEMORY'. Reason: x.", "--retries 4"),
        ("SLURM-job '7' failed, SLURM status is: 'TIMEOUT'. Reason: x.", "a training goes on"),
    ],
)
def test_a_job_that_was_ended_from_outside_has_a_reason_too(text, advice):
    (reason,) = failures(f"ERROR x: full\n{text}\n{text}\n")[1:]
    assert advice in reason


def test_a_full_disk_is_told_however_it_is_said():
    class ForeignError(Exception):
        pass

    foreign = ForeignError("I/O error: No space left on device (os error 28)")
    said = failure(foreign, "prepare_encoder")
    assert said.startswith("prepare_encoder: the disk is full")
    assert failure(OSError(28, "No space left", "x"), "job").startswith("x: the disk is full")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_redraws_the_progress_and_ends_with_one_line(tmp_path, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    def body():
        list(progress(range(2), total=2, unit="updates"))
        LOGGER.warning("a label is odd")
        LOGGER.info("loss 0.1")

    log = run_job(tmp_path, body)
    shown = terminal.getvalue()
    assert "\r\x1b[K[ingest es] 100% 2/2 updates" in shown
    # What stays when all redrawn lines are gone:
    lines = [line.split("\x1b[K")[-1] for line in shown.rstrip("\n").split("\n")]
    assert lines == ["[ingest es] a label is odd", "[ingest es] loss 0.1 (0 s)"]
    assert "100% 2/2 updates" in log.read_text("utf-8")


def test_a_console_that_cannot_redraw_has_no_line_for_a_short_job(tmp_path, capfd):
    run_job(tmp_path, lambda: list(progress(range(2), total=2, unit="updates")))
    assert capfd.readouterr().err == "[ingest es] done (0 s)\n"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (221, "3 min 41 s"), (7629, "2 h 07 min")],
)
def test_a_time_is_said_as_people_say_it(seconds, said):
    assert duration(seconds) == said
