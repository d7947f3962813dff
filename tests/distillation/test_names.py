"""Names of the pool in the place of names that no rule can write."""

import csv

import numpy as np
import pytest

from unitrans.corpora.sentences import Sentence, read_sentences, write_sentences
from unitrans.corpora.tags import TagSet
from unitrans.distillation.lessons import PoolLabels
from unitrans.distillation.names import borrow_names, find_names, is_in, with_names
from unitrans.distillation.word_files import WordFile

TAGS = TagSet(("PER", "LOC"))
POOL = {
    "毛 泽东 到 北京": "B-PER I-PER O B-LOC",
    "北京 很 大": "B-LOC O O",
    "Mao 到 上海": "B-PER O B-LOC",
    "上海 曾 大": "O B-PER O",
    "曾 到 上海": "O O O",
}


def pool_labels(folder, sure=0.95):
    """Write a pool and soft labels that say of each word what stands above."""
    sentences = [Sentence(str(n), tuple(words.split())) for n, words in enumerate(POOL)]
    classes = [TAGS.tags.index(tag) for tags in POOL.values() for tag in tags.split()]
    values = np.full((len(classes), len(TAGS.tags)), (1 - sure) / (len(TAGS.tags) - 1))
    values[np.arange(len(classes)), classes] = sure
    write_sentences(folder / "pool", sentences)
    WordFile.of(values, sentences, TAGS).write(folder / "soft", "probabilities")
    return PoolLabels.read(folder / "pool", [folder / "soft"], None)


def test_only_names_that_are_names_nearly_wherever_they_stand_are_found(tmp_path):
    # Shanghai is a place once in three times, the adverb a person once in two, Mao is in Latin.
    assert find_names(pool_labels(tmp_path), "Han") == {
        "PER": {("毛", "泽东"): 1},
        "LOC": {("北京",): 2},
    }


def test_names_of_which_the_teacher_is_not_sure_are_left(tmp_path):
    assert find_names(pool_labels(tmp_path, sure=0.85), "Han") == {"PER": {}, "LOC": {}}


def test_names_in_another_script_become_names_of_the_pool():
    tags = ("B-PER", "I-PER", "O", "B-LOC", "O", "B-LOC")
    sentence = Sentence("1", ("John", "Smith", "到", "北京", "和", "Paris"), tags)
    names = {"PER": {("毛", "泽东", "主席"): 1}, "LOC": {("上海",): 1}}
    assert with_names(sentence, names, "Han", seed=1) == Sentence(
        "1",
        ("毛", "泽东", "主席", "到", "北京", "和", "上海"),
        ("B-PER", "I-PER", "I-PER", "O", "B-LOC", "O", "B-LOC"),
    )


def test_a_type_without_names_keeps_its_own():
    sentence = Sentence("1", ("Paris", "很", "大", "。"), ("B-LOC", "O", "O", "O"))
    assert with_names(sentence, {"LOC": {}}, "Han", seed=1) == sentence


def test_frequent_names_are_drawn_more_often_but_not_as_often_as_they_stand():
    names = {"LOC": {("北京",): 100, ("上海",): 1}}
    drawn = [
        with_names(Sentence(str(n), ("Paris",), ("B-LOC",)), names, "Han", seed=1).tokens[0]
        for n in range(1000)
    ]
    assert 870 < drawn.count("北京") < 945  # 10 to 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["北京", "2008"], True),
        (["Paris"], False),
        (["卡拉OK"], False),
        (["东京", "タワー"], False),
    ],
)
def test_digits_are_of_any_script(words, expected):
    assert is_in(words, "Han") is expected


def test_the_translation_and_a_table_are_written(tmp_path):
    pool_labels(tmp_path)
    sentences = [Sentence("1", ("Kim", "到", "Rome"), ("B-PER", "O", "B-LOC"))]
    write_sentences(tmp_path / "projection", sentences)
    paths = [tmp_path / name for name in ("projection", "pool", "soft", "output", "names")]
    borrow_names(*paths, seed=1)
    [sentence] = read_sentences(tmp_path / "output", labelled=True)
    assert sentence == Sentence("1", ("毛", "泽东", "到", "北京"), ("B-PER", "I-PER", "O", "B-LOC"))
    with (tmp_path / "names").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle, delimiter="\t"))
    assert rows == [["type", "name", "count"], ["PER", "毛 泽东", "1"], ["LOC", "北京", "2"]]
