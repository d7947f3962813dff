import json

import pytest

from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.errors import InputError
from unitrans.translation import sentences
from unitrans.translation.sentence_settings import SentenceTranslationSettings
from unitrans.translation.sentences import SentenceTranslation
from unitrans.translation.words import read_translation

WORDS = {"met": "vio a", "in": "en", "Bank": "Banco"}


class Translator:
    """A backend of three words that counts what it is asked."""

    def __init__(self, drop=(), fail_after=None):
        self.texts = []
        self.drop, self.fail_after = drop, fail_after

    def __call__(self, texts):
        if self.fail_after is not None and len(self.texts) >= self.fail_after:
            raise InputError("killed")
        self.texts += texts
        return [
            "" if text in self.drop else " ".join(WORDS.get(w, w) for w in text.split())
            for text in texts
        ]


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "train.jsonl"
    tags = ("B-PER", "O", "B-ORG", "O")
    write_sentences(
        path, [Sentence(f"s{n}", (f"Ana{n}", "met", "Bank", ".")[:4], tags) for n in range(5)]
    )
    return path


def run(corpus, monkeypatch, translator, **options):
    monkeypatch.setattr(sentences, "make_backend", lambda *_: translator)
    folder = corpus.parent
    settings = SentenceTranslationSettings(**{"method": "apertium", "mode": "eng-spa"} | options)
    SentenceTranslation(
        corpus,
        shards=folder / "shards",
        source_language="en",
        target_language="es",
        settings=settings,
    ).write(folder / "translation.jsonl", folder / "stats.json")
    pairs = [sentence for _, sentence in read_translation(folder / "translation.jsonl")]
    return pairs, json.loads((folder / "stats.json").read_text())


def test_sentences_keep_ids_and_tags_beside_their_translation(corpus, monkeypatch):
    pairs, stats = run(corpus, monkeypatch, Translator())
    assert [pair.id for pair in pairs] == [f"s{n}" for n in range(5)]
    assert pairs[1].tokens == ("Ana1", "met", "Bank", ".")
    assert pairs[1].tags == ("B-PER", "O", "B-ORG", "O")
    assert pairs[1].translation == ("Ana1", "vio", "a", "Bank", ".")
    assert stats["sentences"] == {"translated": 5, "without_translation": 0}
    assert stats["words"] == {"source": 20, "target": 25}


def test_a_sentence_without_translation_is_left_out_and_shifts_no_other(corpus, monkeypatch):
    pairs, stats = run(corpus, monkeypatch, Translator(drop={"Ana1 met Bank."}))
    assert [(pair.id, pair.translation[0]) for pair in pairs] == [
        (f"s{n}", f"Ana{n}") for n in (0, 2, 3, 4)
    ]
    assert stats["sentences"]["without_translation"] == 1


def test_kept_entities_pass_untranslated(corpus, monkeypatch):
    translator = Translator()
    pairs, stats = run(corpus, monkeypatch, translator, keep_types=["PER", "ORG"])
    assert pairs[0].translation == ("Ana0", "vio", "a", "Bank", ".")
    assert not any("Ana" in text for text in translator.texts)
    assert (stats["entities_passed"], stats["entities_not_passed"]) == (10, 0)


def test_a_lost_name_gets_the_sentence_translated_with_its_real_names(corpus, monkeypatch):
    def forgetful(texts):
        return [text.replace("Zqx0", "ella") for text in texts]

    pairs, stats = run(corpus, monkeypatch, forgetful, keep_types=["PER"])
    assert pairs[0].translation == ("Ana0", "met", "Bank", ".")
    assert (stats["entities_passed"], stats["entities_not_passed"]) == (0, 5)


def test_a_killed_translation_goes_on_where_it_was(corpus, monkeypatch):
    with pytest.raises(InputError, match="killed"):
        run(corpus, monkeypatch, Translator(fail_after=4), shard_sentences=2)
    assert not (corpus.parent / "translation.jsonl").exists()
    second = Translator()
    pairs, _ = run(corpus, monkeypatch, second, shard_sentences=2)
    assert second.texts == ["Ana4 met Bank."]
    assert len(pairs) == 5
    assert not (corpus.parent / "shards").exists()


def test_other_settings_do_not_take_over_old_shards(corpus, monkeypatch):
    with pytest.raises(InputError, match="killed"):
        run(corpus, monkeypatch, Translator(fail_after=4), shard_sentences=2)
    second = Translator()
    run(corpus, monkeypatch, second, shard_sentences=2, keep_types=["PER"])
    assert len(second.texts) == 5


def test_no_translation_at_all_is_refused(corpus, monkeypatch):
    with pytest.raises(InputError, match="found no translation"):
        run(corpus, monkeypatch, lambda texts: [""] * len(texts))


def test_a_file_of_translations_plugs_in(corpus, tmp_path):
    (tmp_path / "es.txt").write_text("".join(f"Ana{n} vio el Banco.\n" for n in range(5)))
    SentenceTranslation(
        corpus,
        shards=tmp_path / "shards",
        source_language="en",
        target_language="es",
        settings=SentenceTranslationSettings(
            method="parallel", path=str(tmp_path / "es.txt"), shard_sentences=2
        ),
    ).write(tmp_path / "translation.jsonl", tmp_path / "stats.json")
    pairs = [sentence for _, sentence in read_translation(tmp_path / "translation.jsonl")]
    assert pairs[4].translation == ("Ana4", "vio", "el", "Banco", ".")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"method": "giza"},
            "translation.method: found 'giza'; expected apertium, marian",
        ),
        ({"method": "marian"}, "sentence_translation.model: found nothing"),
        ({"method": "apertium"}, "sentence_translation.mode: found nothing"),
        ({"method": "parallel"}, "sentence_translation.path: found nothing"),
        ({"method": "marian", "model": "m", "beams": 0}, "sentence_translation.beams: found 0"),
        (
            {"method": "marian", "model": "m", "length_ratio": 0},
            "sentence_translation.length_ratio",
        ),
        ({"method": "marian", "model": "m", "target_code": "x"}, "expected both or none"),
        (
            {"method": "parallel", "path": "x", "key": "name"},
            "sentence_translation.key: found 'name'",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        SentenceTranslationSettings(**options)
