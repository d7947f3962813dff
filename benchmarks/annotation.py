"""What answers about names and corrected sentences are worth, simulated on pools with gold labels.

    python benchmarks/annotation.py config/conll.yaml es nl --runs runs/annotation --cores 2

A finished run is asked for its questions and for its sentences to correct; the pool's own gold
labels answer in a person's place; and the student is made again with what was said. Nothing else
is trained again. An answer is the type that four of five of the name's occurrences have on their
own, else `depends`; of the wrong ones every tenth is another type. Every setting is a line of
annotation.tsv below --runs: stopped, the command goes on with those that are missing. Options
after ``--`` go to Snakemake.
"""

import argparse
import csv
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import yaml

from unitrans.corpora.sentences import Sentence, read_sentences, write_sentences
from unitrans.corpora.tags import OUTSIDE, entities
from unitrans.distillation.answers import ANSWER, DEPENDS, NAME, Name

PROJECT = Path(__file__).parents[1]
SETTINGS = {
    "nothing": {},
    "10 answers": {"answers": 10},
    "30 answers": {"answers": 30},
    "30 answers, 3 wrong": {"answers": 30, "wrong": 10},
    "100 answers": {"answers": 100},
    "100 chosen": {"chosen": 100},
    "100 random": {"random": 100},
    "200 random": {"random": 200},
    "30 answers, 100 chosen": {"answers": 30, "chosen": 100},
}
CONSISTENT = 0.8
SEED = 5


def main() -> None:
    """Make every setting that is missing, and print a line for each."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("config", type=Path)
    command.add_argument("targets", nargs="+")
    command.add_argument("--runs", type=Path, default=Path("runs/annotation"))
    command.add_argument("--cores", type=int, default=2)
    command.add_argument("--settings", nargs="+", choices=SETTINGS, default=[*SETTINGS])
    given, rest = sys.argv[1:], []
    if "--" in given:
        given, rest = given[: given.index("--")], given[given.index("--") + 1 :]
    options = command.parse_args(given)
    folder = (options.runs / options.config.stem).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    table = options.runs / "annotation.tsv"
    done = {tuple(row[:3]) for row in rows_of(table)}
    for target in options.targets:
        run = Run(options.config, folder, target, ["--cores", str(options.cores), *rest])
        for name in options.settings:
            if (options.config.stem, target, name) in done:
                continue
            words, f1 = run.score(**SETTINGS[name])
            row = [options.config.stem, target, name, str(words), f"{f1:.2f}"]
            with table.open("a", encoding="utf-8") as file:
                file.write("\t".join(row) + "\n")
            print(*row, sep="\t", flush=True)


def rows_of(table: Path) -> list[list[str]]:
    """The lines that there are already."""
    if not table.exists():
        return []
    return [line.split("\t") for line in table.read_text("utf-8").splitlines()]


class Run:
    """A target's run, and a person who knows its pool's gold labels."""

    def __init__(self, config: Path, folder: Path, target: str, options: Sequence[str]) -> None:
        """Make what questions and sentences are taken from.

        Args:
            config: The configuration.
            folder: Snakemake's directory.
            target: The target.
            options: Further ones for Snakemake.
        """
        self.config, self.folder, self.target, self.options = config, folder, target, options
        self.results = folder / "results" / target
        wanted = ["questions.tsv", "annotate.jsonl", "corpus/oracle.jsonl"]
        kept = folder / f"{target}.said"  # as they were before anything was said
        if not kept.exists():
            self.make(wanted, {})
            kept.mkdir()
            for name in wanted[:2]:
                (kept / name).write_bytes((self.results / name).read_bytes())
        with (kept / "questions.tsv").open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, dialect="excel-tab")
            self.names: list[Name] = [tuple(row[NAME].split(" ")) for row in rows]
        self.gold = read_sentences(self.results / "corpus" / "oracle.jsonl", labelled=True)
        lines = (kept / "annotate.jsonl").read_text("utf-8").splitlines()
        self.chosen = [json.loads(line)["id"] for line in lines]

    def make(self, files: Sequence[str], corpora: dict[str, object]) -> None:
        """Run Snakemake for files of the target, with further keys of its corpus."""
        overlay = self.folder / "overlay.yaml"
        settings = {"targets": [self.target], "corpora": {self.target: corpora}}
        overlay.write_text(yaml.safe_dump(settings), encoding="utf-8")
        command = [sys.executable, "-m", "snakemake", *self.options]
        command += ["--directory", str(self.folder)]
        command += ["--configfile", str(self.config), str(overlay), "--"]
        command += [f"results/{self.target}/{name}" for name in files]
        subprocess.run(command, cwd=PROJECT, check=True, stdout=sys.stderr)

    def score(
        self, *, answers: int = 0, wrong: int = 0, chosen: int = 0, random: int = 0
    ) -> tuple[int, float]:
        """Say something, and see what the student makes of it.

        Args:
            answers: How many questions are answered.
            wrong: One in so many answers is wrong; 0 for none.
            chosen: How many of the chosen sentences are corrected.
            random: How many random sentences are corrected.

        Returns:
            Words of the corrected sentences, and the student's F1 in percent.
        """
        corpora: dict[str, object] = {}
        if answers:
            path = self.folder / "answers.tsv"
            path.write_text(self.answered(answers, wrong), encoding="utf-8")
            corpora["answers"] = str(path)
        corrected = self.sentences(chosen, random)
        if corrected:
            path = self.folder / "corrected.jsonl"
            write_sentences(path, corrected)
            corpora["corrected"] = {"path": str(path), "max_tokens": 10_000}
        self.make(["f1.json"], corpora)
        scores = json.loads((self.results / "f1.json").read_text("utf-8"))
        words = sum(len(sentence.tokens) for sentence in corrected)
        return words, scores["models"]["student"]["f1"]["mean"]

    def answered(self, count: int, wrong: int) -> str:
        """A table of answers."""
        draw = random.Random(SEED)
        types = sorted(
            {one.type for sentence in self.gold for one in entities(sentence.tags or ())}
        )
        lines = [f"{NAME}\t{ANSWER}\n"]
        for number, name in enumerate(self.names[:count], 1):
            answer = truth(name, self.gold)
            if wrong and number % wrong == 0:
                answer = draw.choice([one for one in (*types, OUTSIDE) if one != answer])
            text = " ".join(name).replace('"', '""')
            lines.append(f'"{text}"\t{answer}\n')
        return "".join(lines)

    def sentences(self, chosen: int, some: int) -> list[Sentence]:
        """Gold sentences, the first of the chosen ones or random ones."""
        by_id = {sentence.id: sentence for sentence in self.gold}
        names = self.chosen[:chosen]
        names += random.Random(SEED).sample(sorted(by_id), some)
        return [by_id[name] for name in names]


def truth(name: Name, gold: Sequence[Sentence]) -> str:
    """What a person would answer who knows the gold labels.

    Args:
        name: The name.
        gold: Labelled sentences.

    Returns:
        A type, O or depends.
    """
    seen: Counter[str] = Counter()
    length = len(name)
    for sentence in gold:
        found = entities(sentence.tags or ())
        for start in range(len(sentence.tokens) - length + 1):
            if sentence.tokens[start : start + length] != name:
                continue
            end = start + length
            touching = [one for one in found if one.start < end and start < one.end]
            if not touching:
                seen[OUTSIDE] += 1
            elif [(one.start, one.end) for one in touching] == [(start, end)]:
                seen[touching[0].type] += 1
            elif all(start <= one.start and one.end <= end for one in touching):
                seen[DEPENDS] += 1  # several names
    if not seen:
        return DEPENDS
    answer, count = seen.most_common(1)[0]
    return answer if count >= CONSISTENT * seen.total() else DEPENDS


if __name__ == "__main__":
    main()
