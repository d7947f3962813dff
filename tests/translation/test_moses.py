import pytest

from unitrans.corpora.sentences import Sentence
from unitrans.translation.moses import Moses, made_up_name, mask, unmask

NAMED = Sentence(
    "s",
    ("Ana", "Ruiz", "met", "Siemens", "in", "Oslo"),
    ("B-PER", "I-PER", "O", "B-ORG", "O", "B-LOC"),
)


def test_words_become_text_and_text_becomes_words():
    words = (*("'", "We", "argue", ",", "'", "said"), "Mr", "O'Neil", "(", "AP", ")", "&")
    text = Moses("en").join(words)
    assert text.startswith("'We argue,' said Mr O'Neil (AP)")
    assert "&amp;" not in text
    assert "&" in Moses("es").split(text)


def test_norwegian_abbreviations_stay_in_one_piece():
    words = Moses("nb").split("Han kom kl. 12.30, bl.a. med 3,5 mill.")
    assert words[2:6] == ("kl.", "12.30", ",", "bl.a.")
    assert Moses("nb").name == "sv"


def test_nothing_becomes_no_words():
    assert Moses("de").split("  ") == ()


@pytest.mark.parametrize("text", ["مرحبا بك في باريس", "🙂 Oslo 🙂"])
def test_other_scripts_and_emoji_keep_their_characters(text):
    assert " ".join(Moses("en").split(text)) == text


def test_only_the_types_named_are_masked():
    words, kept = mask(NAMED, ("PER", "LOC"))
    assert words == [made_up_name(0), "met", "Siemens", "in", made_up_name(1)]
    assert kept == [["Ana", "Ruiz"], ["Oslo"]]


def test_entities_come_back_where_their_names_stand():
    kept = [["Ana", "Ruiz"], ["Oslo"]]
    found = unmask(["En", made_up_name(1).upper(), ",", f"{made_up_name(0)}-Rede"], kept)
    assert found == ("En", "Oslo", ",", "Ana", "Ruiz", "-Rede")


@pytest.mark.parametrize("words", [["En", "Oslo"], ["Zqx0", "y", "Zqx0"]])
def test_a_name_that_is_missing_or_stands_twice_is_noticed(words):
    assert unmask(words, [["Ana"]]) is None


def test_more_than_ten_entities_are_told_apart():
    kept = [[f"name{number}"] for number in range(12)]
    words = [made_up_name(number) for number in reversed(range(12))]
    assert unmask(words, kept) == tuple(f"name{number}" for number in reversed(range(12)))
