"""Time and memory of the stages that read the pool, on pools of growing size.

    python benchmarks/pool.py --sizes 10000 100000 1000000 --encoder results/encoder

The source corpus stays as it is. The pool joins fifths of sentences of the sample, so that it has
as many different sentences as are wanted and no further words: what grows is due to the number of
sentences, not to a vocabulary. Each stage is its rule's own
script, in a process of its own with one thread. Trainings are measured for their first minutes.
"""

import argparse
import math
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scaling import (
    SAMPLE,
    SCRIPTS,
    SUBWORDS,
    TEACHERS,
    Stage,
    measure,
    model_stages,
    read_config,
    text_stages,
)

PROJECT = Path(__file__).parents[1]
PREDICTION, TRAINING = "predict_soft_labels", "train_student"
PARTS, SEED = 5, 1


def write_pool(path: Path, sentences: int) -> None:
    """Write raw text, a sentence a line.

    Args:
        path: The file to write.
        sentences: How many; of 100,000 none stands twice, and 89 are near duplicates.
    """
    text = (SAMPLE / "es" / "train.txt").read_text("utf-8")
    lines = [
        [word.strip("]") for word in line.split() if word[0] != "["] for line in text.splitlines()
    ]
    lines = [line for line in dict.fromkeys(map(tuple, lines)) if len(line) > 7]
    draw = random.Random(SEED)
    with path.open("w", encoding="utf-8") as handle:
        for _ in range(sentences):
            parts = enumerate(draw.choices(lines, k=PARTS))
            words = [
                word
                for part, line in parts
                for word in line[part * len(line) // PARTS : (part + 1) * len(line) // PARTS]
            ]
            handle.write(" ".join(words) + "\n")


def stages(config: Mapping[str, Any]) -> Iterator[Stage]:
    """The stages that read the pool, with a teacher and a student that stand for all models.

    Args:
        config: config/config.yaml, with ``encoder`` a folder.

    Yields:
        The stages, in an order in which they can run.
    """
    known = {one.name: one for part in (text_stages, model_stages) for one in part(config)}
    ingest, predict, train = (
        known[name] for name in ("ingest_corpus, unlabelled", PREDICTION, TRAINING)
    )
    corpus = {"format": "text", "sentence_per_line": True}
    yield ingest._replace(params=ingest.params | {"corpus": corpus})
    yield known["build_lexicon, induced"]
    yield predict
    yield known["cast_votes"]
    yield train._replace(inputs=train.inputs | {"source": "en/train.jsonl"})
    pool, labels = predict.inputs["pool"], train.inputs["soft_labels"]
    yield Stage(
        "estimate_quality",
        "estimate_quality",
        {"pool": pool, "student": ["tagger/config.json"], "soft_labels": labels},
        {"quality": "quality.json"},
        {
            "language": "es",
            "entity_types": config["entity_types"],
            "precision": config["training"]["precision"],
            "threads": 1,
        },
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


def make_teacher(config: Mapping[str, Any], folder: Path) -> None:
    """Train a teacher on a few source sentences, and make a student's folder of it as well.

    Args:
        config: config/config.yaml, with ``encoder`` a folder.
        folder: The working directory.
    """
    source = next(text_stages(config))
    corpus = {"format": "bracketed", "limit": 300}
    inputs = {"file": str(SAMPLE / "en" / "train.txt")}
    measure(source._replace(inputs=inputs, params=source.params | {"corpus": corpus}), folder)
    teacher = next(model_stages(config))
    measure(teacher._replace(inputs=teacher.inputs | {"corpus": "en/train.jsonl"}), folder)
    code = (
        "import sys\n"
        "from unitrans.taggers.model import load_tagger, write_tagger\n"
        "model, _ = load_tagger('teacher', sys.argv[1])\n"
        f"model.config.unitrans = {{'language': 'es', 'max_subwords': {SUBWORDS}}}\n"
        "write_tagger(model, sys.argv[1], 'tagger', whole=True)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(SCRIPTS)}
    command = [sys.executable, "-c", code, config["encoder"]]
    subprocess.run(command, cwd=folder, env=environment, check=True)


def main() -> None:
    """Measure all sizes and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", type=Path, help="checkpoint folder; default: a tiny one")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], metavar="N"
    )
    parser.add_argument("--only", nargs="+", metavar="STAGE", help="these stages and no others")
    parser.add_argument("--training-minutes", type=float, default=10, metavar="M")
    options = parser.parse_args()
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
        make_teacher(config, folder)
        print("| stage | sentences | time | peak |\n| --- | --- | --- | --- |")
        for size in options.sizes:
            write_pool(folder / "es.unlabelled.txt", size)
            for stage in stages(config):
                if options.only and stage.script not in options.only:
                    continue
                limit = 60 * options.training_minutes if stage.name == TRAINING else math.inf
                cost = measure(stage, folder, limit=limit)
                spent = f"{cost.seconds:,.1f} s{'' if cost.ended else ' (not to its end)'}"
                print(
                    f"| {stage.script} | {size:,} | {spent} | {cost.megabytes:,.0f} MB |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
