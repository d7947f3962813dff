"""Time and memory of the stages that read the pool, on pools of growing size.

    python benchmarks/pool.py --sizes 10000 100000 1000000 --encoder results/encoder

The source corpus stays as it is. The pool joins thirds of sentences of the sample, so that it has
as many different sentences as are wanted and no further words: what grows is due to the number of
sentences, not to a vocabulary. Each stage is its rule's own
script, in a process of its own with one thread. Trainings are measured for their first minutes.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scaling import SAMPLE, SCRIPTS, TEACHERS, Cost, Stage, read_config, run_job

PROJECT = Path(__file__).parents[1]


def write_pool(path: Path, sentences: int) -> None:
    """Write raw text, a sentence a line.

    Args:
        path: The file to write.
        sentences: How many, all different.
    """
    text = (SAMPLE / "es" / "train.txt").read_text("utf-8")
    lines = [
        [word.strip("]") for word in line.split() if word[0] != "["] for line in text.splitlines()
    ]
    lines = [line for line in dict.fromkeys(map(tuple, lines)) if len(line) > 7]
    count = len(lines)
    with path.open("w", encoding="utf-8") as handle:
        for number in range(sentences):
            first, place = lines[number % count], number // count
            second, third = (
                lines[(number + place) % count],
                lines[(number + place // count) % count],
            )
            words = [
                *first[: len(first) // 3],
                *second[len(second) // 3 : 2 * len(second) // 3],
                *third[2 * len(third) // 3 :],
            ]
            handle.write(" ".join(words) + "\n")


def stages(config: Mapping[str, Any]) -> Iterator[Stage]:
    """The stages that read the pool, after a teacher and a student that stand for all models.

    Args:
        config: config/config.yaml, with ``encoder`` a folder.

    Yields:
        The stages, in an order in which they can run.
    """
    encoder = [f"{config['encoder']}/config.json"]
    common = {"seed": 1, "threads": 1, "processes": 1, "checkpoint": "scratch/c.safetensors"}
    settings = {"epochs": 1, "checkpoint_seconds": 1e9}
    pool, labels = "es/unlabelled.jsonl", ["soft_labels.safetensors"] * len(TEACHERS)
    reading = {"precision": config["training"]["precision"], "threads": 1}
    yield Stage(
        "ingest_corpus",
        "ingest_corpus",
        {"file": "es.txt"},
        {"sentences": pool, "stats": "es/unlabelled.stats.json"},
        {
            "corpus": {"format": "text", "sentence_per_line": True},
            "entity_types": config["entity_types"],
            "language": "es",
            "split": "unlabelled",
        },
    )
    yield Stage(
        "build_lexicon",
        "build_lexicon",
        {"source": "en/train.jsonl", "pool": pool, "encoder": encoder},
        {"lexicon": "lexicon.tsv", "stats": "lexicon.stats.json"},
        {"dictionary": config["dictionary"], "source": "en", "threads": 1},
    )
    yield Stage(
        "predict_soft_labels",
        "predict_soft_labels",
        {"pool": pool, "tagger": ["teacher/model.safetensors"], "encoder": encoder},
        {"soft_labels": labels[0]},
        reading | {"max_subwords": config["training"]["max_subwords"], "shard": "1-of-1"},
    )
    yield Stage(
        "cast_votes",
        "cast_votes",
        {"soft_labels": labels},
        {"votes": "votes.safetensors", "stats": "votes.stats.json"},
        {},
    )
    yield Stage(
        "train_student",
        "train_student",
        {
            "pool": pool,
            "encoder": encoder,
            "start": ["teacher/config.json"],
            "soft_labels": labels,
            "votes": "votes.safetensors",
            "source": "en/train.jsonl",
        },
        {"model": "student/model.safetensors", "tokenizer": "student/tokenizer.json"},
        common | {"language": "es", "settings": config["training"] | config["student"] | settings},
    )
    yield Stage(
        "estimate_quality",
        "estimate_quality",
        {"pool": pool, "student": ["tagger/config.json"], "soft_labels": labels},
        {"quality": "quality.json"},
        reading | {"language": "es", "entity_types": config["entity_types"]},
    )
    yield Stage(
        "ask_questions",
        "ask_questions",
        {"pool": pool, "learned": labels[:1], "teachers": labels},
        {"table": "questions.tsv", "page": "questions.html"},
        {"questions": config["annotation"]["questions"], "target": "es"},
    )
    yield Stage(
        "compare_voters",
        "compare_voters",
        {"pool": pool, "soft_labels": labels},
        {"voters": "voters.json"},
        {"names": list(TEACHERS)},
    )


def first_stages(config: Mapping[str, Any]) -> Iterator[Stage]:
    """A teacher, and a student without a pool that tags as it does.

    Args:
        config: config/config.yaml, with ``encoder`` a folder.

    Yields:
        The stages, in an order in which they can run.
    """
    encoder = [f"{config['encoder']}/config.json"]
    yield Stage(
        "source corpus",
        "ingest_corpus",
        {"file": str(SAMPLE / "en" / "train.txt")},
        {"sentences": "en/train.jsonl", "stats": "en/train.stats.json"},
        {
            "corpus": {"format": "bracketed", "limit": 300},
            "entity_types": config["entity_types"],
            "language": "en",
            "split": "train",
        },
    )
    yield Stage(
        "train_teacher",
        "train_teacher",
        {"corpus": "en/train.jsonl", "encoder": encoder},
        {"model": "teacher/model.safetensors"},
        {
            "seed": 1,
            "threads": 1,
            "processes": 1,
            "checkpoint": "scratch/c.safetensors",
            "entity_types": config["entity_types"],
            "training": config["training"] | config["source_teacher"] | {"epochs": 1},
        },
    )


def measure(stage: Stage, folder: Path, seconds: float) -> tuple[Cost, bool]:
    """Run a stage in a process of its own, for so long at most.

    Args:
        stage: The stage.
        folder: The working directory, with what it reads.
        seconds: When it is ended.

    Returns:
        What the process took, and whether it came to its end.

    Raises:
        SystemExit: The stage failed; the console says why.
    """
    environment = os.environ | {"PYTHONPATH": str(SCRIPTS), "OMP_WAIT_POLICY": "PASSIVE"}
    with (folder / "console.txt").open("w+", encoding="utf-8") as console:
        process = subprocess.Popen(
            [sys.executable, __file__, "--job", json.dumps(stage)],
            cwd=folder,
            env=environment,
            stderr=console,
        )
        end, status, usage = time.monotonic() + seconds, 0, None
        while usage is None:
            done, status, spent = os.wait4(process.pid, os.WNOHANG)
            if done:
                usage = spent
            elif time.monotonic() > end:
                process.send_signal(signal.SIGKILL)
            time.sleep(0.05)
        process.returncode = os.waitstatus_to_exitcode(status)
        ended = process.returncode == 0
        if not ended and process.returncode != -signal.SIGKILL:
            console.seek(0)
            raise SystemExit(f"{stage.name}: {console.read()}")
    # Memory in kilobytes on Linux.
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), ended


def main() -> None:
    """Measure all sizes and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", type=Path, help="checkpoint folder; default: a tiny one")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], metavar="N"
    )
    parser.add_argument("--only", nargs="+", metavar="STAGE", help="these stages and no others")
    parser.add_argument("--training-minutes", type=float, default=10, metavar="M")
    parser.add_argument("--job", help=argparse.SUPPRESS)  # a process of this benchmark
    options = parser.parse_args()
    if options.job:
        run_job(options.job)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        encoder = (options.encoder or folder / "encoder").resolve()
        if options.encoder is None:
            subprocess.run(
                [sys.executable, PROJECT / "tests" / "tiny.py", encoder],
                env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
                check=True,
            )
        config = read_config(encoder)
        for stage in first_stages(config):
            measure(stage, folder, float("inf"))
        make_tagger(folder, encoder)
        print("| stage | sentences | time | peak |\n| --- | --- | --- | --- |")
        for size in options.sizes:
            write_pool(folder / "es.txt", size)
            for stage in stages(config):
                if options.only and stage.name not in options.only:
                    continue
                training = stage.name == "train_student"
                limit = 60 * options.training_minutes if training else float("inf")
                cost, ended = measure(stage, folder, limit)
                rest = "" if ended else " (not to its end)"
                time_spent = f"{cost.seconds:,.1f} s{rest}"
                print(
                    f"| {stage.name} | {size:,} | {time_spent} | {cost.megabytes:,.0f} MB |",
                    flush=True,
                )


def make_tagger(folder: Path, encoder: Path) -> None:
    """Make a student's folder of the teacher's, for the stages that read a student.

    Args:
        folder: The working directory, with the teacher.
        encoder: The encoder's folder.
    """
    code = (
        "import sys\n"
        "from unitrans.taggers.model import load_tagger, write_tagger\n"
        "model, _ = load_tagger('teacher', sys.argv[1])\n"
        "model.config.unitrans = {'language': 'es', 'max_subwords': 128}\n"
        "write_tagger(model, sys.argv[1], 'tagger', whole=True)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(SCRIPTS)}
    command = [sys.executable, "-c", code, str(encoder)]
    subprocess.run(command, cwd=folder, env=environment, check=True)


if __name__ == "__main__":
    main()
