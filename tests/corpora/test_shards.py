import json

import numpy as np
import pytest

from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.corpora.shards import join_lines, read_blocks, shard_lines
from unitrans.corpora.tags import TagSet
from unitrans.distillation.word_files import WordFile, join_word_files, write_word_file
from unitrans.errors import InputError
from unitrans.taggers.model import new_tagger, write_tagger
from unitrans.taggers.prediction import judge

TAGS = TagSet(("LOC",))
WORDS = ("Oslo", "ligger", "i", "Norge", ".")


def corpus(path, count):
    sentences = [Sentence(f"s{n}", WORDS[: 1 + n % 5]) for n in range(count)]
    write_sentences(path, sentences)
    return sentences


@pytest.mark.parametrize("count", [1, 7, 10, 23])
@pytest.mark.parametrize("shards", [1, 2, 3, 9])
def test_shards_are_whole_blocks_and_miss_nothing(tmp_path, count, shards):
    path = tmp_path / "pool.jsonl"
    sentences = corpus(path, count)
    blocks = [
        block
        for number in range(1, shards + 1)
        for block in read_blocks(path, f"{number}-of-{shards}", labelled=False, block=5)
    ]
    assert [sentence for block in blocks for sentence in block] == sentences
    assert [len(block) for block in blocks[:-1]] == [5] * (len(blocks) - 1)


def test_shards_are_of_one_size(tmp_path):
    corpus(tmp_path / "pool.jsonl", 40)
    sizes = [len(shard_lines(tmp_path / "pool.jsonl", f"{n}-of-4", block=5)) for n in range(1, 5)]
    assert sizes == [10, 10, 10, 10]


def test_a_bad_line_is_named_by_its_place_in_the_corpus(tmp_path):
    path = tmp_path / "pool.jsonl"
    corpus(path, 10)
    lines = path.read_text("utf-8").splitlines()
    lines[7] = json.dumps({"id": "x", "tokens": []})
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert len(list(read_blocks(path, "1-of-2", labelled=False, block=5))) == 1
    with pytest.raises(InputError, match=r"pool\.jsonl:8: found"):
        list(read_blocks(path, "2-of-2", labelled=False, block=5))


def test_soft_labels_of_any_number_of_shards_are_the_same_bytes(tmp_path, tiny_encoder):
    path = tmp_path / "pool.jsonl"
    corpus(path, 23)
    write_tagger(new_tagger(tiny_encoder, TAGS, seed=1), tiny_encoder, tmp_path, whole=False)

    def soft_labels(shards):
        parts = []
        for number in range(1, shards + 1):
            judged, tag_set = judge(
                read_blocks(path, f"{number}-of-{shards}", labelled=False, block=5),
                tagger=tmp_path,
                encoder=tiny_encoder,
                max_subwords=32,
                precision="float32",
            )
            parts.append(tmp_path / f"{number}-of-{shards}")
            rows = (WordFile.of(values, sentences, tag_set) for sentences, values in judged)
            write_word_file(parts[-1], "probabilities", tag_set, rows)
        joined = tmp_path / f"joined-{shards}"
        join_word_files(parts, joined, "probabilities")
        return joined.read_bytes()

    assert len({soft_labels(shards) for shards in (1, 3, 8)}) == 1


def test_shards_of_other_classes_are_refused(tmp_path):
    for name, kind in (("a", "LOC"), ("b", "PER")):
        file = WordFile(
            np.ones((1, 3), np.float32) / 3, np.array([0, 1]), TagSet((kind,)), np.arange(1)
        )
        file.write(tmp_path / name, "probabilities")
    with pytest.raises(InputError, match="b: found classes"):
        join_word_files([tmp_path / "a", tmp_path / "b"], tmp_path / "c", "probabilities")
    assert not (tmp_path / "c").exists()


def test_lines_are_joined_in_order(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text(f"{name}1\n{name}2\n", "utf-8")
    (tmp_path / "empty").touch()
    join_lines([tmp_path / name for name in ("b", "empty", "a")], tmp_path / "out")
    assert (tmp_path / "out").read_text("utf-8") == "b1\nb2\na1\na2\n"
