import itertools

import numpy as np
import pytest

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import TagSet
from unitrans.encoders.features import make_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.jobs.device import Precision
from unitrans.taggers import prediction
from unitrans.taggers.decoding import viterbi, viterbi_tags
from unitrans.taggers.model import new_tagger, word_logits
from unitrans.taggers.prediction import predict_probabilities

TAGS = TagSet(("PER", "LOC"))


def random_probabilities(words, seed=0):
    return np.random.default_rng(seed).dirichlet(np.ones(5) / 2, words).astype(np.float32)


def legal(tags):
    before = ("O", *tags)
    return all(not t.startswith("I-") or b[2:] == t[2:] for b, t in zip(before, tags, strict=False))


def best_by_brute_force(probabilities):
    paths = itertools.product(range(5), repeat=len(probabilities))
    allowed = [path for path in paths if legal([TAGS.tags[c] for c in path])]
    scores = [sum(np.log(probabilities[w, c]) for w, c in enumerate(path)) for path in allowed]
    return allowed[int(np.argmax(scores))]


@pytest.mark.parametrize("seed", range(10))
def test_viterbi_finds_the_best_legal_path(seed):
    lengths = [1, 4, 2, 5]
    offsets = np.cumsum([0, *lengths])
    probabilities = random_probabilities(offsets[-1], seed)
    found = viterbi(probabilities, offsets, TAGS)
    for start, end in itertools.pairwise(offsets):
        assert tuple(found[start:end]) == best_by_brute_force(probabilities[start:end])


def test_decoded_tags_are_legal_and_cover_every_word():
    offsets = np.cumsum([0, *np.random.default_rng(1).integers(1, 40, 2000)])
    tags = viterbi_tags(random_probabilities(offsets[-1]), offsets, TAGS)
    assert [len(sentence) for sentence in tags] == np.diff(offsets).tolist()
    assert all(legal(sentence) for sentence in tags)


def test_classes_of_probability_zero_are_taken_before_illegal_moves():
    certain = np.zeros((2, 5), dtype=np.float32)
    certain[:, TAGS.index["I-LOC"]] = 1
    assert legal([TAGS.tags[c] for c in viterbi(certain, np.array([0, 2]), TAGS)])


def test_probabilities_sum_to_one_in_the_order_of_the_corpus(tiny_encoder):
    model, tokenizer = new_tagger(tiny_encoder, TAGS, seed=1), load_tokenizer(tiny_encoder)
    corpus = [Sentence(str(n), tuple(["Oslo", "in", "."] * (n + 1))) for n in range(20)]
    whole = make_features(corpus, tokenizer, max_subwords=24)
    together = predict_probabilities(model, whole, precision=Precision.FLOAT32)
    assert np.allclose(together.sum(1), 1, atol=1e-5)
    first = make_features(corpus[:1], tokenizer, max_subwords=24)
    alone = predict_probabilities(model, first, precision=Precision.FLOAT32)
    assert np.allclose(together[:3], alone, atol=1e-5)


def test_every_batch_of_many_is_as_large_as_its_width_allows(tiny_encoder, monkeypatch):
    model, tokenizer = new_tagger(tiny_encoder, TAGS, seed=1), load_tokenizer(tiny_encoder)
    corpus = [Sentence(str(n), tuple(["Oslo", "in", "."] * (n % 6 + 1))) for n in range(40)]
    features = make_features(corpus, tokenizer, max_subwords=24)
    whole = predict_probabilities(model, features, precision=Precision.FLOAT32)
    shapes = []

    def watched(model, batch):
        shapes.append(tuple(batch.input_ids.shape))
        return word_logits(model, batch)

    monkeypatch.setattr(prediction, "word_logits", watched)
    monkeypatch.setattr(prediction, "BATCH_SUBWORDS", {"cpu": 100, "cuda": 100})
    parts = predict_probabilities(model, features, precision=Precision.FLOAT32)
    assert np.allclose(parts, whole, atol=1e-5)
    assert len(shapes) > 3
    assert all(rows == 100 // width for rows, width in shapes)
