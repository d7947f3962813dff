import pytest

from unitrans.corpora.raw_text import clean, clean_word, raw_sentences, split_sentences
from unitrans.corpora.words import splitter


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Madrid", "Madrid"),
        ("  a \t b ", "a b"),
        ("be\u00adleid", "beleid"),
        ("\ufeffAna\u200b", "Ana"),
        ("e\u0301xito", "éxito"),
        ("a\x07b\x1bc", "abc"),
        ("10\u00a0000", "10 000"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # the joiner spells this word
        ("\u200c", ""),
        ("\u200b\x00", ""),
    ],
)
def test_what_cannot_be_seen_goes(text, expected):
    assert clean(text) == expected


def test_a_word_has_no_gaps():
    assert clean_word("10\u00a0000") == "10000"
    assert clean_word("z. B.") == "z.B."
    assert clean_word(" ") == ""


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("es", ["El Sr. Gil llegó a las 5 p.m. con el Dr. Ruiz.", "¿Vienes?", "Sí, claro."]),
        ("de", ["Am 3. Mai kam Dr. Müller z.B. nach St. Gallen.", "Er ging zum 1. FC Köln."]),
        ("nl", ["Op 3 mei kwam dhr. Jansen o.a. naar Den Haag.", "Klaar?", "Ja."]),
        (
            "nb",
            ["Den 3. mai kom han f.eks. hit kl. 15.30.", "Så kom St. Olav m.fl. hit.", "Ja."],
        ),
        ("en", ["Mr. Gil of the U.S. Senate came at 5 p.m. on Monday.", "Acme Inc. lost."]),
    ],
)
def test_sentences_end_where_they_end(language, sentences):
    assert split_sentences(" ".join(sentences), language=language) == sentences


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("es", "«No», dijo el Sr. Gil (de 3,5 m).", "« No » , dijo el Sr. Gil ( de 3,5 m ) ."),
        ("de", "R&D kostet ca. 3.000 Euro!", "R & D kostet ca. 3.000 Euro !"),
        ("nl", 'Daar zei dhr. Jansen: "Ja."', 'Daar zei dhr. Jansen : " Ja . "'),
        ("nb", "Den 3. mai kl. 15.30 kom han.", "Den 3. mai kl. 15.30 kom han ."),
    ],
)
def test_words_are_split_and_not_escaped(language, text, words):
    assert splitter(language).split(text) == tuple(words.split())


def test_text_becomes_words_with_their_lines():
    lines = ["Ana va. Luis no.", "", "\u200b", "Nada más."]
    read = list(raw_sentences(lines, language="es", sentence_per_line=False))
    assert read == [
        (1, ("Ana", "va", ".")),
        (1, ("Luis", "no", ".")),
        (4, ("Nada", "más", ".")),
    ]


def test_a_line_can_be_a_sentence():
    read = list(raw_sentences(["Ana va. Luis no."], language="es", sentence_per_line=True))
    assert read == [(1, ("Ana", "va", ".", "Luis", "no", "."))]


@pytest.mark.parametrize(
    ("language", "text", "sentences"),
    [
        ("fr", "Je vois M. Dupont. Il part.", ["Je vois M. Dupont.", "Il part."]),
        ("it", "L'opera di G. Verdi è bella. Fine.", ["L'opera di G. Verdi è bella.", "Fine."]),
        ("sw", "Bw. J. Mrema alikuja. Alienda.", ["Bw. J. Mrema alikuja.", "Alienda."]),
        ("es", "Dijo que no. Luego se fue.", ["Dijo que no.", "Luego se fue."]),
        ("es", "No. ¿Y tú? Véase no. 5.", ["No.", "¿Y tú?", "Véase no. 5."]),
    ],
)
def test_initials_and_titles_open_names_and_no_ends_a_sentence(language, text, sentences):
    assert split_sentences(text, language=language) == sentences


def test_a_paragraph_may_run_over_several_lines():
    lines = ["Ana vive en Bo-", "gotá. Luis", "no.", "", "", "Ya. Jean-", "Paul va."]
    read = raw_sentences(lines, language="es", sentence_per_line=False, hard_wrapped=True)
    assert [(number, " ".join(words)) for number, words in read] == [
        (1, "Ana vive en Bogotá ."),
        (1, "Luis no ."),
        (6, "Ya ."),
        (6, "Jean-Paul va ."),
    ]
