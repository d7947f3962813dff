"""Words in every script: nothing lost, nothing cut, the same for the pool and the tagger."""

import sys
import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from unitrans.corpora.offsets import located_sentences
from unitrans.corpora.raw_text import clean, raw_sentences
from unitrans.corpora.words import by_boundaries, splitter
from unitrans.translation.moses import Moses

# Raw text of each language, and words in it that must come out whole, one by one.
TEXTS = {
    "es": (
        "Ana García vive en Bogotá. El Sr. Ruiz llegó a las 10:30.",
        "Ana García Bogotá Sr. Ruiz",
    ),
    "de": ("Jürgen Müller wohnt in Köln. Das kostet z. B. 3,50 Euro.", "Jürgen Müller Köln 3,50"),
    "nl": ("Jan de Vries woont in 's-Hertogenbosch.", "Jan de Vries woont"),
    "nb": ("Kari Nordmann bor i Tromsø. Hun kom kl. 8.", "Kari Nordmann Tromsø kl."),
    "pl": ("Łukasz Żak mieszka w Łodzi. Wrócił wczoraj.", "Łukasz Żak Łodzi"),
    "tr": ("Işıl Yılmaz İzmir'de yaşıyor. İstanbul'a gitti.", "Işıl Yılmaz İzmir'de İstanbul'a"),
    "fi": ("Äiti asuu Jyväskylässä. Hän on Aino Häkkinen.", "Jyväskylässä Aino Häkkinen"),
    "hu": ("Kovács Ágnes Győrben él. Ő tanár.", "Kovács Ágnes Győrben"),
    "vi": ("Nguyễn Văn An sống ở Hà Nội.", "Nguyễn Văn An Hà Nội"),
    "yo": ("Ọlọ́run bùkún Adébáyọ̀ ní Ìbàdàn.", "Ọlọ́run Adébáyọ̀ Ìbàdàn"),
    "sw": (
        "Ng'ang'a anaishi Nairobi. Al-Shabaab ilishambulia Mogadishu.",
        "Ng'ang'a Nairobi Al-Shabaab",
    ),
    "ha": ("Ɗan Ƙasa yana zaune a Kano. 'Yar Kaduna ta zo.", "Ɗan Ƙasa Kano Kaduna"),
    "ru": ("А́нна Петро́ва живёт в Москве. Г. Иванов уехал.", "А\u0301нна Петро\u0301ва Москве"),
    "uk": ("Олена Шевченко живе у Львові. П'ять років.", "Олена Шевченко Львові П'ять"),
    "el": ("Η Μαρία ζει στην Αθήνα. Ο κ. Νίκος έφυγε.", "Μαρία Αθήνα Νίκος"),
    "he": ("דָּוִד גר בתל אביב. הוא בצה\u05f4ל.", "דָּוִד בתל אביב"),
    "ar": ("يعيش مُحَمَّد في القاهرة. هل ذهب إلى بيروت؟", "مُحَمَّد القاهرة بيروت"),
    "fa": ("علی می‌خواهد به تهران برود. کتاب‌ها آنجاست.", "علی می‌خواهد تهران کتاب‌ها"),
    "ur": ("احمد لاہور میں رہتا ہے۔ وہ کراچی گیا۔", "احمد لاہور کراچی"),
    "hi": ("राहुल शर्मा दिल्ली में रहता है। वह मुंबई गया।", "राहुल शर्मा दिल्ली मुंबई"),
    "bn": ("রহিম ঢাকায় থাকে। সে কলকাতা গেছে।", "রহিম ঢাকায় কলকাতা"),
    "ta": ("குமார் சென்னையில் வாழ்கிறார். அவர் மதுரை சென்றார்.", "குமார் சென்னையில் மதுரை"),
    "te": ("రాము హైదరాబాద్‌లో ఉంటాడు. అతను విజయవాడ వెళ్ళాడు.", "రాము హైదరాబాద్‌లో విజయవాడ"),
    "ml": ("രാജൻ കൊച്ചിയിൽ താമസിക്കുന്നു.", "രാജൻ കൊച്ചിയിൽ"),
    "si": ("නිමල් කොළඹ ජීවත් වේ. ශ්‍රී ලංකාව.", "නිමල් කොළඹ ශ්‍රී ලංකාව"),
    "th": ("สมชายอาศัยอยู่ในกรุงเทพมหานคร", "กรุงเทพมหานคร"),
    "lo": ("ຂ້ອຍຢູ່ວຽງຈັນ", ""),
    "km": ("ខ្ញុំរស់នៅភ្នំពេញ។", ""),
    "my": ("ကျွန်တော် ရန်ကုန်မှာ နေတယ်။", "ကျွန်တော်"),
    "zh": ("昨天王明去了北京。他喜欢上海吗？", "北京 上海 昨天"),
    "ja": ("田中さんは東京に住んでいます。大阪へ行きました。", "田中 東京 大阪"),
    "ko": ("김철수는 서울에 산다. 부산에 갔다.", "김철수는 서울에 부산에"),
    "ka": ("ნინო თბილისში ცხოვრობს. ის ბათუმში წავიდა.", "ნინო თბილისში ბათუმში"),
    "hy": ("Անին ապրում է Երևանում։ Նա գնաց Գյումրի։", "Անին Երևանում Գյումրի"),
    "am": ("አበበ በአዲስ አበባ ይኖራል። ወደ ጎንደር ሄደ።", "አበበ በአዲስ አበባ ጎንደር"),
    "bo": ("བཀྲ་ཤིས་ལྷ་སར་སྡོད།", ""),
}
SCRIPTS = {
    unicodedata.name(letter).split()[0]
    for text, _ in TEXTS.values()
    for letter in text
    if letter.isalpha()
}


def words_of(text, language):
    lines = text.splitlines()
    found = raw_sentences(lines, language=language, sentence_per_line=False)
    return [word for _, words in found for word in words]


@pytest.mark.parametrize("language", TEXTS)
def test_words_come_out_whole_and_nothing_is_lost(language):
    text, whole = TEXTS[language]
    words = words_of(text, language)
    assert "".join(words) == clean(text).replace(" ", "")
    assert set(clean(whole).split()) <= set(words)
    for word in words:
        assert not regex.match(r"[\p{M}\u200c\u200d]", word)
        assert not regex.search(r"\s", word)
    assert not any(len(word) > 1 and word[-1] in "।။。؟？" for word in words)


@pytest.mark.parametrize("language", TEXTS)
def test_the_pool_the_tagger_and_translations_have_the_same_words(language):
    text, _ = TEXTS[language]
    pool = words_of(text, language)
    found = [word for words in located_sentences(text, language=language) for word in words]
    assert [word.text for word in found] == pool
    for word in found:
        assert clean(text[word.start : word.end]).replace(" ", "") == word.text
    assert list(Moses(language).split(text))[:3] == pool[:3]


def test_the_texts_are_of_many_scripts():
    assert len(TEXTS) >= 24
    assert len(SCRIPTS) >= 20


def of_block(first):
    """A few characters of a block of 128, those that are assigned."""
    characters = (chr(code) for code in range(first, first + 128))
    return [c for c in characters if unicodedata.category(c) not in ("Cn", "Cs", "Co")]


BLOCKS = [block for first in range(0, sys.maxunicode, 128) if (block := of_block(first))]


@pytest.mark.parametrize("language", ["es", "fr", "sw"])
def test_every_character_of_unicode_is_in_one_word_or_is_none(language):
    split = splitter(language).split
    for block in BLOCKS:
        for text in (" ".join(block), "".join(block), "a".join(block), "." + "".join(block[::-1])):
            seen = clean(text)
            assert "".join(split(seen)) == "".join(seen.split())


AWKWARD = "aZ1 .,:·'’-…\u0301\u094d\u200c\u200d\u3000北京กา မြ שּׁ👩‍🏽é"


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(AWKWARD))))
def test_words_together_are_the_text(text):
    seen = clean(text)
    for language in ("de", "en", "fr", "fi", "th", "tr"):
        words = splitter(language).split(seen)
        assert "".join(words) == "".join(seen.split())
        assert all(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("J. K. Rowling", "J. K. Rowling"),
        ("U.S.A. won...", "U.S.A. won ..."),
        ("(3,5%)", "( 3,5 % )"),
        ("Jean-Paul - no", "Jean-Paul - no"),
        ("'quoted'", "' quoted '"),
        ("a--b", "a -- b"),
        ("Ends.", "Ends ."),
        ("2026-11-25", "2026-11-25"),
    ],
)
def test_boundaries_are_those_of_corpora(text, words):
    assert by_boundaries(text) == words.split()


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("nl", "foto's 's-Hertogenbosch, van ’t Hof", "foto's 's-Hertogenbosch , van ’t Hof"),
        ("de", "McDonald’s 'so'", "McDonald’s ' so '"),
        ("ru", "О'Генри и Д’Артаньян", "О'Генри и Д’Артаньян"),
        ("en", "John’s O'Brien isn't", "John ’s O'Brien isn 't"),
        ("en", "John 's", "John 's"),
        ("fr", "l’hôpital de l'Équipe", "l’ hôpital de l' Équipe"),
        ("ca", "col·legi · l'Hospitalet d’en Joan", "col·legi · l' Hospitalet d’ en Joan"),
        ("ga", "d'fhág O’Brien", "d' fhág O’Brien"),
        ("fi", "EU:n: vaa'an", "EU:n : vaa'an"),
        ("af", "dit is 'n 'n'", "dit is 'n ' n '"),
    ],
)
def test_an_apostrophe_a_dot_and_a_colon_belong_to_the_word_they_stand_in(language, text, words):
    assert splitter(language).split(text) == tuple(words.split())
