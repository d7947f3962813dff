"""Time and memory of every stage on corpora of growing size; cost must grow linearly.

    python benchmarks/scaling.py --sizes 1000 4000 16000

Each stage is its rule's own script, in a process of its own, with the settings of
config/config.yaml; trainings run one epoch. The corpora repeat the sample of English and Spanish.
In each copy after the first, one word of a sentence takes an ending that no other copy has, so
that no sentence is a duplicate and the vocabulary grows. Time is processor time, start-up included.
"""

import argparse
import json
import math
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import linear_regression
from threading import Timer
from types import SimpleNamespace
from typing import Any, NamedTuple

PROJECT = Path(__file__).parents[1]
SCRIPTS = PROJECT / "workflow" / "scripts"
SAMPLE = PROJECT / "resources" / "sample"
TEACHERS = ("source_teacher", "translated_teacher", "tuned_teacher")
MODELS = ("student", *TEACHERS)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SUBWORDS = 128  # a window's length, which the tiny encoder reads too
NOTABLE_EXPONENT = 1.1
NOTABLE_SECONDS = 0.5  # below, the time on top of the smallest size is noise


class Stage(NamedTuple):
    """What Snakemake gives a script.

    Attributes:
        name: What the table calls it.
        script: Its file in workflow/scripts, without the ending.
        inputs: Paths by name.
        outputs: Paths by name.
        params: Values by name.
    """

    name: str
    script: str
    inputs: dict[str, Any]
    outputs: dict[str, str]
    params: dict[str, Any]


class Cost(NamedTuple):
    """What a process took.

    Attributes:
        seconds: Processor time, user and system.
        megabytes: Memory at most.
        ended: Whether it came to its end, and was not stopped.
    """

    seconds: float
    megabytes: float
    ended: bool = True


def write_corpus(path: Path, sample: Path, sentences: int) -> None:
    """Repeat a sample in bracketed form, each copy with words of its own.

    Args:
        path: The file to write.
        sample: The file to repeat.
        sentences: How many.
    """
    lines = sample.read_text("utf-8").splitlines()
    with path.open("w", encoding="utf-8") as handle:
        for number in range(sentences):
            copy, place = divmod(number, len(lines))
            words = lines[place].split()
            plain = [at for at, word in enumerate(words) if word.isalpha()]
            if copy and plain:
                words[plain[copy % len(plain)]] += LETTERS[copy % 26] + LETTERS[copy // 26 % 26]
            elif copy:
                words.append(f"{copy}")
            handle.write(" ".join(words) + "\n")


def text_stages(config: Mapping[str, Any]) -> Iterator[Stage]:
    """The stages up to the projected corpus, word by word.

    Args:
        config: config/config.yaml, with ``encoder`` a folder.

    Yields:
        The stages, in an order in which they can run.
    """
    types = config["entity_types"]
    for language, split in (("en", "train"), ("es", "unlabelled"), ("es", "test")):
        yield Stage(
            f"ingest_corpus, {split}",
            "ingest_corpus",
            {"file": f"{language}.{split}.txt"},
            {
                "sentences": f"{language}/{split}.jsonl",
                "stats": f"{language}/{split}.stats.json",
            },
            {
                "corpus": {"format": "bracketed"},
                "entity_types": types,
                "language": language,
                "split": split,
            },
        )
    corpora = {"source": "en/train.jsonl", "pool": "es/unlabelled.jsonl"}
    yield Stage(
        "build_lexicon, induced",
        "build_lexicon",
        corpora | {"encoder": [f"{config['encoder']}/config.json"]},
        {"lexicon": "lexicon.tsv", "stats": "lexicon.stats.json"},
        {"dictionary": config["dictionary"], "source": "en", "threads": 1},
    )
    casing = {key: value for key, value in config["translation"].items() if key != "method"}
    yield Stage(
        "translate_words",
        "translate_words",
        corpora | {"lexicon": "lexicon.tsv"},
        {"translation": "translation.jsonl"},
        {"language": "es", "seed": 1, "shard": "1-of-1", "translation": casing},
    )
    yield Stage(
        "project_labels",
        "project_labels",
        {"translation": "translation.jsonl"},
        {"projection": "projection.jsonl", "stats": "projection.stats.json"},
        {"entity_types": types, "projection": config["projection"]},
    )


def sentence_stages(config: Mapping[str, Any]) -> Iterator[Stage]:
    """The stages of whole sentences, whose translations are those word by word.

    Args:
        config: config/config.yaml, with ``encoder`` a folder.

    Yields:
        The stages, in an order in which they can run.
    """
    encoder = [f"{config['encoder']}/config.json"]
    yield Stage(
        "translate_sentences, parallel",
        "translate_sentences",
        {"source": "en/train.jsonl", "parts": []},
        {"translation": "sentences.jsonl", "stats": "sentences.stats.json"},
        {
            "method": "parallel",
            "shards": "shards",
            "source_language": "en",
            "target_language": "es",
            "threads": 1,
            "translation": config["sentence_translation"] | {"path": "parallel.txt"},
        },
    )
    alignment = config["alignment"]
    yield Stage(
        "embed_source",
        "embed_source",
        {"source": "en/train.jsonl", "encoder": encoder},
        {"vectors": "vectors.safetensors"},
        {
            "threads": 1,
            "vectors": {
                key: alignment[key] for key in ("unit", "layer", "max_subwords", "precision")
            },
        },
    )
    yield Stage(
        "align_words",
        "align_words",
        {
            "translation": "sentences.jsonl",
            "links": [],
            "encoder": encoder,
            "source": "en/train.jsonl",
            "vectors": "vectors.safetensors",
        },
        {"alignments": "alignments.txt", "stats": "alignments.stats.json"},
        {"alignment": alignment, "shard": "1-of-1", "threads": 1},
    )
    yield Stage(
        "project_spans",
        "project_spans",
        {"translation": "sentences.jsonl", "alignments": "alignments.txt"},
        {"projection": "spans.jsonl", "stats": "spans.stats.json", "sample": "spans.txt"},
        {"entity_types": config["entity_types"], "projection": config["span_projection"]},
    )


def model_stages(config: Mapping[str, Any]) -> Iterator[Stage]:
    """One teacher, which stands for all three, and the student.

    Args:
        config: config/config.yaml, with ``encoder`` a folder.

    Yields:
        The stages, in an order in which they can run.
    """
    encoder = [f"{config['encoder']}/config.json"]
    common = {"seed": 1, "threads": 1, "processes": 1, "checkpoint": "c.safetensors"}
    yield Stage(
        "train_teacher",
        "train_teacher",
        {"corpus": "projection.jsonl", "encoder": encoder},
        {"model": "teacher/model.safetensors"},
        common
        | {
            "entity_types": config["entity_types"],
            "training": config["training"] | config["translated_teacher"] | {"epochs": 1},
        },
    )
    reading = {
        "max_subwords": config["training"]["max_subwords"],
        "precision": config["training"]["precision"],
        "threads": 1,
    }
    yield Stage(
        "predict_soft_labels",
        "predict_soft_labels",
        {
            "pool": "es/unlabelled.jsonl",
            "tagger": ["teacher/model.safetensors"],
            "encoder": encoder,
        },
        {"soft_labels": "soft_labels.safetensors"},
        reading | {"shard": "1-of-1"},
    )
    labels = ["soft_labels.safetensors"] * len(TEACHERS)
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
            "pool": "es/unlabelled.jsonl",
            "encoder": encoder,
            "start": ["teacher/config.json"],
            "soft_labels": labels,
            "votes": "votes.safetensors",
        },
        {"model": "student/model.safetensors", "tokenizer": "student/tokenizer.json"},
        common
        | {"language": "es", "settings": config["training"] | config["student"] | {"epochs": 1}},
    )
    yield Stage(
        "predict_tags",
        "predict_tags",
        {
            "gold": "es/test.jsonl",
            "tagger": ["student/model.safetensors"],
            "encoder": encoder,
        },
        {"predictions": "student.conll", "probabilities": "student.safetensors"},
        reading,
    )


def result_stages(config: Mapping[str, Any]) -> Iterator[Stage]:
    """What is made of predictions; those of the student stand for all models'.

    Args:
        config: config/config.yaml, with ``encoder`` a folder.

    Yields:
        The stages, in an order in which they can run.
    """
    types, scored = config["entity_types"], {"models": MODELS, "seeds": [1], "split": "test"}
    predictions = ["student.conll"] * len(MODELS)
    yield Stage(
        "score_language",
        "score_language",
        {
            "predictions": predictions,
            "corpora": ["es/test.stats.json"],
            "votes": ["votes.stats.json"],
        },
        {"f1": "f1.json"},
        scored
        | {
            "language": "es",
            "digest": "",
            "resamples": config["evaluation"]["resamples"],
        },
    )
    yield Stage(
        "diagnose_language",
        "diagnose_language",
        {
            "predictions": predictions,
            "probabilities": ["student.safetensors"] * len(MODELS),
            "pool": "es/unlabelled.jsonl",
            "source": "en/train.jsonl",
            "lexicon": "lexicon.tsv",
        },
        {"diagnostics": "diagnostics.json"},
        scored | {"entity_types": types, "language": "es"},
    )
    yield Stage(
        "show_errors",
        "show_errors",
        {"predictions": "student.conll"},
        {"page": "errors.html"},
        {"entity_types": types, "model": "student", "seed": 1, "target": "es"},
    )
    yield Stage(
        "show_translation",
        "show_translation",
        {
            "lexicon": "lexicon.tsv",
            "translation": "translation.jsonl",
            "projection": "projection.jsonl",
        },
        {"page": "translation.html"},
        {"sentences": 20, "source": "en", "target": "es", "words": 20},
    )
    yield Stage(
        "tag_text",
        "tag_text",
        {"text": "raw.txt", "student": ["student/config.json"]},
        {"conll": "raw.conll", "jsonl": "raw.jsonl"},
        {"language": "es", "precision": config["training"]["precision"], "threads": 1},
    )


def run_job(description: str) -> None:
    """Run a stage's script, as the process that Snakemake starts does.

    Args:
        description: A stage as JSON.
    """
    from snakemake.iocontainers import Namedlist

    stage = Stage(*json.loads(description))
    job = SimpleNamespace(
        rule=stage.script,
        wildcards=Namedlist(fromdict={"target": "es"}),
        input=Namedlist(fromdict=stage.inputs),
        output=Namedlist(fromdict=stage.outputs),
        params=Namedlist(fromdict=stage.params),
        log=[f"logs/{stage.name}.log"],
    )
    script = str(SCRIPTS / f"{stage.script}.py")
    runpy.run_path(script, init_globals={"snakemake": job}, run_name="__main__")


def measure(stage: Stage, folder: Path, *, limit: float = math.inf) -> Cost:
    """Run a stage in a process of its own.

    Args:
        stage: The stage.
        folder: The working directory, with what it reads.
        limit: Seconds by the clock after which it is stopped.

    Returns:
        What the process took.

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
        stop = Timer(limit, process.kill) if limit < math.inf else None
        if stop:
            stop.start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if stop:
            stop.cancel()
        if process.returncode and process.returncode != -signal.SIGKILL:
            console.seek(0)
            raise SystemExit(f"{stage.name}: {console.read()}")
    seconds = usage.ru_utime + usage.ru_stime
    return Cost(seconds, usage.ru_maxrss / 1024, not process.returncode)  # kilobytes on Linux


def measure_size(config: Mapping[str, Any], sentences: int) -> dict[str, Cost]:
    """Run all stages on corpora of one size.

    Args:
        config: config/config.yaml, with ``encoder`` a folder.
        sentences: Of each corpus: the source's, the pool and the gold sentences.

    Returns:
        What each stage took, by name.
    """
    costs = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for language, split, sample in (
            ("en", "train", "train"),
            ("es", "unlabelled", "train"),
            ("es", "test", "test"),
        ):
            path = folder / f"{language}.{split}.txt"
            write_corpus(path, SAMPLE / language / f"{sample}.txt", sentences)
        for part in (text_stages, sentence_stages, model_stages, result_stages):
            for stage in part(config):
                costs[stage.name] = measure(stage, folder)
                print(f"{sentences} {stage.name}: {costs[stage.name]}", file=sys.stderr)
            if part is text_stages:
                write_texts(folder)
    return costs


def write_texts(folder: Path) -> None:
    """Write what is read as a translator's output, and a raw text.

    Args:
        folder: The working directory.
    """
    for source, key, path in (
        ("translation.jsonl", "translation", "parallel.txt"),
        ("es/unlabelled.jsonl", "tokens", "raw.txt"),
    ):
        with (folder / source).open(encoding="utf-8") as lines:
            text = "".join(" ".join(json.loads(line)[key]) + "\n" for line in lines)
        (folder / path).write_text(text, encoding="utf-8")


def exponents(sizes: list[int], seconds: list[float]) -> tuple[float, float | None]:
    """Fit how time grows: the slope of its logarithm over that of the size.

    Args:
        sizes: Sentences, ascending.
        seconds: The times.

    Returns:
        The exponent of the whole time; and that of what comes on top of the smallest size, free
        of the start-up, or None where that is too little to tell.
    """
    slope, _ = linear_regression([math.log(x) for x in sizes], [math.log(x) for x in seconds])
    more = [
        (math.log(size - sizes[0]), math.log(spent - seconds[0]))
        for size, spent in zip(sizes, seconds, strict=True)
        if spent - seconds[0] > NOTABLE_SECONDS
    ]
    if len(more) < 2:
        return slope, None
    return slope, linear_regression(*zip(*more, strict=True)).slope


def print_table(costs: Mapping[int, Mapping[str, Cost]]) -> None:
    """Print seconds and memory of all stages, and which grow faster than linearly.

    Args:
        costs: For each size, ascending, what each stage took.
    """
    sizes = list(costs)
    print("| stage | " + " | ".join(f"{size:,}" for size in sizes) + " | exponent | on top |")
    print("| --- |" + " --- |" * (len(sizes) + 2))
    steep = []
    for name in costs[sizes[0]]:
        own = [costs[size][name] for size in sizes]
        whole, top = exponents(sizes, [cost.seconds for cost in own])
        cells = " | ".join(f"{cost.seconds:.1f} s, {cost.megabytes:,.0f} MB" for cost in own)
        print(f"| {name} | {cells} | {whole:.2f} | {'-' if top is None else f'{top:.2f}'} |")
        if max(whole, top or 0) > NOTABLE_EXPONENT:
            steep.append(name)
    print(f"above {NOTABLE_EXPONENT}: {', '.join(steep) or 'none'}")


def read_config(encoder: Path) -> dict[str, Any]:
    """Read config/config.yaml, and fit it to an encoder that may be tiny.

    Args:
        encoder: Its folder.

    Returns:
        The configuration, with ``encoder`` the folder.
    """
    import yaml

    config = yaml.safe_load((PROJECT / "config" / "config.yaml").read_text("utf-8"))
    layers = json.loads((encoder / "config.json").read_text("utf-8"))["num_hidden_layers"]
    training, alignment = config["training"], config["alignment"]
    training["freeze_layers"] = min(training["freeze_layers"], layers - 1)
    alignment["layer"] = min(alignment["layer"], layers)
    training["max_subwords"] = alignment["max_subwords"] = SUBWORDS
    return config | {"encoder": str(encoder)}


def main() -> None:
    """Measure all sizes and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", type=Path, help="checkpoint folder; default: a tiny one")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1000, 4000, 16000, 64000], metavar="N"
    )
    parser.add_argument("--job", help=argparse.SUPPRESS)  # a process of this benchmark
    options = parser.parse_args()
    if options.job:
        run_job(options.job)
        return
    if len(options.sizes) < 2:
        parser.error("--sizes: expected two or more")
    with tempfile.TemporaryDirectory() as folder:
        encoder = (options.encoder or Path(folder)).resolve()
        if options.encoder is None:
            subprocess.run(
                [sys.executable, PROJECT / "tests" / "tiny.py", folder],
                env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
                check=True,
            )
        config = read_config(encoder)
        print_table({size: measure_size(config, size) for size in sorted(options.sizes)})


if __name__ == "__main__":
    main()
