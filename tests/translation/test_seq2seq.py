import pytest

from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.errors import InputError
from unitrans.translation.sentence_settings import SentenceTranslationSettings
from unitrans.translation.sentences import SentenceTranslation
from unitrans.translation.seq2seq import Seq2Seq
from unitrans.translation.words import read_translation


def settings(folder, **options):
    chosen = {"method": "marian", "model": str(folder), "precision": "float32", "beams": 2}
    return SentenceTranslationSettings(**chosen | options)


def test_the_whole_path_runs(copier, tmp_path):
    write_sentences(
        tmp_path / "train.jsonl",
        [
            Sentence("a", ("Ana", "ve", "Oslo"), ("B-PER", "O", "B-LOC")),
            Sentence("b", ("Bern", "llama"), ("B-LOC", "O")),
            Sentence("c", ("casa", "banco", "Luis", "ve"), ("O", "O", "B-PER", "O")),
        ],
    )
    SentenceTranslation(
        tmp_path / "train.jsonl",
        shards=tmp_path / "shards",
        source_language="en",
        target_language="es",
        settings=settings(copier),
    ).write(tmp_path / "translation.jsonl", tmp_path / "stats.json")
    pairs = [sentence for _, sentence in read_translation(tmp_path / "translation.jsonl")]
    assert [pair.translation for pair in pairs] == [pair.tokens for pair in pairs]


@pytest.mark.parametrize("batch_subwords", [1, 8, 4096])
def test_sentences_come_back_in_their_order_whatever_the_batch(copier, batch_subwords):
    texts = ["Oslo llama Bern", "Ana ve", "casa banco Luis ve", "Bern llama"]
    assert Seq2Seq(settings(copier, batch_subwords=batch_subwords)).translate(texts) == texts


def test_a_sentence_longer_than_the_model_reads_is_left_out(copier):
    found = Seq2Seq(settings(copier)).translate(["Oslo " * 40, "Ana ve"])
    assert found == ["", "Ana ve"]


def test_nothing_to_translate_gives_nothing(copier):
    assert Seq2Seq(settings(copier)).translate([]) == []


def test_a_translation_is_never_longer_than_allowed(copier):
    (found,) = Seq2Seq(settings(copier, length_ratio=0.01)).translate(["Ana ve Oslo"])
    assert len(found.split()) <= 10


def test_a_language_that_the_model_does_not_know_is_refused(copier):
    with pytest.raises(InputError, match=r"sentence_translation.source_code: found 'eng_Latn'"):
        Seq2Seq(settings(copier, source_code="eng_Latn", target_code="spa_Latn"))


def test_pickled_weights_are_refused(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(InputError, match=r"found (pickled weights only|no such file)"):
        Seq2Seq(settings(tmp_path))


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        Seq2Seq(settings(f"{tmp_path}/none"))
