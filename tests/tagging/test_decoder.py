import numpy as np
import pytest
import torch

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import TagSet, entities
from unitrans.encoders.features import make_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.taggers.decoding import viterbi_tags
from unitrans.tagging.decoder import DecodedTagger

TAGS = TagSet(("PER", "LOC"))
LONGEST = 64


class Table(torch.nn.Module):
    """A tagger whose logits are drawn at random, whatever it reads."""

    def __init__(self, logits):
        super().__init__()
        self.drawn = logits

    def forward(self, input_ids, attention_mask):
        class Output:
            logits = self.drawn[: len(input_ids), : input_ids.shape[1]]

        return Output


@pytest.fixture(params=["WordPiece", "SentencePiece"])
def tokenizer(request, tiny_encoder, unigram):
    return unigram if request.param == "SentencePiece" else load_tokenizer(tiny_encoder)


@pytest.fixture
def features(tokenizer):
    words = ["Bergen", "og", "Universidad", "Oslo", "Antofagasta", "en", "1994"]
    if "▁" in tokenizer.get_vocab():
        words += ["北京", "ไทย", ","]  # which begin with a blank by itself
    draw = np.random.default_rng(3)
    sentences = [
        Sentence(str(n), tuple(map(str, draw.choice(words, draw.integers(1, 12)))))
        for n in range(60)
    ]
    return make_features(sentences, tokenizer, max_subwords=LONGEST)


def test_logits_agree_with_viterbi(tokenizer, features):
    logits = 3 * torch.randn(60, LONGEST, 5, generator=torch.Generator().manual_seed(5))
    tagger = DecodedTagger(Table(logits), tokenizer, TAGS, longest=LONGEST)
    batch = features.batch(np.arange(60))
    found, raw = tagger(batch.input_ids, batch.attention_mask)
    assert torch.equal(raw, logits[:, : raw.shape[1]])
    width = batch.input_ids.shape[1]
    rows = logits[:, :width].flatten(0, 1)[batch.positions].softmax(-1).numpy()
    expected = viterbi_tags(rows, features.sentence_offsets, TAGS)
    best = np.array(TAGS.tags)[found.argmax(-1).flatten()[batch.positions].numpy()]
    own = [tuple(part) for part in np.split(best, features.sentence_offsets[1:-1])]
    assert own == expected
    assert sum(len(entities(tags)) for tags in own) > 50
    # The same logits in another order: no probability is made up.
    assert torch.allclose(found.sort(-1).values, logits[:, :width].sort(-1).values, atol=1e-5)


def test_other_subwords_fit_their_word_and_special_ones_are_outside(tokenizer, features):
    logits = torch.zeros(60, LONGEST, 5)
    logits[..., TAGS.index["B-LOC"]] = 4
    tagger = DecodedTagger(Table(logits), tokenizer, TAGS, longest=LONGEST)
    batch = features.batch(np.arange(60), every_subword=True)
    best = tagger(batch.input_ids, batch.attention_mask)[0].argmax(-1).flatten()
    tags = np.array(TAGS.tags)[best.numpy()]
    assert set(tags[batch.positions[batch.order == 0]]) == {"B-LOC"}
    assert set(tags[batch.positions[batch.order > 0]]) == {"I-LOC"}
    blanks = set(tags[batch.positions[batch.order < 0]])
    assert blanks == ({"O"} if "▁" in tokenizer.get_vocab() else set())
    others = np.setdiff1d(np.arange(len(tags)), batch.positions)
    assert set(tags[others]) == {"O"}


@pytest.mark.parametrize(
    ("word", "before", "after"),
    [
        ("B-LOC", ["O"], ["O", "B-LOC", "I-LOC"]),
        ("O", ["O"], ["O", "O", "O"]),
        ("I-PER", ["B-PER"], ["I-PER", "I-PER", "I-PER"]),
    ],
)
def test_a_blank_leads_up_to_its_word(unigram, word, before, after):
    blank = unigram.convert_tokens_to_ids("▁")
    opening, later = (unigram.convert_tokens_to_ids(piece) for piece in ("▁en", "s"))
    assert unigram.unk_token_id not in {blank, opening, later}
    ids = [unigram.cls_token_id, opening, blank, later, later, unigram.sep_token_id]
    logits = torch.randn(1, 6, 5, generator=torch.Generator().manual_seed(5))
    logits[0, 1, TAGS.index[before[0]]] = 9
    logits[0, 3, TAGS.index[word]] = 7
    tagger = DecodedTagger(Table(logits), unigram, TAGS, longest=LONGEST)
    found, _ = tagger(torch.tensor([ids]), torch.ones(1, 6))
    best = np.array(TAGS.tags)[found[0].argmax(-1).numpy()].tolist()
    assert best == ["O", *before, *after, "O"]
