import json

import numpy as np
import pytest
import torch
from simalign import SentenceAligner

from conftest import PROJECT
from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.encoders.checkpoint import EncoderSettings, load_checkpoint, prepare_encoder
from unitrans.errors import InputError
from unitrans.projection.alignment import (
    Aligner,
    AlignmentSettings,
    Matching,
    align_corpus,
    best_assignment,
    embed_source,
    link_words,
    mutual_best,
)
from unitrans.projection.word_vectors import Embedder, Vectors, VectorSettings, read_vectors
from unitrans.translation.words import TranslatedSentence, write_translation

EUROPARL = PROJECT / "data" / "europarl"
PAIRS = [
    ("Tomorrow we argue , tonight we dance .", "Mañana discutimos , esta noche bailamos ."),
    ("Ingrid Solberg joined Norsk Hydro in Oslo", "Ingrid Solberg kam 1998 zu Norsk Hydro ."),
    ("No", "No"),
    ("Car horns sounded along the Rambla until the small hours 🙂", "مرحبا بك في باريس"),
    ("The vote is on Sunday in Bern", "Die Abstimmung findet am Sonntag statt"),
]
SOURCE = [tuple(source.split()) for source, _ in PAIRS]
TARGET = [tuple(target.split()) for _, target in PAIRS]
UNITS = {"word": "word", "subword": "bpe"}
NAMES = {"argmax": "inter", "itermax": "itermax", "match": "mwmf"}


def settings(**options):
    return AlignmentSettings(**{"layer": 1, "max_subwords": 128, "precision": "float32"} | options)


def simalign_links(encoder, unit, method, layer, source, target):
    letter = {"argmax": "a", "itermax": "i", "match": "m"}[method]
    aligner = SentenceAligner(
        str(encoder), token_type=UNITS[unit], matching_methods=letter, layer=layer
    )
    return [
        aligner.get_word_aligns(list(a), list(b))[NAMES[method]]
        for a, b in zip(source, target, strict=True)
    ]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("method", NAMES)
def test_links_are_simaligns(tiny_encoder, unit, method):
    expected = simalign_links(tiny_encoder, unit, method, 1, SOURCE, TARGET)
    found = Aligner(tiny_encoder, settings(unit=unit, method=method)).align(SOURCE, TARGET)
    assert found == expected
    assert all(found)


def read_europarl(language):
    text = (EUROPARL / f"{language}-europarl.test.conll02").read_text(encoding="utf-8")
    return [
        tuple(line.split("\t")[0] for line in block.splitlines())
        for block in text.strip().split("\n\n")
    ]


@pytest.mark.slow
@pytest.mark.skipif(not EUROPARL.is_dir(), reason="needs data/europarl")
@pytest.mark.parametrize("unit", UNITS)
def test_links_are_simaligns_on_real_sentences(tmp_path, unit):
    prepare_encoder(EncoderSettings(name="packaged"), tmp_path)
    source, target = read_europarl("en")[:500], read_europarl("es")[:500]
    expected = simalign_links(tmp_path, unit, "itermax", 7, source, target)
    options = {"layer": 7, "max_subwords": 512}
    assert Aligner(tmp_path, settings(unit=unit, **options)).align(source, target) == expected


def test_mutual_best_is_simaligns_argmax():
    rng = np.random.default_rng(3)
    for shape in [(1, 1), (1, 5), (7, 4), (12, 12)]:
        similarities = rng.random(shape, dtype=np.float32)
        forward, backward = SentenceAligner.get_alignment_matrix(similarities)
        assert (mutual_best(similarities) == (forward * backward > 0)).all()


def test_best_assignment_is_simaligns_match():
    rng = np.random.default_rng(4)
    for shape in [(1, 1), (1, 5), (7, 4), (12, 12)]:
        similarities = rng.random(shape, dtype=np.float32)
        expected = SentenceAligner.get_max_weight_match(similarities) > 0
        assert (best_assignment(similarities) == expected).all()


def test_a_cut_encoder_gives_what_the_whole_one_has_at_that_layer(tiny_encoder):
    model, tokenizer = load_checkpoint(tiny_encoder)
    inputs = tokenizer([["Oslo"]], is_split_into_words=True, return_tensors="pt")
    hidden = model(**inputs, output_hidden_states=True).hidden_states
    for layer in (0, 1, 2):
        embedder = Embedder(tiny_encoder, settings(layer=layer).vectors)
        expected = torch.nn.functional.normalize(hidden[layer][0, 1:-1].mean(0), dim=-1)
        assert np.allclose(embedder.embed([("Oslo",)]).values[0], expected.detach(), atol=1e-6)


def test_an_empty_sentence_has_no_links_and_moves_no_other(tiny_encoder):
    aligner = Aligner(tiny_encoder, settings())
    alone = aligner.align(SOURCE[:1], TARGET[:1])[0]
    found = aligner.align([(), SOURCE[0], SOURCE[0]], [TARGET[0], TARGET[0], ()])
    assert found == [[], alone, []]
    assert aligner.counts.without_links == 2


def test_a_pair_longer_than_a_window_is_linked_to_its_end(tiny_encoder):
    words = tuple(f"{name}{number}" for number in range(100) for name in ("Oslo", "Bern", "and"))
    aligner = Aligner(tiny_encoder, settings())
    (links,) = aligner.align([words], [words])
    assert aligner.counts.windowed == 2
    assert (299, 299) in links


def test_a_pair_too_long_to_compare_is_skipped_and_counted(tiny_encoder):
    aligner = Aligner(tiny_encoder, settings(max_words=6))
    found = aligner.align(SOURCE, TARGET)
    assert aligner.counts.skipped == 4
    assert [bool(links) for links in found] == [False, False, True, False, False]


def test_a_pair_without_numbers_stops_no_other():
    good = np.eye(2, dtype=np.float32)
    bad = np.full((2, 2), np.nan, dtype=np.float32)
    words, offsets = np.array([0, 1, 0, 1]), np.array([0, 2, 4])
    source = Vectors(np.concatenate([good, good]), words, offsets)
    target = Vectors(np.concatenate([bad, good]), words, offsets)
    assert link_words(source, target, Matching.ARGMAX) == [None, [(0, 0), (1, 1)]]


@pytest.mark.parametrize("unit", UNITS)
def test_source_vectors_made_once_give_the_same_links(tiny_encoder, tmp_path, unit):
    chosen = settings(unit=unit)
    sentences = [Sentence(f"s{number}", words) for number, words in enumerate(SOURCE)]
    write_sentences(tmp_path / "train.jsonl", sentences)
    # A translation may lack sentences of the corpus.
    pairs = [
        TranslatedSentence(one.id, one.tokens, ("O",) * len(one.tokens), target)
        for one, target in list(zip(sentences, TARGET, strict=True))[1:]
    ]
    write_translation(tmp_path / "translation.jsonl", pairs)
    embed_source(
        tmp_path / "train.jsonl",
        tmp_path / "vectors.safetensors",
        encoder=tiny_encoder,
        settings=chosen.vectors,
    )
    known = {"source": tmp_path / "train.jsonl", "source_vectors": tmp_path / "vectors.safetensors"}
    for name, options in (("known", known), ("new", {})):
        align_corpus(
            tmp_path / "translation.jsonl",
            tmp_path / f"{name}.txt",
            tmp_path / f"{name}.json",
            encoder=tiny_encoder,
            settings=chosen,
            **options,
        )
    assert (tmp_path / "known.txt").read_text() == (tmp_path / "new.txt").read_text()
    stats = json.loads((tmp_path / "known.json").read_text())
    assert stats["pairs"] == len(pairs)
    assert 0 < stats["source_words_aligned_share"] <= 1


def test_vectors_made_otherwise_are_refused(tiny_encoder, tmp_path):
    write_sentences(tmp_path / "train.jsonl", [Sentence("a", ("Oslo",))])
    path = tmp_path / "vectors.safetensors"
    embed_source(tmp_path / "train.jsonl", path, encoder=tiny_encoder, settings=settings().vectors)
    with pytest.raises(InputError, match="found vectors made with"):
        read_vectors(path, settings(layer=2).vectors)


def test_vectors_of_another_corpus_are_refused(tiny_encoder, tmp_path):
    write_sentences(tmp_path / "train.jsonl", [Sentence("a", ("Oslo",))])
    vectors = tmp_path / "vectors.safetensors"
    embed_source(
        tmp_path / "train.jsonl", vectors, encoder=tiny_encoder, settings=settings().vectors
    )
    pair = TranslatedSentence("a", ("Bern",), ("O",), ("Berna",))
    write_translation(tmp_path / "translation.jsonl", [pair])
    with pytest.raises(InputError, match="found sentence 'a'; expected those of"):
        align_corpus(
            tmp_path / "translation.jsonl",
            tmp_path / "out.txt",
            tmp_path / "out.json",
            encoder=tiny_encoder,
            source=tmp_path / "train.jsonl",
            source_vectors=vectors,
            settings=settings(),
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "giza"}, "alignment.method: found 'giza'"),
        ({"unit": "letter"}, "alignment.unit: found 'letter'; expected word, subword"),
        ({"layer": -1}, "alignment.layer: found -1"),
        ({"max_words": 0}, "alignment.max_words: found 0"),
        ({"precision": "float16"}, "alignment.precision: found 'float16'"),
    ],
)
def test_settings_that_cannot_work_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        AlignmentSettings(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layer": 3}, "alignment.layer: found 3; expected at most 2"),
        ({"max_subwords": 512}, "alignment.max_subwords: found 512; expected at most 128"),
    ],
)
def test_settings_beyond_the_encoder_are_refused(tiny_encoder, options, message):
    with pytest.raises(InputError, match=message):
        Embedder(tiny_encoder, VectorSettings(**{"layer": 1, "max_subwords": 128} | options))
