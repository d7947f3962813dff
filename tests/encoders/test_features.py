from dataclasses import replace

import numpy as np
import pytest
import torch

from unitrans.corpora.sentences import Sentence
from unitrans.encoders.batches import budget_batches, shuffled_batches
from unitrans.encoders.features import make_features, store_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.errors import InputError


@pytest.fixture(scope="module")
def tokenizer(tiny_encoder):
    return load_tokenizer(tiny_encoder)


def sentence(*tokens):
    return Sentence("s", tokens)


def window(features, number):
    pieces = slice(*features.piece_offsets[number : number + 2])
    words = slice(*features.word_offsets[number : number + 2])
    return features.pieces[pieces], features.first_pieces[words]


def test_a_short_sentence_reads_as_the_tokenizer_writes_it(tokenizer):
    words = ["Ingrid", "Solberg", "joined", "Norsk", "Hydro", "."]
    features = make_features([sentence(*words)], tokenizer, max_subwords=64)
    expected = tokenizer(words, is_split_into_words=True)
    pieces, first = window(features, 0)
    assert pieces.tolist() == expected.input_ids
    word_ids = expected.word_ids()
    assert first.tolist() == [word_ids.index(number) for number in range(len(words))]


@pytest.mark.parametrize("length", [1, 5, 20, 21, 22, 40, 137])
@pytest.mark.parametrize("max_subwords", [8, 16, 23])
def test_every_word_belongs_to_exactly_one_window(tokenizer, length, max_subwords):
    words = [("in", "Oslo", "Altolaguirre")[number % 3] for number in range(length)]
    features = make_features([sentence(*words)] * 2, tokenizer, max_subwords=max_subwords)
    assert features.words == 2 * length
    assert features.lengths.max() <= max_subwords
    first = {word: tokenizer.tokenize(word)[0] for word in words}
    found = []
    for number in range(len(features.lengths)):
        pieces, places = window(features, number)
        found += tokenizer.convert_ids_to_tokens(pieces[places].tolist())
    assert found == [first[word] for word in words] * 2


def test_windows_of_a_long_sentence_overlap(tokenizer):
    features = make_features([sentence(*["Oslo"] * 100)], tokenizer, max_subwords=32)
    shown = features.lengths.sum() - 2 * len(features.lengths)
    assert len(features.lengths) > 1
    assert shown > len(tokenizer.tokenize("Oslo")) * 100


def test_a_word_is_not_judged_by_the_blank_before_it(unigram):
    words = ["在", "北京", "大学", ",", "Oslo", "Żółkiewska"]
    features = make_features([sentence(*words)], unigram, max_subwords=64)
    pieces, first = window(features, 0)
    judged = unigram.convert_ids_to_tokens(pieces[first].tolist())
    assert judged == ["▁在", "北京", "大学", ",", "▁Oslo", "▁Ż"]
    every = features.arrays([0], every_subword=True)
    assert sorted(every.positions) == list(range(1, len(pieces) - 1))
    blanks = every.positions[every.order < 0]
    assert set(unigram.convert_ids_to_tokens(pieces[blanks].tolist())) == {"▁"}
    assert every.words[every.order < 0].tolist() == [1, 2, 3]
    assert every.positions[every.order == 0].tolist() == first.tolist()
    assert features.blanks.tolist() == [0, 1, 1, 1, 0, 0]
    assert features.piece_counts.sum() == len(pieces) - 2


def test_a_word_without_a_subword_becomes_the_unknown_one(tokenizer):
    features = make_features([sentence("a", "\u200d\x07", "b")], tokenizer, max_subwords=16)
    pieces, first = window(features, 0)
    assert features.words == 3
    assert pieces[first[1]] == tokenizer.unk_token_id


def test_an_endless_word_still_fits_a_window(tokenizer):
    features = make_features([sentence("a", "xy" * 500, "b")], tokenizer, max_subwords=16)
    assert features.words == 3
    assert features.lengths.max() <= 16


def test_a_batch_points_at_each_word_once(tokenizer):
    corpus = [sentence("Oslo"), sentence("in", "Bergen", "."), sentence("a", "b")]
    features = make_features(corpus, tokenizer, max_subwords=16)
    batch = features.batch([2, 1])
    assert batch.words.tolist() == [4, 5, 1, 2, 3]
    rows = batch.positions // batch.input_ids.shape[1]
    assert rows.tolist() == [0, 0, 1, 1, 1]
    assert (batch.attention_mask.sum(1).numpy() == features.lengths[[2, 1]]).all()
    assert (batch.input_ids[batch.attention_mask == 0] == tokenizer.pad_token_id).all()


def test_shuffled_batches_hold_every_window_once_and_depend_on_the_seed():
    lengths = np.random.default_rng(0).integers(3, 60, 1003)
    batches = shuffled_batches(lengths, 16, np.random.default_rng(1))
    assert sorted(np.concatenate(batches).tolist()) == list(range(1003))
    again = shuffled_batches(lengths, 16, np.random.default_rng(1))
    assert all((a == b).all() for a, b in zip(batches, again, strict=True))
    other = shuffled_batches(lengths, 16, np.random.default_rng(2))
    assert any(len(a) != len(b) or (a != b).any() for a, b in zip(batches, other, strict=True))


def test_shuffled_batches_waste_little_on_padding():
    lengths = np.random.default_rng(0).integers(3, 60, 5000)
    batches = shuffled_batches(lengths, 16, np.random.default_rng(1))
    padded = sum(len(batch) * lengths[batch].max() for batch in batches)
    assert padded < 1.1 * lengths.sum()


def test_budget_batches_hold_every_window_once_within_the_budget():
    lengths = np.random.default_rng(0).integers(3, 60, 500)
    batches = budget_batches(lengths, 256)
    assert sorted(np.concatenate(batches).tolist()) == list(range(500))
    assert all(len(batch) * lengths[batch].max() <= 256 for batch in batches)
    assert [len(batch) for batch in budget_batches(np.array([900, 2]), 256)] == [1, 1]


def test_masking_hides_its_part_of_the_subwords_and_nothing_else(tokenizer):
    words = ["Oslo", "in", "Norge"] * 60
    features = make_features([sentence(*words), sentence("Oslo")], tokenizer, max_subwords=512)
    batch = features.batch([0, 1])
    torch.manual_seed(1)
    hidden = features.masked(batch, 0.3).input_ids
    changed = hidden != batch.input_ids
    assert set(hidden[changed].tolist()) == {tokenizer.mask_token_id}
    assert set(tokenizer.all_special_ids).isdisjoint(batch.input_ids[changed].tolist())
    assert 0.2 < changed.sum() / features.lengths.sum() < 0.4
    assert torch.equal(features.masked(batch, 0.0).input_ids, batch.input_ids)
    assert not torch.equal(features.masked(batch, 0.3).input_ids, hidden)


def test_an_encoder_without_a_mask_is_one_line(tokenizer):
    features = replace(make_features([sentence("Oslo")], tokenizer, max_subwords=8), mask=None)
    with pytest.raises(InputError, match=r"masking: found 0.1; expected 0 with this encoder"):
        features.masked(features.batch([0]), 0.1)


def test_features_on_disk_are_those_in_memory(tokenizer, tmp_path):
    corpus = [sentence(*(f"w{n}" for n in range(length))) for length in (1, 9, 30, 2, 5)]
    whole = make_features(corpus, tokenizer, max_subwords=16)
    parts = store_features([corpus[:2], corpus[2:]], tokenizer, max_subwords=16, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
    for name in ("pieces", "first_pieces", "blanks", "piece_counts"):
        assert np.array_equal(getattr(parts, name)[:], getattr(whole, name))
    for name in ("piece_offsets", "word_offsets", "sentence_offsets"):
        assert np.array_equal(getattr(parts, name), getattr(whole, name))
    for every in (False, True):
        windows = np.arange(len(whole.lengths))
        for one, other in zip(
            parts.arrays(windows, every_subword=every),
            whole.arrays(windows, every_subword=every),
            strict=True,
        ):
            assert np.array_equal(one, other)
            assert one.dtype == other.dtype
