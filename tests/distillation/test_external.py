import json

import numpy as np
import pytest

from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.corpora.tags import TagSet
from unitrans.distillation.external import find_entities, import_soft_labels
from unitrans.distillation.soft_labels import has_opinion
from unitrans.errors import InputError

TAGS = TagSet(("LOC",))
POOL = [Sentence("a", ("in", "New", "York")), Sentence("b", ("Oslo",))]
TAGGED = [{"id": "a", "tags": ["O", "B-LOC", "I-LOC"]}, {"id": "b", "tags": ["B-LOC"]}]


@pytest.fixture
def read(tmp_path):
    def run(records):
        write_sentences(tmp_path / "pool.jsonl", POOL)
        text = "".join(json.dumps(record) + "\n" for record in records)
        (tmp_path / "llm.jsonl").write_text(text)
        paths = tmp_path / "llm.jsonl", tmp_path / "pool.jsonl"
        [labels] = import_soft_labels(*paths, TAGS)
        return labels

    return run


def test_tags_are_certain(read):
    labels = read(TAGGED)
    assert labels.values.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]]
    assert labels.values.dtype == np.float32
    assert labels.offsets.tolist() == [0, 3, 4]
    assert labels.tag_set == TAGS


def test_probabilities_are_kept_and_sum_to_one(read):
    labels = read([TAGGED[0], {"id": "b", "probabilities": [[0.2, 0.61, 0.2]]}])
    assert np.allclose(labels.values[3], np.array([0.2, 0.61, 0.2]) / 1.01)
    assert np.allclose(labels.values.sum(1), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"id": "c", "tags": ["O"]}, r"found id 'c'; expected 'b'"),
        ({"tags": ["O"]}, r"found id None; expected 'b'"),
        ({"id": "b"}, r"found no list; expected either"),
        ({"id": "b", "tags": "O"}, r"found no list; expected either"),
        (
            {"id": "b", "tags": ["O"], "probabilities": [[1, 0, 0]]},
            r"found probabilities and tags; expected either",
        ),
        ({"id": "b", "tags": ["O", "O"]}, r"found 2 tags; expected 1, one for each word"),
        ({"id": "b", "tags": ["B-PER"]}, r"found tag 'B-PER'; expected one of: O, B-LOC, I-LOC"),
        ({"id": "b", "tags": [["O"]]}, r"found tag \['O'\]; expected one of"),
        ({"id": "b", "probabilities": []}, r"found 0 probabilities; expected 1, one"),
        ({"id": "b", "probabilities": [[0.5, 0.5]]}, r"found 2 numbers for word 1; expected 3: O"),
        ({"id": "b", "probabilities": [0.5]}, r"found 0\.5 for word 1; expected 3: O"),
        ({"id": "b", "probabilities": [[0.5, 0.2, 0.1]]}, r"for word 1; .* not to 0\.8"),
        ({"id": "b", "probabilities": [[1.5, -0.5, 0]]}, r"expected numbers from 0 that sum"),
        ({"id": "b", "probabilities": [[None, 1, 0]]}, r"expected numbers from 0 that sum"),
        ({"id": "b", "probabilities": [[float("inf"), 0, 0]]}, r"expected numbers from 0 that"),
        ({"id": "b", "probabilities": [["x", 1, 0]]}, r"found probabilities that are no numbers"),
        ({"id": "b", "probabilities": [[10**400, 1, 0]]}, r"that are no numbers"),
    ],
)
def test_labels_that_do_not_fit_are_one_line_that_names_theirs(read, second, message):
    with pytest.raises(InputError, match=rf"llm\.jsonl:2: .*{message}") as caught:
        read([TAGGED[0], second])
    assert "\n" not in str(caught.value)


def test_as_many_sentences_as_the_pool_has(read):
    with pytest.raises(InputError, match=r"llm\.jsonl: found 1 sentences; expected the 2 of"):
        read(TAGGED[:1])
    with pytest.raises(InputError, match=r"llm\.jsonl:3: found sentence 3; expected the 2 of"):
        read([*TAGGED, TAGGED[1]])


def test_lists_of_entities_find_their_words(read, caplog):
    caplog.set_level("INFO", logger="unitrans")
    labels = read(
        [
            {"id": "b", "entities": [{"text": "Bergen", "type": "LOC"}]},  # not in the sentence
            {"id": "a", "entities": [{"text": "New  York", "type": "LOC"}]},
        ]
    )
    assert labels.values.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert "2 of 2 sentences have an answer; 1 of the 2 entities are not in their" in caplog.text


@pytest.mark.parametrize("answer", [[], [{"id": "b", "entities": None}]])
def test_a_sentence_without_an_answer_is_left_unlabelled(read, answer):
    labels = read([{"id": "a", "entities": []}, *answer])
    assert labels.values[:3].tolist() == [[1, 0, 0]] * 3
    assert has_opinion(labels.values).tolist() == [True, True, True, False]
    assert np.allclose(labels.values.sum(1), 1)


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (["Oslo"], [(0, 1), (3, 4)]),  # wherever it stands
        (["New York", "York"], [(1, 3)]),  # the longer one
        (["Newyork"], []),
        (["ew York"], []),  # no whole words
        (["New York Oslo"], [(1, 4)]),
        ([""], []),
    ],
)
def test_entities_are_whole_words(listed, expected):
    tokens = ("Oslo", "New", "York", "Oslo")
    found, absent = find_entities(tokens, [(text, "LOC") for text in listed])
    assert [(one.start, one.end) for one in found] == expected
    assert absent == (0 if expected else len(listed))


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"id": "c", "entities": []}, r"llm.jsonl:2: found id 'c'; expected that of a sentence"),
        ({"id": "a", "entities": []}, r"llm.jsonl:2: found id 'a'; expected .* once"),
        ({"id": "b", "entities": "Oslo"}, r"found entities 'Oslo'; expected \[\{"),
        ({"id": "b", "entities": ["Oslo"]}, r"found the entity 'Oslo'; expected one as in"),
        ({"id": "b", "entities": [{"text": "Oslo"}]}, r"found the entity .*; expected one as in"),
        ({"id": "b", "entities": [{"text": "Oslo", "type": "GPE"}]}, r"found type 'GPE'; expected"),
    ],
)
def test_lists_that_cannot_be_read_are_refused(read, second, message):
    with pytest.raises(InputError, match=message):
        read([{"id": "a", "entities": []}, second])
