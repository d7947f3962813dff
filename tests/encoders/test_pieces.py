import pytest
from transformers import AutoTokenizer, BertConfig, BertModel, XLMRobertaTokenizer

from unitrans.encoders.checkpoint import EncoderSettings, prepare_encoder
from unitrans.encoders.loading import load_tokenizer
from unitrans.encoders.pieces import opening_pieces, split_at_marks


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


def test_xlm_roberta_s_tokenizer_is_divided_for_every_version_of_transformers(tmp_path):
    marks = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = [(mark, 0.0) for mark in marks] + [("▁Oslo", -2.0), (",", -3.0), ("▁", -3.0)]
    own = XLMRobertaTokenizer(vocab=[*pieces, ("<mask>", 0.0)])
    own.save_pretrained(tmp_path)
    shape = BertConfig(
        vocab_size=len(own),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(shape, add_pooling_layer=False).save_pretrained(tmp_path)
    assert own.tokenize("Oslo, Oslo") == ["▁Oslo", ",", "▁Oslo"]
    prepare_encoder(EncoderSettings(str(tmp_path)), tmp_path / "out")
    prepared = AutoTokenizer.from_pretrained(tmp_path / "out")
    assert prepared.tokenize("Oslo, Oslo") == ["▁Oslo", "▁", ",", "▁Oslo"]
    assert prepared("Oslo").input_ids == own("Oslo").input_ids
    assert (prepared.pad_token_id, prepared.mask_token) == (own.pad_token_id, own.mask_token)
