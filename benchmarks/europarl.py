"""The sentences of Europarl that are annotated by hand in two languages, for the benchmarks."""

from pathlib import Path

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import Scheme, to_bio

FOLDER = Path(__file__).parents[1] / "data" / "europarl"


def read_side(language: str) -> list[Sentence]:
    """Read one language.

    Args:
        language: Its code.

    Returns:
        The sentences, in the order that all languages share.
    """
    text = (FOLDER / f"{language}-europarl.test.conll02").read_text(encoding="utf-8")
    sentences = []
    for number, block in enumerate(text.strip().split("\n\n")):
        rows = [line.split("\t") for line in block.splitlines()]
        tags, _ = to_bio([row[-1].strip() for row in rows], Scheme.BIO)
        sentences.append(Sentence(f"europarl-{number}", tuple(row[0] for row in rows), tags))
    return sentences


def read_pairs(source: str, target: str) -> tuple[list[Sentence], list[Sentence]]:
    """Read two languages.

    Args:
        source: The code of one.
        target: The code of the other.

    Returns:
        Their sentences; those with the same number are translations of each other.
    """
    sides = read_side(source), read_side(target)
    if len(sides[0]) != len(sides[1]):
        raise SystemExit(f"found {len(sides[0])} and {len(sides[1])} sentences; expected as many")
    return sides
