import pytest

from unitrans.corpora.sentences import Sentence
from unitrans.errors import InputError
from unitrans.evaluation.predictions import TaggedSentence, read_predictions, write_predictions

SENTENCES = [
    Sentence("1", ("Kåre", "bor", "i\u00a0Ål"), ("B-PER", "O", "B-LOC")),
    Sentence("2", ("\u2028",), ("O",)),
]


def test_predictions_come_back_as_they_were_written(tmp_path):
    path = tmp_path / "seed1.conll"
    write_predictions(path, SENTENCES, [["B-PER", "O", "O"], ["B-X-y"]])
    assert path.read_text().startswith("Kåre B-PER B-PER\nbor O O\n")
    assert path.read_bytes().endswith("\u2028 O B-X-y\n\n".encode())
    assert read_predictions(path) == [
        TaggedSentence(SENTENCES[0].tokens, SENTENCES[0].tags, ("B-PER", "O", "O")),
        TaggedSentence(("\u2028",), ("O",), ("B-X-y",)),
    ]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        (Sentence("7", ("New York",), ("O",)), "sentence 7: found white space in the word"),
        (Sentence("8", ("York",)), "sentence 8: found no tags"),
    ],
)
def test_what_cannot_be_read_back_is_not_written(tmp_path, sentence, words):
    path = tmp_path / "seed1.conll"
    with pytest.raises(InputError, match=words):
        write_predictions(path, [SENTENCES[1], sentence], [["O"], ["O"]])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "p.conll: found no sentence"),
        (b"\n\n", "p.conll: found no sentence"),
        (b"a O O\nb O\n", "p.conll:2: found 'b O'; expected three columns"),
        (b"a O O O\n", "p.conll:1: found 'a O O O'; expected three columns"),
        (b" O O\n", "p.conll:1: found ' O O'; expected three columns"),
        (b"a\tO\tO\n", "expected three columns"),
        (b"a O O\n\nb O B_PER\n", "p.conll:3: found tag 'B_PER'; expected O, B-X or I-X"),
        (b"a E-PER O\n", "p.conll:1: found tag 'E-PER'"),
        (b"a B- O\n", "p.conll:1: found tag 'B-'"),
        (b"\xe9 O O\n", "p.conll: found bytes that are not UTF-8"),
    ],
)
def test_malformed_predictions_are_refused(tmp_path, content, words):
    path = tmp_path / "p.conll"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_predictions(path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_predictions_are_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.conll: found no such file"):
        read_predictions(tmp_path / "none.conll")
