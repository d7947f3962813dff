import gzip

import pytest

from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.errors import InputError
from unitrans.translation.dictionary import (
    Candidate,
    DictionarySettings,
    Entry,
    choose,
    coverage,
    is_word,
    lexicon_from_file,
    read_dictionary,
    read_lexicon,
    vocabulary,
    write_lexicon,
)
from unitrans.translation.lexicon import build_lexicon

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def base64_number(value):
    digits = ""
    while value or not digits:
        digits, value = ALPHABET[value % 64] + digits, value // 64
    return digits


def write_dictd(folder, entries, *, packed=True):
    """Write (headword of the index, text) pairs as a dictd database."""
    data, index = b"", []
    for head, text in entries:
        body = text.encode()
        index.append(f"{head}\t{base64_number(len(data))}\t{base64_number(len(body))}\n")
        data += body
    if packed:
        (folder / "tiny.dict.dz").write_bytes(gzip.compress(data))
    else:
        (folder / "tiny.dict").write_bytes(data)
    (folder / "tiny.index").write_text("".join(index), encoding="utf-8")
    return folder / ("tiny.dict.dz" if packed else "tiny.dict")


def targets(path, word):
    return [candidate.target for candidate in read_dictionary(path).get(word, [])]


@pytest.mark.parametrize("text", ["house", "o'clock", "hard-won", "U.S.", "'s", "été"])
def test_words(text):
    assert is_word(text)


@pytest.mark.parametrize("text", ["", "1990s", "12", ".", "--", "-house", "a b", "B2B"])
def test_no_words(text):
    assert not is_word(text)


def test_vocabulary_lowers_and_counts_entities():
    sentences = [
        Sentence("1", ("Rice", "said", "RICE", "is", "2"), ("B-PER", "O", "O", "O", "O")),
        Sentence("2", ("Paris", "Rice"), ("B-LOC", "B-PER")),
    ]
    words = vocabulary(sentences, ["PER"])
    assert words.counts == {"rice": 3, "said": 1, "is": 1, "paris": 1}
    assert words.total == 6
    assert words.names == {"rice", "paris"}
    assert words.translatable == ["is", "paris", "said"]


def test_lexicon_survives_the_file_sorted(tmp_path):
    path = tmp_path / "lexicon.tsv"
    write_lexicon(path, [Entry("the", "la", 0.5), Entry("and", "y", 0.25)])
    assert path.read_text() == "and\ty\t0.2500\nthe\tla\t0.5000\n"
    assert read_lexicon(path) == {"and": Entry("and", "y", 0.25), "the": Entry("the", "la", 0.5)}


@pytest.mark.parametrize(
    "line",
    [
        "the\tla",
        "the la 0.5",
        "the\tla\tbad",
        "the\tla\tnan",
        "\tla\t1",
        "the\ten la\t1",
        "The\tla\t1",
    ],
)
def test_lexicon_refuses_a_bad_line(tmp_path, line):
    path = tmp_path / "lexicon.tsv"
    path.write_text(f"and\ty\t1\n{line}\n")
    with pytest.raises(InputError, match=r"lexicon\.tsv:2: found .*; expected"):
        read_lexicon(path)


def test_lexicon_refuses_a_second_entry(tmp_path):
    path = tmp_path / "lexicon.tsv"
    path.write_text("the\tla\t1\nthe\tel\t1\n")
    with pytest.raises(InputError, match=r":2: found 'the' again"):
        read_lexicon(path)


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_lexicon_refuses_no_entry(tmp_path, text):
    path = tmp_path / "lexicon.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=r"no entry|an empty file"):
        read_lexicon(path)


@pytest.mark.parametrize("separator", [" ", "\t"])
def test_two_columns(tmp_path, separator):
    path = tmp_path / "en-es.txt"
    path.write_text(f"The{separator}el\nthe{separator}la\nhouse{separator}casa\n")
    assert read_dictionary(path) == {
        "the": [Candidate("el"), Candidate("la")],
        "house": [Candidate("casa")],
    }


def test_scores_and_phrases(tmp_path):
    path = tmp_path / "en-es.tsv"
    path.write_text("house\tcasa\t0.9\nhouse\ten casa\t0.95\nice cream\thelado\t1\n")
    assert read_dictionary(path) == {"house": [Candidate("casa", 0.9)]}


@pytest.mark.parametrize("line", ["house", "house casa hogar piso", "house\tcasa\tbest", "\tcasa"])
def test_text_refuses_a_bad_line(tmp_path, line):
    path = tmp_path / "en-es.txt"
    path.write_text(f"the el\n{line}\n")
    with pytest.raises(InputError, match=r"en-es\.txt:2"):
        read_dictionary(path)


def test_text_refuses_another_encoding(tmp_path):
    path = tmp_path / "en-es.txt"
    path.write_bytes("year año\n".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        read_dictionary(path)


def test_missing_dictionary(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_dictionary(tmp_path / "none.txt")


def test_choice_by_score_then_frequency_then_order():
    some = [Candidate("a", 0.1), Candidate("b", 0.7), Candidate("c", 0.3)]
    assert choose(some, {"a": 9}).target == "b"
    plain = [Candidate("a"), Candidate("b"), Candidate("c")]
    assert choose(plain, {"c": 2, "b": 1}).target == "c"
    assert choose(plain, {}).target == "a"


def test_dictd_senses_remarks_and_phrases(tmp_path):
    path = write_dictd(
        tmp_path,
        [
            ("00databaseshort", "00databaseshort\nno entry\n"),
            ("house", "house /haus/\n1. casa, hogar de ancianos\n2. cámara <fem>; edificio\n"),
            ("bank", "Bank /bæŋk/ <n>\nBanco (finanzas) 2.\nplace, where money is\n 3.\n"),
            ("great britain", "Great Britain /x/\nBretaña\n"),
            ("britain", "Britain /x/\nGranBretaña\n"),
            ("youth", "youth /juːθ/ <n>\n\nijana\nkijana\n"),
        ],
    )
    assert read_dictionary(path) == {
        "house": [Candidate("casa"), Candidate("cámara"), Candidate("edificio")],
        "bank": [Candidate("banco")],
        "youth": [Candidate("ijana")],
    }


def test_dictd_reads_past_byte_64_and_each_text_once(tmp_path):
    text = "first /x/\nprimero\n"
    filler = ("filler", "filler /x/\n" + "x" * 5000 + "\n")
    path = write_dictd(tmp_path, [filler, ("first", text)])
    index = tmp_path / "tiny.index"
    index.write_text(index.read_text() + index.read_text().splitlines()[1] + "\n")
    assert targets(path, "first") == ["primero"]


def test_dictd_unpacked_and_by_its_index(tmp_path):
    path = write_dictd(tmp_path, [("two", "two /tu:/\ndos\n")], packed=False)
    assert targets(path, "two") == targets(tmp_path / "tiny.index", "two") == ["dos"]


def test_dictd_refuses_damage(tmp_path):
    path = write_dictd(tmp_path, [("two", "two /tu:/\ndos\n")])
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(InputError, match=r"tiny\.dict\.dz"):
        read_dictionary(path)


@pytest.mark.parametrize(("line", "found"), [("two\tA\t?", "two"), ("two\tA\tzz", "up to byte")])
def test_dictd_refuses_a_bad_index(tmp_path, line, found):
    path = write_dictd(tmp_path, [("two", "two /tu:/\ndos\n")])
    (tmp_path / "tiny.index").write_text(line + "\n")
    with pytest.raises(InputError, match=rf"tiny\.index:1: found .*{found}"):
        read_dictionary(path)


def test_dictd_needs_both_files(tmp_path):
    path = write_dictd(tmp_path, [("two", "two /tu:/\ndos\n")])
    (tmp_path / "tiny.index").unlink()
    with pytest.raises(InputError, match="no such file"):
        read_dictionary(path)


def test_lexicon_from_file_covers_the_corpus(tmp_path):
    path = tmp_path / "en-es.txt"
    path.write_text("the el\nthe la\nzebra cebra\n")
    source = vocabulary([Sentence("1", ("The", "house", "the", "9"))])
    pool = vocabulary([Sentence("1", ("la", "casa"))])
    lexicon = lexicon_from_file(path, source.translatable, pool=pool)
    assert lexicon == [Entry("the", "la", 1.0)]
    assert coverage(lexicon, source) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"method": "guess"}, "method"),
        ({"method": "file"}, "path"),
        ({"method": "vectors", "source_vectors": "a"}, "target_vectors"),
        ({"neighbours": 0}, "neighbours"),
        ({"minimum_count": 0}, "minimum_count"),
        ({"frequency_weight": -1.0}, "frequency_weight"),
        ({"intruder_ratio": 1.0}, "intruder_ratio"),
        ({"depth": 1.5}, "depth"),
    ],
)
def test_settings_are_checked(settings, key):
    with pytest.raises(InputError, match=rf"^dictionary\.{key}: found"):
        DictionarySettings(**settings)


def corpora(folder):
    write_sentences(folder / "en.jsonl", [Sentence("1", ("The", "house"), ("O", "O"))])
    write_sentences(folder / "es.jsonl", [Sentence("1", ("La", "casa"))])
    return folder / "en.jsonl", folder / "es.jsonl"


def test_lexicon_is_built_from_a_file(tmp_path):
    (tmp_path / "en-es.txt").write_text("house casa\n")
    settings = DictionarySettings(method="file", path=str(tmp_path / "en-es.txt"))
    output, stats = tmp_path / "lexicon.tsv", tmp_path / "stats.json"
    build_lexicon(*corpora(tmp_path), output, stats, encoder=tmp_path, settings=settings)
    assert output.read_text() == "house\tcasa\t1.0000\n"
    assert '"coverage": 0.5' in stats.read_text()


def test_dictionary_without_usable_entry_leaves_nothing(tmp_path):
    (tmp_path / "en-es.txt").write_text("zebra cebra\n")
    settings = DictionarySettings(method="file", path=str(tmp_path / "en-es.txt"))
    output, stats = tmp_path / "lexicon.tsv", tmp_path / "stats.json"
    with pytest.raises(InputError, match=r"en-es\.txt: found no usable entry"):
        build_lexicon(*corpora(tmp_path), output, stats, encoder=tmp_path, settings=settings)
    assert not output.exists()
    assert not stats.exists()
