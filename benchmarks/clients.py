"""F1 of a tagger in other people's programs, on plain strings, beside the project's own.

    python benchmarks/clients.py results/es results/nl --sentences 500

Each target needs its student, its export (results/<target>/export/export.json) and a test split. A
program is given the words of a sentence with blanks between them, and an entity counts as found
where it starts and ends with words. transformers.js runs where ``npm install`` was run in
tests/clients, transformers 4 and optimum where UNITRANS_TRANSFORMERS_4 names a Python with both.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer
from transformers import pipeline

from unitrans.corpora.sentences import Sentence, read_sentences
from unitrans.corpora.tags import Entity, entities, without_edge_quotes
from unitrans.evaluation.bootstrap import f1
from unitrans.taggers.decoding import viterbi_tags
from unitrans.tagging.export import pipeline_entities
from unitrans.tagging.session import OnnxStudent
from unitrans.tagging.student import Student

CLIENTS = Path(__file__).parents[1] / "tests" / "clients"
STRATEGIES = ("simple", "first", "max")
DTYPES = {"float32": "fp32", "8 bits": "q8"}
WHOLE, TRIMMED = "whole student, own decoding", "trimmed"
Found = Iterable[Iterable[Entity]]
Words = Sequence[set[int]]


def by_the_project(
    student: Student | OnnxStudent, sentences: Sequence[Sentence]
) -> Iterator[list[Entity]]:
    """What the project's own tagger finds in each sentence."""
    values, offsets = student.probabilities(sentences)
    decoded = viterbi_tags(values, offsets, student.settings.tag_set)
    for sentence, tags in zip(sentences, decoded, strict=True):
        yield entities(without_edge_quotes(sentence.tokens, tags))


def by_pipeline(
    tagger: Callable[..., list[dict[str, Any]]], sentences: Sequence[Sentence], *, words: bool
) -> Iterator[list[Entity]]:
    """What a pipeline of transformers finds, in plain strings or in lists of words."""
    for sentence in sentences:
        if words:
            [found] = tagger(list(sentence.tokens), is_split_into_words=True)
        else:
            found = tagger(" ".join(sentence.tokens))
        yield pipeline_entities(found, sentence.tokens)


def by_other_python(
    export: Path, sentences: Sequence[Sentence], texts: Path, python: str
) -> dict[str, Found]:
    """What transformers 4 and optimum find."""
    command = [python, str(CLIENTS / "transformers_4.py"), str(export), str(texts)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    names = {"transformers": "transformers 4, simple", "optimum": "optimum, simple"}
    return {
        label: [
            pipeline_entities(
                [dict(zip(("entity_group", "start", "end"), one, strict=True)) for one in groups],
                sentence.tokens,
            )
            for groups, sentence in zip(told[name], sentences, strict=True)
        ]
        for name, label in names.items()
    }


def by_transformers_js(
    export: Path, sentences: Sequence[Sentence], texts: Path, dtype: str
) -> Iterator[list[Entity]]:
    """What transformers.js finds: it tells the numbers of subwords, and not their places.

    They are joined as it joins them itself, whatever lies between.

    Yields:
        The entities of each sentence.
    """
    command = ["node", str(CLIENTS / "transformers_js.mjs"), str(export), dtype, str(texts)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    tokenizer = Tokenizer.from_file(str(export / "tokenizer.json"))
    for one, sentence in zip(told, sentences, strict=True):
        text = " ".join(sentence.tokens)
        offsets = tokenizer.encode(text).offsets
        groups: list[dict[str, Any]] = []
        for subword in one["subwords"]:
            border, kind = subword["entity"].split("-", 1)
            start, end = offsets[subword["index"]]
            start += len(text[start:end]) - len(text[start:end].lstrip())
            if border == "B" or not groups or groups[-1]["entity_group"] != kind:
                groups.append({"entity_group": kind, "start": start, "end": end})
            groups[-1]["end"] = end
        yield pipeline_entities(groups, sentence.tokens)


def score(gold: Sequence[Sentence], found: Found, places: Words | None = None) -> float:
    """F1 in percent; over the entities that have one of some words, where these are given."""
    counts = np.zeros(3)
    for number, (sentence, own) in enumerate(zip(gold, found, strict=True)):
        right, theirs = (
            {
                one
                for one in group
                if places is None or places[number].intersection(range(one.start, one.end))
            }
            for group in (entities(sentence.tags or ()), own)
        )
        counts += (len(right & theirs), len(theirs), len(right))
    return 100 * float(f1(counts))


def split_otherwise(whole: Student, trimmed: Student, sentences: Sequence[Sentence]) -> Words:
    """Which words a trimmed tokenizer splits otherwise than the whole one.

    Returns:
        The places of those of each sentence.
    """
    one, other = (student.tokenizer for student in (whole, trimmed))
    words = {token for sentence in sentences for token in sentence.tokens}
    new = {word for word in words if one.tokenize(word) != other.tokenize(word)}
    return [
        {place for place, token in enumerate(sentence.tokens) if token in new}
        for sentence in sentences
    ]


def scores(results: Path, most: int) -> dict[str, float]:
    """Score all programs on a target.

    Args:
        results: Its folder.
        most: Sentences of the test split that are taken.

    Returns:
        F1 by program; and, of the words that trimming splits otherwise, their share in percent
        and F1 on the entities that have one.
    """
    export = results / "export"
    trimmed = Student.load(export, precision="float32")
    whole = Student.load(sorted((results / "student").glob("seed*"))[0], precision="float32")
    sentences = read_sentences(results / "corpus" / "test.jsonl", labelled=True)[:most]
    found: dict[str, Found] = {
        WHOLE: list(by_the_project(whole, sentences)),
        TRIMMED: list(by_the_project(trimmed, sentences)),
        "trimmed, ONNX with 8 bits": by_the_project(OnnxStudent.load(export), sentences),
    }
    for strategy in STRATEGIES:
        tagger = pipeline("token-classification", str(export), aggregation_strategy=strategy)
        found[f"transformers 5, {strategy}"] = by_pipeline(tagger, sentences, words=False)
        found[f"transformers 5, {strategy}, words"] = by_pipeline(tagger, sentences, words=True)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of transformers' way to batch
        texts = Path(folder) / "texts.json"
        texts.write_text(json.dumps([" ".join(one.tokens) for one in sentences]), "utf-8")
        if python := os.environ.get("UNITRANS_TRANSFORMERS_4"):
            found |= by_other_python(export, sentences, texts, python)
        if shutil.which("node") and (CLIENTS / "node_modules").is_dir():
            for label, dtype in DTYPES.items():
                found[f"transformers.js, {label}"] = by_transformers_js(
                    export.resolve(), sentences, texts, dtype
                )
        table = {name: score(sentences, own) for name, own in found.items()}
    places = split_otherwise(whole, trimmed, sentences)
    words = sum(len(sentence.tokens) for sentence in sentences)
    table["words split otherwise, %"] = 100 * sum(map(len, places)) / words
    for name in (WHOLE, TRIMMED):
        table[f"entities with such a word, {name}"] = score(sentences, found[name], places)
    return table


def main() -> None:
    """Print a table, a column for each target."""
    parser = argparse.ArgumentParser(
        description=__doc__ or "", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("results", type=Path, nargs="+", help="the folders of targets")
    parser.add_argument("--sentences", type=int, default=500, metavar="N")
    options = parser.parse_args()
    columns = {str(one): scores(one, options.sentences) for one in options.results}
    write = sys.stdout.write
    write("| program | " + " | ".join(columns) + " |\n")
    write("| --- |" + " --- |" * len(columns) + "\n")
    for name in next(iter(columns.values())):
        cells = " | ".join(f"{own[name]:.2f}" for own in columns.values())
        write(f"| {name} | {cells} |\n")


if __name__ == "__main__":
    main()
