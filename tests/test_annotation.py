"""The person that the benchmark of annotation puts in a user's place."""

import importlib.util
from pathlib import Path

from unitrans.corpora.sentences import Sentence

PATH = Path(__file__).parents[1] / "benchmarks" / "annotation.py"


def load():
    spec = importlib.util.spec_from_file_location("annotation", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GOLD = [
    Sentence("a", ("EFE", "dice"), ("B-ORG", "O")),
    Sentence("b", ("Agencia", "EFE"), ("B-ORG", "I-ORG")),  # part of a longer name
    Sentence("c", ("en", "Real"), ("O", "B-LOC")),
    Sentence("d", ("el", "Real"), ("O", "B-ORG")),
    Sentence("e", ("Ana", "Gil", "Luis"), ("B-PER", "I-PER", "B-PER")),
]


def test_an_answer_is_what_the_name_is_on_its_own():
    truth = load().truth
    assert truth(("EFE",), GOLD) == "ORG"
    assert truth(("Ana", "Gil"), GOLD) == "PER"
    assert truth(("dice",), GOLD) == "O"
    assert truth(("Real",), GOLD) == "depends"
    assert truth(("Ana", "Gil", "Luis"), GOLD) == "depends"  # two names
    assert truth(("Nadie",), GOLD) == "depends"
