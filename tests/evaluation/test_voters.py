import numpy as np

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import TagSet
from unitrans.evaluation.voters import compare_voters

TAGS = TagSet(("PER", "ORG"))
OUT, B_PER, _, B_ORG, _ = range(5)
POOL = [Sentence("a", ("Ana", "va")), Sentence("b", ("EFE", "va"))]


def sure(*classes):
    return 0.8 * np.eye(5, dtype=np.float32)[list(classes)] + 0.04


VOTERS = {
    "source": sure(B_PER, OUT, OUT, OUT),
    "translated": sure(B_PER, OUT, OUT, OUT),
    "llm": sure(OUT, B_ORG, B_ORG, OUT),
}


def test_without_corrections_voters_are_held_against_one_another():
    found = compare_voters(POOL, VOTERS, TAGS)
    assert found["corrected"] == 0
    assert found["mean_f1"] is None
    assert found["voters"]["source"] == {
        "entities": 1,
        "alone": 0,
        "agreement": {"translated": 100.0, "llm": 0.0},
    }
    assert found["voters"]["llm"]["alone"] == 2


def test_corrected_sentences_tell_who_is_right():
    corrected = [
        Sentence("x", ("EFE", "va"), ("B-ORG", "O")),
        Sentence("y", ("Ana", "va"), ("B-PER", "O")),
        Sentence("z", ("Luis", "va"), ("B-PER", "O")),  # not in the pool
    ]
    found = compare_voters(POOL, VOTERS, TAGS, corrected)
    assert found["corrected"] == 2
    llm, source = found["voters"]["llm"], found["voters"]["source"]
    assert (llm["alone_right"], llm["alone_wrong"]) == (1, 1)
    assert (source["f1"], llm["f1"]) == (66.67, 50.0)
    assert found["mean_f1"] == 66.67  # two of three outvote the one that knows EFE
    assert llm["without"] == 0.0
    assert (
        source["without"]
        == 66.67
        - compare_voters(
            POOL, {"translated": VOTERS["translated"], "llm": VOTERS["llm"]}, TAGS, corrected
        )["mean_f1"]
    )
