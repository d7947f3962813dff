import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unitrans.corpora.offsets import located_sentences
from unitrans.corpora.raw_text import INVISIBLE, clean

# White space, marks that combine, jamo, joiners, right-to-left letters, emoji, and what
# tokenizers treat specially.
AWKWARD = (
    "aA. ,'\"-1\t  \n\u0301\u0323\u0315é\u1100\u1161\u11a8अि\u200d\u200c\u200b👩🏽…م؟ש\u05b0&|[]<>@"
)
CHARACTERS = st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(AWKWARD))


def visible(text):
    return unicodedata.normalize("NFC", INVISIBLE.sub("", text))


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.text(CHARACTERS, max_size=60), st.sampled_from(["es", "ru", "th"]))
def test_words_are_where_they_are_said_to_be(text, language):
    words = [word for sentence in located_sentences(text, language=language) for word in sentence]
    assert "".join(word.text for word in words) == clean(text).replace(" ", "")
    composed = visible(text) != INVISIBLE.sub("", text)
    for word in words:
        # A composition has the place of all its characters, so its word may show more.
        assert word.text in visible(text[word.start : word.end])
        assert composed or word.text == visible(text[word.start : word.end])
    starts = [word.start for word in words]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  El  Sr.\tGil ", ["El", "Sr.", "Gil"]),
        ("Jose\u0301 llego\u0301.", ["Jose\u0301", "llego\u0301", "."]),
        ("👍  va", ["👍", "va"]),
        ("be\u00adleid\u200b, ja", ["be\u00adleid", ",", "ja"]),
        ("יְרוּשָׁלַיִם, ישראל", ["יְרוּשָׁלַיִם", ",", "ישראל"]),
    ],
)
def test_the_text_itself_stands_at_a_words_place(text, words):
    (sentence,) = located_sentences(text, language="es", start=7)
    assert [text[word.start - 7 : word.end - 7] for word in sentence] == words
