import pytest

from unitrans.corpora.sentences import Sentence
from unitrans.encoders.loading import load_tokenizer
from unitrans.evaluation.sources import rank_sources

SPANISH = "La casa de Ana está en el centro de Oslo , no lejos del río"
GERMAN = "Das Haus von Anna steht in der Mitte von Oslo , nicht weit vom Fluss"
DUTCH = "Het huis van Anna staat in het midden van Oslo , niet ver van de rivier"


def corpus(text, count=6):
    words = tuple(text.split())
    tags = tuple("B-LOC" if word[0] in "AO" else "O" for word in words)
    return [Sentence(str(n), words[n:], tags[n:]) for n in range(count)]


@pytest.fixture
def tokenizer(tiny_encoder):
    return load_tokenizer(tiny_encoder)


def test_a_corpus_of_the_same_words_is_first(tokenizer):
    sources = {"es": corpus(SPANISH), "de": corpus(GERMAN), "nl": corpus(DUTCH)}
    found = rank_sources(corpus(GERMAN, 4), sources, tokenizer)
    assert found["sentences"] == 4
    first, *others = found["sources"]
    assert (first["language"], first["score"], first["overlap"]) == ("de", 1.0, 1.0)
    assert first["first"] == 1.0
    assert all(row["score"] < 1 and row["entity_words"] == 2 for row in others)


def test_of_two_that_are_as_near_the_one_with_more_names_is_first(tokenizer):
    poor = [Sentence(one.id, one.tokens, ("O",) * len(one.tokens)) for one in corpus(DUTCH)]
    found = rank_sources(corpus(DUTCH), {"de": poor, "nl": corpus(DUTCH)}, tokenizer)
    assert [row["language"] for row in found["sources"]] == ["nl", "de"]
    assert found["sources"][1]["entity_words"] == 0
