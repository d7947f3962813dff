import pytest
import torch
from transformers import BertConfig, BertModel

from translation.vectors import unit_vectors
from unitrans.corpora.sentences import Sentence
from unitrans.encoders.checkpoint import load_checkpoint
from unitrans.errors import InputError
from unitrans.translation.dictionary import DictionarySettings, vocabulary
from unitrans.translation.induction import (
    induce,
    induce_from_vectors,
    match,
    offered,
    procrustes,
)
from unitrans.translation.word_vectors import centred, encoder_vectors, mean_vectors, read_vectors

WORDS = ["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho"]


def rotation(width=16, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return torch.linalg.qr(torch.randn(width, width, generator=generator))[0]


def corpus(words):
    return vocabulary([Sentence("1", tuple(words))])


def write_vec(path, words, vectors, *, header):
    lines = [f"{len(words)} {vectors.shape[1]}"] if header else []
    lines += [
        " ".join([word, *(f"{value:.6f}" for value in row)])
        for word, row in zip(words, vectors.tolist(), strict=True)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_procrustes_recovers_a_rotation():
    x, turn = unit_vectors(40), rotation()
    found = procrustes(x, x @ turn)
    assert torch.allclose(found, turn, atol=1e-5)
    assert torch.allclose(found @ found.T, torch.eye(16), atol=1e-5)


def test_strays_and_rare_words_are_not_offered():
    source = corpus(["the"] * 50 + ["in"] * 5)
    pool = corpus(["la"] * 40 + ["the"] * 2 + ["in"] * 3 + ["rara"])
    assert offered(source, pool, DictionarySettings(minimum_count=1)) == ["in", "la", "rara"]
    assert offered(source, pool, DictionarySettings(minimum_count=2)) == ["in", "la"]


def test_pool_without_frequent_word():
    with pytest.raises(InputError, match=r"dictionary\.minimum_count: found no word 2 times"):
        offered(corpus(["a"]), corpus(["b"]), DictionarySettings(minimum_count=2))


def test_names_need_more():
    source = vocabulary(
        [Sentence("1", ("Dukla", "won", "home"), ("B-ORG", "O", "O"))],
    )
    pool = corpus(["duik", "won"])
    x = torch.eye(3)
    y = torch.nn.functional.normalize(torch.tensor([[0.6, 0.0, 0.0], [0.0, 1.0, 0.0]]), dim=1)
    y[0] = torch.tensor([0.6, 0.0, 0.8])  # nearer to home than to Dukla
    settings = DictionarySettings(
        neighbours=1, frequency_weight=0.0, minimum_score=-9.0, minimum_name_score=0.0
    )
    words, targets = ["dukla", "won", "home"], ["duik", "won"]
    found = match(words, targets, x, y, source=source, pool=pool, settings=settings)
    assert [entry[:2] for entry in found] == [("won", "won"), ("home", "duik")]


def test_weak_matches_give_no_entry():
    words, x = ["one", "two"], torch.eye(2)
    y = torch.nn.functional.normalize(torch.tensor([[1.0, 0.1], [1.0, 0.9]]), dim=1)
    arguments = (words, ["uno", "dos"], x, y)
    both = {"source": corpus(words), "pool": corpus(["uno", "dos"])}
    low, high = (DictionarySettings(neighbours=1, minimum_score=score) for score in (-9.0, 0.0))
    assert [entry.source for entry in match(*arguments, **both, settings=low)] == words
    assert [entry.source for entry in match(*arguments, **both, settings=high)] == ["one"]


@pytest.mark.parametrize("header", [True, False])
def test_dictionary_from_rotated_vectors(tmp_path, header):
    shared = [f"shared{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    english = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    vectors = unit_vectors(len(shared) + len(english))
    paths = [
        write_vec(tmp_path / name, words, some, header=header)
        for name, words, some in (
            ("en.vec", shared + english, vectors),
            ("es.vec", shared + WORDS, vectors @ rotation()),
        )
    ]
    settings = DictionarySettings(
        method="vectors", source_vectors=paths[0], target_vectors=paths[1], neighbours=3
    )
    lexicon = induce_from_vectors(corpus(english), corpus(WORDS), settings=settings)
    assert {entry.source: entry.target for entry in lexicon} == dict(
        zip(english, WORDS, strict=True)
    )


def test_vectors_without_common_word(tmp_path):
    paths = [
        write_vec(tmp_path / name, [name], unit_vectors(1), header=True) for name in ("en", "es")
    ]
    settings = DictionarySettings(
        method="vectors", source_vectors=paths[0], target_vectors=paths[1]
    )
    with pytest.raises(InputError, match="words that stand in both files"):
        induce_from_vectors(corpus(["en"]), corpus(["es"]), settings=settings)


def test_vectors_of_two_widths(tmp_path):
    paths = [
        write_vec(tmp_path / str(width), ["a"], unit_vectors(1, width), header=True)
        for width in (3, 4)
    ]
    settings = DictionarySettings(
        method="vectors", source_vectors=paths[0], target_vectors=paths[1]
    )
    with pytest.raises(InputError, match="found vectors of 4 numbers; expected 3"):
        induce_from_vectors(corpus(["a"]), corpus(["a"]), settings=settings)


def test_reading_vectors_stops_and_keeps_the_first_of_a_word(tmp_path):
    path = tmp_path / "en.vec"
    path.write_text("4 2\nthe 1 0\nThe 0 1\nof 0.5 0.5\nand 1 1\n")
    words, vectors = read_vectors(path, maximum_words=2)
    assert words == ["the", "of"]
    assert vectors.tolist() == [[1.0, 0.0], [0.5, 0.5]]


@pytest.mark.parametrize("line", ["of 1", "of 1 x", "of 1 nan", "of"])
def test_reading_vectors_refuses_a_bad_line(tmp_path, line):
    path = tmp_path / "en.vec"
    path.write_text(f"the 1 0\n{line}\n")
    with pytest.raises(InputError, match=r"en\.vec:2"):
        read_vectors(path, maximum_words=10)


def test_mean_vectors_average_the_occurrences(tiny_encoder):
    model, tokenizer = load_checkpoint(tiny_encoder)
    sentences = [("Die", "Stadt"), ("Wir", "sehen", "die", "Stadt", ".")]
    options = {"prefix": "query: ", "depth": 1.0, "batch_size": 2}
    both = mean_vectors(["die", "stadt"], sentences, model, tokenizer, **options)
    each = [
        mean_vectors(["die", "stadt"], [some], model, tokenizer, **options) for some in sentences
    ]
    assert both.shape == (2, 32)
    assert torch.allclose(both, (each[0] + each[1]) / 2, atol=1e-2)
    assert not torch.allclose(each[0], each[1], atol=1e-2)


def test_the_blank_before_a_word_is_none_of_it(unigram):
    torch.manual_seed(1)
    sizes = {"hidden_size": 16, "intermediate_size": 16, "max_position_embeddings": 16}
    config = BertConfig(
        vocab_size=len(unigram), num_hidden_layers=1, num_attention_heads=2, **sizes
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    words = ["北京", "大学"]
    found = mean_vectors(words, [words], model, unigram, prefix="", depth=1.0, batch_size=1)
    encoded = unigram([words], is_split_into_words=True, return_tensors="pt")
    hidden = model(**encoded).last_hidden_state[0].detach()
    pieces = unigram.convert_ids_to_tokens(encoded.input_ids[0].tolist())
    assert pieces[1:-1] == ["▁", "北京", "▁", "大学"]
    assert torch.allclose(found, hidden[[2, 4]], atol=5e-2)
    assert not torch.allclose(found, (hidden[[2, 4]] + hidden[[1, 3]]) / 2, atol=5e-2)


def test_a_word_that_does_not_occur_gets_the_mean(tiny_encoder):
    model, tokenizer = load_checkpoint(tiny_encoder)
    found = mean_vectors(
        ["die", "stadt", "nie"], [("die", "Stadt")], model, tokenizer,
        prefix="", depth=0.5, batch_size=1,
    )  # fmt: skip
    assert torch.allclose(found[2], found[:2].mean(0))


def test_encoder_vectors_weigh_the_word_alone(tiny_encoder):
    model, tokenizer = load_checkpoint(tiny_encoder)
    words, sentences = ["die", "stadt"], [("die", "Stadt")]
    options = {"prefix": "", "depth": 1.0, "batch_size": 8}
    found = encoder_vectors(words, sentences, model, tokenizer, alone_weight=0.5, **options)
    assert found.shape == (2, 64)
    assert torch.allclose(found.norm(dim=1), torch.ones(2), atol=1e-5)
    ratio = found[:, 32:].norm(dim=1) / found[:, :32].norm(dim=1)
    assert torch.allclose(ratio, torch.full((2,), 0.5), atol=1e-4)


def test_centred_vectors():
    found = centred(torch.tensor([[3.0, 1.0], [1.0, 1.0]]))
    assert found.tolist() == [[1.0, 0.0], [-1.0, 0.0]]


def test_induction_is_repeatable(tiny_encoder):
    source = [Sentence("1", ("Die", "Stadt", "sieht", "Berlin"), ("O", "O", "O", "B-LOC"))]
    pool = [Sentence("1", ("Berlin", "zieht", "die", "Stadt"))]
    settings = DictionarySettings(minimum_score=-9.0, neighbours=1, alone_weight=1.0)
    first, second = (
        induce(
            vocabulary(source), vocabulary(pool), source, pool,
            encoder=tiny_encoder, settings=settings,
        )
        for _ in range(2)
    )  # fmt: skip
    assert first == second
    assert {entry.source for entry in first} >= {"die", "stadt", "sieht"}
    assert {entry.target for entry in first} <= {"berlin", "zieht", "die", "stadt"}
