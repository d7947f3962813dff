"""Mutate inputs at random, and see that each is read or refused in one line.

python tests/hostile/mutate.py --count 20000 --seed 1

Prints what else came of a mutation, with the seed that makes it again, and ends with 1.
"""

import argparse
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

import yaml
from snakemake.utils import update_config

sys.path.insert(0, str(Path(__file__).parent))

from test_configurations import DEFAULTS, PROJECT
from test_corpora import TYPES
from test_texts import (
    dictionary,
    line,
    links,
    parallel,
    parallel_by_id,
    read_predictions,
    teacher,
    translation,
    vectors,
)

from unitrans.corpora.ingest import CorpusSettings, ingest
from unitrans.errors import InputError
from unitrans.jobs.artifacts import read_tensors, write_tensors
from unitrans.jobs.files import read_json
from unitrans.plan.checks import check_config
from unitrans.plan.files import check_files
from unitrans.translation.dictionary import read_lexicon

SECONDS = 5.0  # no input of a few kilobytes may take longer
PIECES = [
    *(b"\0", b"\r", b"\n", b"\n\n", b"\t", b" ", b'"', b"'", b"{", b"}", b"[", b"]", b"<", b">"),
    *(b",", b":", b"#", b"# x\n", b"-", b"\\ud83d", b"\\", b"\xff", b"\xc3", b"O", b"B-PER", b"I-"),
    *(b"null", b"NaN", b"1e999", b"9" * 5000, b"[" * 3000, b"true", b"~", b"&a", b"*a", b"!!x"),
    *(m.encode() for m in "\ufeff\u200b\u061c\u2028\u0085\u00a0\u0301\u3000"),
]


def corpus(split, **settings):
    """A reader of one split."""

    def read(path):
        ingest(
            CorpusSettings(path=str(path), **settings),
            split=split,
            language="es",
            entity_types=TYPES,
            sentences_path=path.with_name("out.jsonl"),
            stats_path=path.with_name("out.json"),
        )

    return read


def configuration(path):
    """A reader of a configuration, as Snakemake and the workflow read it."""
    try:
        own = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        own = None  # Snakemake's own to say
    config = json.loads(json.dumps(DEFAULTS))
    if isinstance(own, dict):
        update_config(config, own)
    check_files([PROJECT / "config" / "config.yaml", path])
    check_config(config, PROJECT)


def tensors():
    """A small safetensors file."""
    import torch

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x")
        write_tensors(path, {"a": torch.ones(3, 4)}, {"tags": '["O"]'})
        return path.read_bytes()


COLUMNS = "0\tAna\tB-PER\n1\tva\tO\n2\ta\tO\n3\tOslo\tB-LOC\n\n0\tYa\tO\n1\tno\tO\n" * 3
BRACKETS = "Ana vio a [PER Luis Gil] en [LOC Lugo] .\nNada más .\n" * 4
TEXT = "Ana vio a Luis en Lugo. ¡Qué día! El 3. de mayo.\n\nNada más que decir.\n" * 3
SENTENCE = line(id="a", tokens=["Ana", "va"], tags=["B-PER", "O"], translation=["Ana", "goes"])
SEEDS = {
    "columns": (corpus("train"), COLUMNS),
    "columns of a pool": (corpus("unlabelled"), COLUMNS),
    "columns in Latin-1": (corpus("test", encoding="latin-1"), COLUMNS),
    "CoNLL-U": (
        corpus("dev", format="conllu"),
        "# sent_id = a\n" + "".join(f"{n}\tw{n}" + "\t_" * 7 + "\tname=O\n" for n in (1, 2, 3)),
    ),
    "brackets": (corpus("train"), BRACKETS),
    "brackets of a pool": (corpus("unlabelled", format="bracketed"), BRACKETS),
    "text": (corpus("unlabelled"), TEXT),
    "JSON lines": (corpus("train"), SENTENCE * 3),
    "dictionary": (dictionary, "house\tcasa\t0.5\ncity\tciudad\t1\n"),
    "lexicon": (read_lexicon, "city\tciudad\t1.0\nhouse\tcasa\t0.5\n"),
    "vectors": (vectors, "2 3\na 1 2 3\nb 4 5 6\n"),
    "translations": (parallel, "Ana va\nYa\n"),
    "translations by id": (parallel_by_id, "a\tAna va\nb\tYa\n"),
    "links": (links, "0-0 1-1\n0-0\n"),
    "teacher": (teacher, line(id="a", tags=["B-PER", "O"]) + line(id="b", tags=["O"])),
    "translated sentences": (translation, SENTENCE),
    "predictions": (read_predictions, "Ana B-PER B-PER\nva O O\n\n"),
    "JSON": (read_json, SENTENCE),
    "tensors": (lambda path: read_tensors(path), None),
    "configuration": (
        configuration,
        "targets: [es, de]\nseeds: [1, 2]\nstudent: {epochs: 3, voters: [first_round]}\n"
        "corpora:\n  es:\n    limit: {unlabelled: 30}\noverrides:\n  es: {dictionary: {depth: 0.5}}\n",
    ),
}


def mutated(data, chance):
    """Change some bytes: put pieces in, take pieces out, double, swap and flip."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randint(0, len(data))
        end = min(len(data), place + chance.randint(1, 20))
        way = chance.randint(0, 5)
        if way == 0:
            data[place:place] = chance.choice(PIECES)
        elif way == 1:
            data[place:end] = chance.choice(PIECES)
        elif way == 2:
            del data[place:end]
        elif way == 3:
            data[place:place] = data[place:end]
        elif way == 4 and place < len(data):
            data[place] ^= 1 << chance.randint(0, 7)
        else:
            lines = bytes(data).split(b"\n")
            chance.shuffle(lines)
            data = bytearray(b"\n".join(lines))
    return bytes(data)


def attempt(name, number, seed, folder):
    """Read one mutation; give what came of it, and what went wrong, if anything."""
    read, content = SEEDS[name]
    data = tensors() if content is None else content.encode()
    path = folder / "f"
    path.write_bytes(mutated(data, random.Random(f"{seed} {name} {number}")))
    began = time.perf_counter()
    try:
        read(path)
    except InputError as error:
        text = str(error)
        if "\n" in text or "found" not in text:
            return "refused", f"not one line that says what was found: {text!r}"
        outcome = "refused"
    except Exception:
        return "failed", traceback.format_exc()
    else:
        outcome = "read"
    took = time.perf_counter() - began
    return outcome, f"{took:.1f} s" if took > SECONDS else None


def run(count, seed):
    """Read so many mutations of all inputs; give the counts and the faults."""
    outcomes, faults = Counter(), []
    names = list(SEEDS)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            name = names[number % len(names)]
            outcome, fault = attempt(name, number, seed, Path(folder))
            outcomes[outcome] += 1
            if fault:
                faults.append(f"{name}, number {number}, seed {seed}: {fault}")
    return outcomes, faults


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts, found = run(options.count, options.seed)
    print(*found, sep="\n")
    print(dict(counts), f"faults: {len(found)}")
    sys.exit(bool(found))
