import json
from random import Random

import pytest

from unitrans.corpora.casing import casing_of, forms_of, shape, true_cased, usual_form
from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.corpora.writing import Capitals, capitals_of, script_of
from unitrans.errors import InputError
from unitrans.translation.dictionary import (
    DictionarySettings,
    Entry,
    read_lexicon,
    write_lexicon,
)
from unitrans.translation.lexicon import build_lexicon
from unitrans.translation.transliteration import can_write, transliterate
from unitrans.translation.words import (
    TranslatedSentence,
    TranslationSettings,
    read_translation,
    translate_corpus,
    translate_words,
    write_translation,
)

LEXICON = {
    word: Entry(word, target, 1.0)
    for word, target in {
        "the": "das",
        "house": "haus",
        "rice": "reis",
        "i": "ich",
        "eu": "ue",
        "new": "neu",
        "ministry": "ministerium",
        "of": "von",
    }.items()
}
GOOD = {"id": "1", "tokens": ["a", "b"], "tags": ["O", "O"], "translation": ["x"]}


def translate(text, tags=None, *, forms=None, name_forms=None, seed=1):
    tokens = tuple(text.split())
    sentence = Sentence("1", tokens, tuple(tags) if tags else ("O",) * len(tokens))
    done = translate_words(
        sentence,
        LEXICON,
        forms=forms or {},
        name_forms=name_forms or {},
        seed=seed,
        keep_types=["PER"],
    )
    assert (done.tokens, done.tags) == (sentence.tokens, sentence.tags)
    return " ".join(done.translation)


def test_words_without_entry_numbers_and_punctuation_stay():
    assert translate("the Zebra 12 .") == "das Zebra 12 ."


def test_casing_is_copied():
    assert translate("The house in New EU HOUSE") == "Das haus in Neu UE HAUS"


def test_words_inside_kept_types_stay():
    tags = ["B-PER", "I-PER", "O", "B-ORG"]
    assert translate("New Rice rice Rice", tags) == "New Rice reis Reis"


@pytest.mark.parametrize(
    ("text", "expected"), [("so I", "so ich"), ("I so", "Ich so"), ('" I so', '" Ich so')]
)
def test_a_single_capital_counts_at_the_start_only(text, expected):
    assert translate(text) == expected


def test_corpus_casing_outside_entities_only():
    forms = {"haus": {"Haus": 3}, "neu": {"neu": 3}, "von": {"von": 1}}
    tags = ["O", "O", "O", "B-ORG", "I-ORG", "I-ORG"]
    found = translate("the house New Ministry of New", tags, forms=forms)
    assert found == "das Haus neu Ministerium von Neu"


def test_corpus_casing_restores_the_first_capital():
    forms = {"neu": {"neu": 3}, "haus": {"Haus": 1}}
    assert translate("New house", forms=forms) == "Neu Haus"
    assert translate("NEW HOUSE", forms=forms) == "NEU HAUS"


def test_corpus_casing_draws_by_frequency_with_the_seed():
    forms = {"reis": {"Reis": 300, "reis": 100}}
    text = " ".join(["so"] + ["rice"] * 400)
    first = translate(text, forms=forms)
    assert first == translate(text, forms=forms)
    assert first != translate(text, forms=forms, seed=2)
    assert 250 < first.split().count("Reis") < 350


def test_forms_leave_out_what_the_place_decides():
    sentences = [
        Sentence("1", ("Das", "Haus", "das")),
        Sentence("2", ('"', "Haus", "haus")),
        Sentence("3", ("NEUES", "HAUS")),
    ]
    assert forms_of(sentences) == {"haus": {"Haus": 1, "haus": 1}, "das": {"das": 1}}


def test_unknown_form_copies():
    assert shape("haus", "House", initial=False, forms={}, random=Random(0)) == "Haus"


def test_an_opening_word_is_written_as_elsewhere():
    sentences = [
        Sentence("1", ("«", "Norske", "aviser")),
        Sentence("2", ("de", "norske", "avisene", "i", "Oslo")),
        Sentence("3", ("Oslo", "sover")),
        Sentence("4", ("Bergen", ".")),
        Sentence("5", ("1814", "…")),
    ]
    opening = [words[:2] for words in true_cased(sentences, forms_of(sentences))]
    assert opening == [
        ["«", "norske"],
        ["de", "norske"],
        ["Oslo", "sover"],
        ["Bergen", "."],
        ["1814", "…"],
    ]


def test_casing_by_language():
    assert [casing_of("auto", capitals) for capitals in Capitals] == ["copy", "copy", "corpus"]
    assert casing_of("copy", Capitals.NOUNS) == "copy"


def test_settings_are_checked():
    with pytest.raises(InputError, match=r"^translation\.casing: found 'lower'"):
        TranslationSettings(casing="lower")
    assert TranslationSettings(keep_types=["PER"]).keep_types == ("PER",)


def test_translation_survives_the_file(tmp_path):
    sentences = [
        TranslatedSentence("1", ("The", "house"), ("O", "O"), ("La", "casa")),
        TranslatedSentence("2", ("Paris",), ("B-LOC",), ("En", "París")),
    ]
    path = tmp_path / "translation.jsonl"
    write_translation(path, sentences)
    assert read_translation(path) == list(enumerate(sentences, 1))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"tags": ["O"]}, "1 tags"),
        ({"tokens": []}, "id"),
        ({"translation": []}, "id"),
        ({"translation": ["x", ""]}, "id"),
        ({"translation": None}, "id"),
        ({"id": 2}, "id"),
        ({"id": "0"}, "which line 1 has"),
    ],
)
def test_reading_refuses_a_bad_line(tmp_path, change, found):
    path = tmp_path / "translation.jsonl"
    lines = [json.dumps(GOOD | {"id": "0"}), json.dumps(GOOD | change)]
    path.write_text("\n".join(lines))
    with pytest.raises(InputError, match=rf"translation\.jsonl:2: found .*{found}"):
        read_translation(path)


def test_reading_refuses_an_empty_file(tmp_path):
    path = tmp_path / "translation.jsonl"
    path.write_text("")
    with pytest.raises(InputError, match="no sentence"):
        read_translation(path)


def translated(folder, source, language, settings):
    """Translate a corpus of one sentence, with the pool and the lexicon beside it."""
    translate_corpus(
        folder / source,
        folder / "pool",
        folder / "lexicon",
        folder / "out",
        language=language,
        seed=1,
        shard="1-of-1",
        settings=settings,
    )
    ((_, found),) = read_translation(folder / "out")
    return found


@pytest.mark.parametrize(
    ("pool", "expected"),
    [("das Haus", "Das Haus"), ("das Haus und so weiter", "Das haus")],
)
def test_a_corpus_is_translated(tmp_path, pool, expected):
    write_sentences(tmp_path / "en.jsonl", [Sentence("1", ("The", "house"), ("O", "O"))])
    write_sentences(tmp_path / "pool.jsonl", [Sentence("1", tuple(pool.split()))])
    write_lexicon(tmp_path / "lexicon.tsv", LEXICON.values())
    outputs = []
    for name in ("first", "second"):
        translate_corpus(
            tmp_path / "en.jsonl",
            tmp_path / "pool.jsonl",
            tmp_path / "lexicon.tsv",
            tmp_path / name,
            language="de",
            seed=1,
            shard="1-of-1",
            settings=TranslationSettings(),
        )
        outputs.append((tmp_path / name).read_bytes())
    assert outputs[0] == outputs[1]
    assert " ".join(json.loads(outputs[0])["translation"]) == expected


def test_names_take_the_casing_of_the_pool():
    tags = ("O", "B-MISC", "O")
    assert translate("the New house", tags, name_forms={"neu": {"neu": 1}}) == "das neu haus"
    assert translate("the New house", tags) == "das Neu haus"


def test_the_usual_form_is_the_most_frequent_one():
    assert usual_form({"Roma": 3, "ROMA": 1, "roma": 3}) == "Roma"


def test_turkish_words_keep_the_dots_of_their_i(tmp_path):
    lines = ["Dün İzmir ve Isparta güzeldi .", "O İngiliz ırmak için geldi ."]
    pool = [Sentence(str(n), tuple(line.split())) for n, line in enumerate(lines)]
    source = [
        Sentence(
            "s",
            ("For", "Izmir", ",", "Isparta", "and", "English"),
            ("O", "B-LOC", "O", "B-LOC", "O", "B-MISC"),
        )
    ]
    write_sentences(tmp_path / "source", source)
    write_sentences(tmp_path / "pool", pool)
    (tmp_path / "tr.tsv").write_text(
        "izmir\tİzmir\nisparta\tIsparta\nenglish\tİngiliz\nfor\tiçin\n"
    )
    build_lexicon(
        tmp_path / "source",
        tmp_path / "pool",
        tmp_path / "lexicon",
        tmp_path / "stats",
        encoder=tmp_path,
        settings=DictionarySettings(method="file", path=str(tmp_path / "tr.tsv")),
        language="tr",
    )
    found = translated(tmp_path, "source", "tr", TranslationSettings())
    assert found.translation == ("İçin", "İzmir", ",", "Isparta", "and", "İngiliz")


@pytest.mark.parametrize(
    ("text", "script", "capitals"),
    [
        ("Ana vive en Madrid con su hermana", "Latin", "names"),
        ("Das Haus und der Hund sind im Garten", "Latin", "nouns"),
        ("UN TITULAR EN MAYÚSCULAS", "Latin", "names"),
        ("Анна живёт в Москве с сестрой", "Cyrillic", "names"),
        ("昨天 王明 用 iPhone 去 了 北京", "Han", "none"),
        ("田中 さん は 東京 に いる", "Katakana", "none"),
        ("يعيش محمد في القاهرة", "Arabic", "none"),
        ("12 : 30", "Latin", "names"),
    ],
)
def test_the_writing_is_told_from_text(text, script, capitals):
    assert script_of([text.split()]) == script
    assert capitals_of([text.split()]) == capitals


def test_an_inflected_word_takes_the_entry_of_its_lemma(tmp_path):
    write_sentences(
        tmp_path / "source",
        [
            Sentence(
                "1", ("Years", "in", "Germans", "towns", "unseen"), ("O", "O", "B-MISC", "O", "O")
            )
        ],
    )
    write_sentences(tmp_path / "pool", [Sentence("1", ("año",))])
    (tmp_path / "es.tsv").write_text("year\taño\ngerman\talemán\nin\ten\n")
    for source_language, expected in (("en", {"in": "en", "years": "año"}), ("xx", {"in": "en"})):
        build_lexicon(
            tmp_path / "source",
            tmp_path / "pool",
            tmp_path / "lexicon",
            tmp_path / "stats",
            encoder=tmp_path,
            settings=DictionarySettings(method="file", path=str(tmp_path / "es.tsv")),
            source_language=source_language,
            language="es",
        )
        lexicon = read_lexicon(tmp_path / "lexicon")
        assert {word: entry.target for word, entry in lexicon.items()} == expected
    stats = json.loads((tmp_path / "stats").read_text())
    assert stats["coverage"] == stats["coverage_without_lemmas"] == 0.2  # of the last language
    assert stats["without_entry"] == {"skipped": 0.0, "names": 0.2, "others": 0.6}
    assert stats["most_frequent_without_entry"] == ["towns", "unseen", "years"]


@pytest.mark.parametrize(
    ("script", "word", "written"),
    [
        ("Latin", "Peter", "Peter"),
        ("Cyrillic", "Charles", "Чарлес"),
        ("Cyrillic", "NATO", "НАТО"),
        ("Cyrillic", "Москва", "Москва"),
        ("Cyrillic", "C.", "К."),
        ("Cyrillic", "1996", "1996"),
        ("Cyrillic", "AC/DC-2", "АК/ДК-2"),
        ("Greek", "Müller", "Μουλερ"),
        ("Arabic", "NATO", "ناتو"),
        ("Arabic", "Peter", "بيتير"),
        ("Armenian", "Chicago", "Չիկագո"),
        ("Hebrew", "Peter", "פטר"),
        ("Hebrew", "Oslo", "אוסלו"),
        ("Devanagari", "Smith", "स्मिथ"),
        ("Ethiopic", "Clinton", "ክሊንቶን"),
        ("Georgian", "Peter", "პეტერ"),
        ("Georgian", "Xavier", "კსავიერ"),
        ("Hangul", "Smith", "스미스"),
        ("Katakana", "Peter", "ペテル"),
        ("Katakana", "Chicago", "チカゴ"),
        ("Tamil", "Madison", "மாடிஸோன்"),
        ("Thai", "Asia", "อาซิยา"),
        ("Han", "Peter", "Peter"),
        ("Lao", "Peter", "Peter"),
    ],
)
def test_words_that_stay_take_the_script(script, word, written):
    assert transliterate(word, script) == written


@pytest.mark.parametrize(
    ("language", "script", "word", "written"),
    [
        ("ar", "Arabic", "Pakistan", "باكيستان"),
        ("fa", "Arabic", "Pakistan", "پاکیستان"),
        ("ru", "Cyrillic", "Egypt", "Эгипт"),
        ("bg", "Cyrillic", "Egypt", "Египт"),
        ("sr", "Cyrillic", "Jersey", "Џерси"),
    ],
)
def test_languages_of_one_script_have_letters_of_their_own(language, script, word, written):
    assert transliterate(word, script, language) == written


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        *((language, True) for language in ("es", "ru", "ja", "ko", "am", "xx")),
        *((language, False) for language in ("zh", "yue", "my", "km", "si")),
    ],
)
def test_some_languages_are_written_in_a_script_that_no_rule_knows(language, expected):
    assert can_write(language) is expected


def test_names_are_transliterated_unless_told_not_to(tmp_path):
    write_sentences(tmp_path / "en", [Sentence("1", ("Peter", "sleeps"), ("B-PER", "O"))])
    write_sentences(tmp_path / "pool", [Sentence("1", ("Анна", "спит"))])
    write_lexicon(tmp_path / "lexicon", [Entry("sleeps", "спит", 1.0)])
    for wanted, name in ((True, "Петер"), (False, "Peter")):
        found = translated(tmp_path, "en", "ru", TranslationSettings(transliterate=wanted))
        assert found.translation == (name, "спит")
