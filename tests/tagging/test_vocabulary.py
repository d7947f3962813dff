import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from tiny import make_student
from unitrans.corpora.sentences import Sentence
from unitrans.encoders.loading import load_tokenizer
from unitrans.tagging.student import Student
from unitrans.tagging.vocabulary import (
    by_likeness,
    can_trim,
    dictionary_forms,
    kept_pieces,
    trim_model,
    trim_tokenizer,
)

POOL = [
    Sentence(
        "1",
        tuple(
            ["La", "Universidad", "de", "Oslo", "envió", "1.994", "barcos", "a", "Antofagasta", "."]
        ),
    )
]
SOURCE = [Sentence("1", tuple(["The", "University", "of", "Bergen", "is", "old", "."]))]


def trim(tokenizer, most):
    kept = kept_pieces(tokenizer, POOL, SOURCE, language="es", most=most)
    return kept, trim_tokenizer(tokenizer, kept)


@pytest.mark.parametrize("kind", ["unigram", "wordpiece"])
def test_words_of_the_corpora_are_split_as_before(kind, unigram, tiny_encoder):
    tokenizer = unigram if kind == "unigram" else load_tokenizer(tiny_encoder)
    kept, trimmed = trim(tokenizer, 8000 if kind == "unigram" else 500)
    assert len(trimmed) == len(kept) < len(tokenizer)
    for sentence in (*POOL, *SOURCE):
        old, new = (
            one(list(sentence.tokens), is_split_into_words=True) for one in (tokenizer, trimmed)
        )
        assert kept[new.input_ids].tolist() == old.input_ids  # special ones around them included
    assert trimmed.pad_token_id == np.flatnonzero(kept == tokenizer.pad_token_id)[0]


def test_every_word_of_the_script_can_still_be_split(unigram):
    _, trimmed = trim(unigram, 5000)
    for word in ("Xyzzyqua", "Þórr", "čestitka", "123456", "@¿«"):
        pieces = trimmed.tokenize(word)
        assert "".join(pieces).replace("▁", "") == word
        assert trimmed.unk_token not in pieces
    # Scripts that neither corpus has are not kept.
    assert trimmed.unk_token_id in trimmed("Москва").input_ids


def test_names_and_what_the_dictionary_has_come_before_the_rest(unigram):
    _, trimmed = trim(unigram, 40_000)
    words = ("Magdalena", "Philadelphia", "ayuntamiento", "Gobierno", "trabajadores")
    assert [trimmed.tokenize(word) for word in words] == [unigram.tokenize(word) for word in words]
    assert dictionary_forms("es")
    assert dictionary_forms("xx") == []


def test_pieces_that_look_like_the_language_come_first():
    words = {"universidad": 3, "ciudad": 2, "verdad": 1}
    pieces = dict(enumerate(["▁sch", "dad", "▁wh", "idad", "▁the"]))
    assert {pieces[number] for number in by_likeness(pieces, words)[:2]} == {"dad", "idad"}


def test_a_trimmed_tagger_gives_the_same_logits(tiny_encoder, tmp_path):
    student = Student.load(make_student(tiny_encoder, tmp_path), precision="float32")
    kept, trimmed = trim(student.tokenizer, 500)
    words = list(POOL[0].tokens)
    with torch.inference_mode():
        old = student.model(
            **student.tokenizer(words, is_split_into_words=True, return_tensors="pt")
        )
        new = trim_model(student.model, kept)(
            **trimmed(words, is_split_into_words=True, return_tensors="pt")
        )
    assert torch.equal(old.logits, new.logits)


def test_pieces_that_are_made_of_others_are_left_alone(unigram):
    merged = Tokenizer(models.BPE({"[UNK]": 0, "a": 1, "b": 2, "ab": 3}, [("a", "b")]))
    assert not can_trim(PreTrainedTokenizerFast(tokenizer_object=merged, unk_token="[UNK]"))
    assert can_trim(unigram)


def test_roberta_s_marks_get_their_new_numbers():
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁x", -2.0)]
    pieces += [("▁Oslo", -1.0), ("▁", -3.0), ("O", -4.0), ("s", -4.0), ("l", -4.0), ("o", -4.0)]
    raw = Tokenizer(models.Unigram(pieces, unk_id=3))
    raw.pre_tokenizer = pre_tokenizers.Metaspace()
    raw.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    names = {"bos": "<s>", "cls": "<s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>"}
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, **{f"{name}_token": mark for name, mark in names.items()}
    )
    kept = np.array([0, 2, 3, 1, 5, 6])
    trimmed = trim_tokenizer(tokenizer, np.sort(kept))
    assert trimmed("Oslo").input_ids == [0, 4, 2]
