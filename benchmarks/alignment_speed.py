"""How fast the batched aligner is beside SimAlign itself, and whether it finds the same links.

    python benchmarks/alignment_speed.py results/encoder --pairs 200

Both run on the same pairs of Europarl, encoder, layer and unit, in small interleaved rounds,
so that whatever else the machine does slows both alike. Prints how many times SimAlign's
pairs per second: with one target language, with the source vectors made before, and with four
target languages that share them.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from unitrans.jobs.environment import VARIABLES

os.environ.update(VARIABLES | os.environ)  # before torch loads

import torch
from simalign import SentenceAligner

from europarl import read_pairs
from unitrans.projection.alignment import Aligner, AlignmentSettings

NAMES = {"argmax": "inter", "itermax": "itermax", "match": "mwmf"}
LETTERS = {"argmax": "a", "itermax": "i", "match": "m"}
UNITS = {"word": "word", "subword": "bpe"}
Words = list[tuple[str, ...]]


def timed(work: Callable[[], list]) -> tuple[float, list]:
    """Do a piece of work.

    Args:
        work: What to do.

    Returns:
        Seconds, and the result.
    """
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def compare(
    encoder: Path, unit: str, method: str, layer: int, pairs: tuple[Words, Words], rounds: int
) -> None:
    """Align with SimAlign and with this project's aligner, in turns, and print a line for each.

    Args:
        encoder: The encoder's checkpoint folder.
        unit: word or subword.
        method: argmax, itermax or match.
        layer: The layer.
        pairs: Source and target sentences.
        rounds: Parts of the pairs, each aligned by all.
    """
    peer = SentenceAligner(
        str(encoder), token_type=UNITS[unit], matching_methods=LETTERS[method], layer=layer
    )
    ours = {
        precision: Aligner(
            encoder,
            AlignmentSettings(method=method, unit=unit, layer=layer, precision=precision),
        )
        for precision in ("float32", "bfloat16")
    }
    source, target = pairs
    size = -(-len(source) // rounds)
    found: dict[str, list[tuple[float, float]]] = {precision: [] for precision in ours}
    same: dict[str, list[int]] = {precision: [0, 0] for precision in ours}
    for aligner in ours.values():
        aligner.align(source[:4], target[:4])
    for start in range(0, len(source), size):
        a, b = source[start : start + size], target[start : start + size]
        theirs, expected = timed(
            lambda a=a, b=b: [
                peer.get_word_aligns(list(x), list(y))[NAMES[method]]
                for x, y in zip(a, b, strict=True)
            ]
        )
        for precision, aligner in ours.items():
            whole, links = timed(lambda a=a, b=b, aligner=aligner: aligner.align(a, b))
            vectors = aligner.embed(a)
            known, _ = timed(
                lambda a=a, b=b, v=vectors, aligner=aligner: aligner.align(a, b, source_vectors=v)
            )
            found[precision].append((theirs / whole, theirs / known))
            for old, new in zip(expected, links, strict=True):
                same[precision][0] += len(set(old) & set(new))
                same[precision][1] += len(set(old) | set(new))
    for precision, ratios in found.items():
        alone, known = (median(some) for some in zip(*ratios, strict=True))
        # One target of four pays for a quarter of the source sentences.
        four = 1 / (0.75 / known + 0.25 / alone)
        row = " | ".join(f"{ratio:.1f}" for ratio in (alone, known, four))
        share = same[precision][0] / same[precision][1]
        print(f"| {unit} | {method} | {precision} | {row} | {share:.2%} |", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("encoder", type=Path, help="checkpoint folder")
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--layer", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--methods", nargs="+", default=["itermax"], choices=NAMES)
    parser.add_argument("--units", nargs="+", default=["word", "subword"], choices=UNITS)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    source, target = read_pairs("en", "es")
    step = max(1, len(source) // arguments.pairs)
    pairs = (
        [sentence.tokens for sentence in source[::step]][: arguments.pairs],
        [sentence.tokens for sentence in target[::step]][: arguments.pairs],
    )
    print(
        "| unit | method | precision | one target | source vectors known | four targets "
        "| same links |"
    )
    print("| --- " * 7 + "|", flush=True)
    for unit in arguments.units:
        for method in arguments.methods:
            compare(arguments.encoder, unit, method, arguments.layer, pairs, arguments.rounds)


if __name__ == "__main__":
    main()
