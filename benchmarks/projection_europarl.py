"""How well labels are projected, against labels by hand.

    python benchmarks/projection_europarl.py results/encoder

English words and tags of Europarl and the words of the other language go in; what comes out
is scored against that language's own tags, entity F1 as seqeval counts it. Prints a table of
aligners and projections, both directions, and what the default setting keeps. The F1 of
the two halves of the sentences (even, odd) shows how far a difference can be trusted.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unitrans.jobs.environment import VARIABLES

os.environ.update(VARIABLES | os.environ)  # before torch loads

import torch
from seqeval.metrics import f1_score

from europarl import read_pairs
from unitrans.corpora.sentences import Sentence
from unitrans.projection.alignment import Aligner, AlignmentSettings
from unitrans.projection.corpus import count_spans
from unitrans.projection.labels import LowerCase
from unitrans.projection.links import Link
from unitrans.projection.spans import Keep, Projector, SpanSettings
from unitrans.translation.words import TranslatedSentence

Sides = tuple[list[Sentence], list[Sentence]]

LABELLED: dict[str, Any] = {"keep": Keep.ALL}
PLAIN: dict[str, Any] = {"repair_similarity": 0.0, "minimum_score": 0.0, "extend_names": False}
PROJECTIONS: dict[str, dict[str, Any]] = {
    "runs": {"method": "runs", "repair_similarity": 0.0},
    "spans, plain Dice": {"function_word_share": 1.0, "function_word_weight": 1.0, **PLAIN},
    "spans, weighted words": PLAIN,
    "spans, all settings": {},
    "spans, all settings, lower_case: drop": {"lower_case": LowerCase.DROP},
}


def translations(sides: Sides) -> list[TranslatedSentence]:
    """Put two sides together.

    Args:
        sides: Source and target sentences.

    Returns:
        The source words and tags beside the target words.
    """
    return [
        TranslatedSentence(a.id, a.tokens, a.tags or (), b.tokens)
        for a, b in zip(*sides, strict=True)
    ]


def f1_of(sides: Sides, links: Sequence[Sequence[Link]], options: dict[str, Any]) -> list[float]:
    """Project, and score.

    Args:
        sides: Source and target sentences, both with tags.
        links: Their alignment.
        options: Settings of the projection.

    Returns:
        F1 on all sentences, on the even and on the odd ones.
    """
    sentences = translations(sides)
    projector = Projector(sentences, SpanSettings(**(LABELLED | options)))
    found = [
        list(projector.project(sentence, some).tags)
        for sentence, some in zip(sentences, links, strict=True)
    ]
    gold = [list(sentence.tags or ()) for sentence in sides[1]]
    parts = (slice(None), slice(0, None, 2), slice(1, None, 2))
    return [float(f1_score(gold[part], found[part])) for part in parts]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("encoder", type=Path, help="checkpoint folder")
    parser.add_argument("--target", default="es")
    parser.add_argument("--layers", type=int, nargs="+", default=[7])
    parser.add_argument("--units", nargs="+", default=["word", "subword"])
    parser.add_argument("--methods", nargs="+", default=["argmax", "itermax", "match"])
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    there = read_pairs("en", arguments.target)
    back = there[1], there[0]
    print("| unit | layer | method | projection | F1 | even | odd | back |")
    print("| --- " * 8 + "|", flush=True)
    for unit in arguments.units:
        for layer in arguments.layers:
            for method in arguments.methods:
                settings = AlignmentSettings(
                    unit=unit, layer=layer, method=method, precision="float32"
                )
                aligner = Aligner(arguments.encoder, settings)
                words = [[sentence.tokens for sentence in side] for side in there]
                links = aligner.align(words[0], words[1])
                turned = [sorted((b, a) for a, b in some) for some in links]
                for name, options in PROJECTIONS.items():
                    scores = [*f1_of(there, links, options), f1_of(back, turned, options)[0]]
                    row = " | ".join(f"{100 * score:.1f}" for score in scores)
                    print(f"| {unit} | {layer} | {method} | {name} | {row} |", flush=True)
                if settings == AlignmentSettings(precision="float32"):
                    report(translations(there), links)


def report(sentences: list[TranslatedSentence], links: Sequence[Sequence[Link]]) -> None:
    """Print what the default projection kept and lost.

    Args:
        sentences: The sentences.
        links: Their alignment.
    """
    projector = Projector(sentences, SpanSettings())
    pairs = [
        (sentence, projector.project(sentence, some))
        for sentence, some in zip(sentences, links, strict=True)
    ]
    counts = count_spans(pairs, links, ("PER", "ORG", "LOC", "MISC"))
    print(
        "spans, all settings:",
        counts["entities"],
        counts["sentences"],
        counts["shares"],
        flush=True,
    )


if __name__ == "__main__":
    main()
