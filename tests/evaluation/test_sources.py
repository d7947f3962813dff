import pytest

from unitrans.corpora.sentences import Sentence
from unitrans.evaluation.sources import rank_sources
from unitrans.projection.word_vectors import Embedder, VectorSettings

SPANISH = "La casa de Ana está en el centro de Oslo , no lejos del río"
GERMAN = "Das Haus von Anna steht in der Mitte von Oslo , nicht weit vom Fluss"
DUTCH = "Het huis van Anna staat in het midden van Oslo , niet ver van de rivier"


def corpus(text, count=6):
    words = tuple(text.split())
    return [Sentence(str(n), words[n:], ("O",) * len(words[n:])) for n in range(count)]


@pytest.fixture
def embedder(tiny_encoder):
    return Embedder(tiny_encoder, VectorSettings(layer=1, max_subwords=64))


def test_a_corpus_of_the_same_words_is_first(embedder):
    sources = {"es": corpus(SPANISH), "de": corpus(GERMAN), "nl": corpus(DUTCH)}
    found = rank_sources(corpus(GERMAN, 4), sources, embedder)
    assert found["sentences"] == 4
    assert found["words"] == sum(len(sentence.tokens) for sentence in corpus(GERMAN, 4))
    first = found["sources"][0]
    assert (first["language"], first["first"]) == ("de", 1.0)
    assert first["share"] > 0.9
    assert sum(row["share"] for row in found["sources"]) == pytest.approx(1, abs=1e-3)


def test_no_corpus_wins_by_its_size(embedder):
    sources = {"es": corpus(SPANISH), "nl": corpus(DUTCH, 12)}
    found = rank_sources(corpus(SPANISH, 3), sources, embedder)
    assert found["sources"][0]["language"] == "es"
