import subprocess
import sys

import pytest
from snakemake.iocontainers import Namedlist

from checkout import PROJECT
from unitrans.plan.resources import corpus_memory, memory, physical_memory, runtime


def test_memory_grows_with_input_and_with_each_attempt(tmp_path):
    file = tmp_path / "x"
    file.write_bytes(b"0" * 2_000_000)
    ask = memory(100, 7)
    assert ask(None, input=[file], attempt=1) == 114
    assert ask(None, input=[file], attempt=3) == 342


def test_a_file_that_is_not_there_yet_counts_for_nothing(tmp_path):
    assert memory(100, 7)(None, input=[tmp_path / "none"], attempt=1) == 100


def test_what_stays_on_disk_counts_for_nothing(tmp_path):
    for name, size in (("a", 1), ("b", 2), ("c", 4)):
        (tmp_path / name).write_bytes(b"0" * size * 1_000_000)
    files = {name: str(tmp_path / name) for name in "abc"}
    named = Namedlist(fromdict={"pool": files["a"], "encoder": [files["b"], files["c"]]})
    assert memory(100, 10, of=["encoder"])(None, input=named, attempt=1) == 160
    assert memory(100, 10, of=["pool", "start"])(None, input=named, attempt=1) == 110


def test_a_pool_is_not_held_and_labelled_sentences_are(tmp_path):
    (tmp_path / "a").write_bytes(b"0" * 10_000_000)
    for split, expected in (("train", 700), ("unlabelled", 520), (None, 700)):
        wildcards = Namedlist(fromdict={"split": split} if split else {"target": "es"})
        assert corpus_memory(wildcards, [tmp_path / "a"], attempt=1) == expected


def test_time_grows_with_each_attempt():
    assert runtime(30)(None, attempt=2) == 60


@pytest.mark.parametrize(("options", "limit"), [([], physical_memory()), (["mem_mb=600"], 600)])
def test_jobs_share_the_memory_that_there_is_and_one_may_ask_for_more(tmp_path, options, limit):
    command = [sys.executable, "-m", "snakemake", "results/es/corpus/dev.jsonl"]
    command += ["--cores", "2", "--directory", tmp_path]
    command += ["--set-resources", "ingest_corpus:mem_mb=99999999"]
    command += ["--resources", *options] if options else []
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert f'mem_mb=Resource("mem_mb", {limit})' in result.stderr
    assert (tmp_path / "results" / "es" / "corpus" / "dev.jsonl").exists()
