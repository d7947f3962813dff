import json

import numpy as np
import pytest

from unitrans.corpus import Sentence, read_sentences, write_sentences
from unitrans.distillation import WordFile
from unitrans.errors import InputError
from unitrans.pool_names import find_names, insert_pool_names, rename
from unitrans.tags import TagSet

TAGS = TagSet(("PER", "LOC"))
POOL = [
    Sentence("p0", ("en", "Nueva", "York", ".")),
    Sentence("p1", ("Nueva", "York", "y", "Ana")),
    Sentence("p2", ("Lima", "y", "Quito")),
]
PROJECTED = [
    Sentence("s0", ("Ann", "in", "Oslo", "Bergen"), ("B-PER", "O", "B-LOC", "B-LOC")),
    Sentence("s1", ("nothing",), ("O",)),
]


def labels(sure):
    """Certainty of all names, but of those in Quito as given."""
    found = ["O", "B-LOC", "I-LOC", "O", "B-LOC", "I-LOC", "O", "O", "B-LOC", "O", "B-LOC"]
    values = np.eye(5, dtype=np.float32)[[TAGS.index[tag] for tag in found]]
    values[-1] = [1 - sure, 0, 0, sure, 0]
    return WordFile(values, np.array([0, 4, 8, 11]), TAGS)


def test_different_names_that_are_sure_are_found():
    assert find_names(POOL, labels(0.89)) == {"PER": [], "LOC": [("Nueva", "York"), ("Lima",)]}
    assert find_names(POOL, labels(0.95))["LOC"][-1] == ("Quito",)


def test_an_entity_becomes_another_name_of_its_type():
    names = {"PER": [], "LOC": [("Nueva", "York")]}
    sentence, replaced = rename(PROJECTED[0], names, 1.0, np.random.default_rng(1))
    assert sentence.tokens == ("Ann", "in", "Nueva", "York", "Nueva", "York")
    assert sentence.tags == ("B-PER", "O", "B-LOC", "I-LOC", "B-LOC", "I-LOC")
    assert [entity.type for entity in replaced] == ["LOC", "LOC"]
    assert rename(PROJECTED[1], names, 1.0, np.random.default_rng(1)) == (PROJECTED[1], [])


def test_a_share_of_the_entities_is_replaced():
    generator = np.random.default_rng(1)
    names = {"LOC": [("Lima",)]}
    done = [len(rename(PROJECTED[0], names, 0.25, generator)[1]) for _ in range(1000)]
    assert 400 < sum(done) < 600


def insert(folder, seed=1, words=None):
    write_sentences(folder / "projection.jsonl", PROJECTED)
    write_sentences(folder / "pool.jsonl", POOL)
    (words or labels(1.0)).write(folder / "soft.safetensors", "probabilities")
    names = ("projection.jsonl", "pool.jsonl", "soft.safetensors", "out.jsonl", "stats.json")
    insert_pool_names(*(folder / name for name in names), share=1.0, seed=seed)
    return read_sentences(folder / "out.jsonl", labelled=True)


def test_a_corpus_is_renamed_and_counted(tmp_path):
    first = insert(tmp_path)
    assert first == insert(tmp_path)
    assert [sentence.id for sentence in first] == ["s0", "s1"]
    assert {"Oslo", "Bergen"}.isdisjoint(first[0].tokens)
    assert json.loads((tmp_path / "stats.json").read_text("utf-8")) == {
        "PER": {"names": 0, "entities": 1, "replaced": 0},
        "LOC": {"names": 3, "entities": 2, "replaced": 2},
    }
    assert any(insert(tmp_path, seed) != first for seed in range(2, 6))


def test_soft_labels_of_another_pool_are_refused(tmp_path):
    other = WordFile(labels(1.0).values, np.array([0, 5, 8, 11]), TAGS)
    with pytest.raises(InputError, match=r"soft\.safetensors: found other sentences"):
        insert(tmp_path, words=other)
