"""Dictionaries, vectors, translations, links and labels from elsewhere, as they really come."""

import gzip
import json
import time

import pytest

from unitrans.corpora.sentences import Sentence, read_sentences, write_sentences
from unitrans.corpora.tags import TagSet
from unitrans.distillation.external import import_soft_labels
from unitrans.errors import InputError
from unitrans.evaluation.predictions import read_predictions
from unitrans.jobs.files import read_json
from unitrans.projection.links import read_links
from unitrans.translation.backends import read_parallel
from unitrans.translation.dictd import read_dictd, without_remarks
from unitrans.translation.dictionary import read_dictionary, read_lexicon
from unitrans.translation.word_vectors import read_vectors
from unitrans.translation.words import TranslatedSentence, read_translation

TAGS = TagSet(("PER",))
POOL = [Sentence("a", ("Ana", "va")), Sentence("b", ("Ya",))]
PAIRS = [
    TranslatedSentence("a", ("Ana", "goes"), ("B-PER", "O"), ("Ana", "va")),
    TranslatedSentence("b", ("Now",), ("O",), ("Ya",)),
]


def dictionary(path):
    return {word: [c.target for c in found] for word, found in read_dictionary(path).items()}


def vectors(path):
    words, values = read_vectors(path, maximum_words=9)
    return dict(zip(words, values.tolist(), strict=True))


def parallel(path):
    return read_parallel(path, POOL, by_id=False)


def parallel_by_id(path):
    return read_parallel(path, POOL, by_id=True)


def links(path):
    return read_links(path, PAIRS)


def teacher(path):
    write_sentences(path.with_name("pool"), POOL)
    [labels] = import_soft_labels(path, path.with_name("pool"), TAGS)
    return labels.values.argmax(1).tolist()


def translation(path):
    return [found.translation for _, found in read_translation(path)]


def line(**values):
    return json.dumps(values) + "\n"


READ = {
    "mark before a dictionary": (dictionary, "\ufeffhouse\tcasa\n", {"house": ["casa"]}),
    "carriage returns of a dictionary": (dictionary, b"a\tb\rc\td\r", {"a": ["b"], "c": ["d"]}),
    "Windows' line ends": (dictionary, b"a\tb\r\nc\td\r\n", {"a": ["b"], "c": ["d"]}),
    "soft hyphen": (dictionary, "hou\u00adse\tca\u00adsa\n", {"house": ["casa"]}),
    "direction marks": (dictionary, "a\t\u200fb\u061c\n", {"a": ["b"]}),
    "letters with separate accents": (dictionary, "a\tSi\u0301\n", {"a": ["s\u00ed"]}),
    "Hindi": (
        dictionary,
        "germany\tजर्मनी\nwater\tपानी\n",
        {"germany": ["जर्मनी"], "water": ["पानी"]},
    ),
    "Tamil": (dictionary, "city\tநகரம்\n", {"city": ["நகரம்"]}),
    "Thai": (dictionary, "water\tน้ำ\n", {"water": ["น้ำ"]}),
    "Burmese": (dictionary, "city\tမြို့\n", {"city": ["မြို့"]}),
    "Arabic with vowels": (dictionary, "book\tكِتَاب\n", {"book": ["كِتَاب"]}),
    "Persian with a joiner": (
        dictionary,
        "i want\tx\nbooks\tکتاب\u200cها\n",
        {"books": ["کتاب\u200cها"]},
    ),
    "Yoruba": (dictionary, "lord\tọlọ́run\n", {"lord": ["ọlọ́run"]}),
    "entries of several words": (dictionary, "the house\tcasa\nold\tviejo\n", {"old": ["viejo"]}),
    "spaces between columns": (dictionary, "a b 0.5\nc d 1\n", {"a": ["b"], "c": ["d"]}),
    "mark before vectors": (vectors, "\ufeffa 1 2\n", {"a": [1.0, 2.0]}),
    "sizes before vectors": (vectors, "1 2\na 1 2\n", {"a": [1.0, 2.0]}),
    "words of nothing": (vectors, "\u200b 1 2\na 1 2\n", {"a": [1.0, 2.0]}),
    "large numbers": (vectors, "a 1e14 -1e14\n", {"a": [100000000376832.0, -100000000376832.0]}),
    "Windows' vectors": (vectors, b"a 1 2 \r\nb 3 4 \r\n", {"a": [1.0, 2.0], "b": [3.0, 4.0]}),
    "mark before translations": (parallel, "\ufeffMari\u0301a\nYa\n", ["Mar\u00eda", "Ya"]),
    "marks in translations": (parallel, "Ma\u00addrid\n\u2066Ya\u2069\n", ["Madrid", "Ya"]),
    "no translation": (parallel, "\nYa\n", ["", "Ya"]),
    "mark before an id": (parallel_by_id, "\ufeffb\tYa\na\tAna\n", ["Ana", "Ya"]),
    "mark before links": (links, "\ufeff0-0 1-1\n0-0\n", [[(0, 0), (1, 1)], [(0, 0)]]),
    "no links": (links, "\n\n", [[], []]),
    "Windows' links": (links, b"0-0\r\n0-0\r\n", [[(0, 0)], [(0, 0)]]),
    "mark before a teacher": (
        teacher,
        "\ufeff" + line(id="a", tags=["B-PER", "O"]) + line(id="b", tags=["O"]),
        [1, 0, 0],
    ),
}

REFUSED = {
    "one column": (dictionary, "house\n", "f:1: found 'house'"),
    "score that is none": (dictionary, "a\tb\tx\n", "f:1: found"),
    "infinite score": (dictionary, "a\tb\tinf\n", "f:1: found"),
    "packed dictionary": (dictionary, gzip.compress(b"a\tb\n"), "found data packed by gzip"),
    "dictionary in Latin-1": (dictionary, "a\tñ\n".encode("latin-1"), "f:1: found byte 0xf1"),
    "empty dictionary": (dictionary, b"", "f: found an empty file"),
    "lexicon with capitals": (read_lexicon, "The\tla\t1\n", "f:1: found 'The'"),
    "vectors of 1e38": (vectors, "a 1e38 1e38\n", "f:1: found 'a 1e38"),
    "vectors of 1e400": (vectors, "a 1e400 1\n", "f:1: found"),
    "vectors of NaN": (vectors, "a nan 1\n", "f:1: found"),
    "vectors of text": (vectors, "a x 1\n", "f:1: found"),
    "vectors of other width": (vectors, "a 1 2\nb 1\n", "f:2: found"),
    "vectors of nothing": (vectors, "1 2\n", "f: found no vector"),
    "empty vectors": (vectors, b"", "f: found no vector"),
    "vectors in Latin-1": (vectors, "ñ 1\n".encode("latin-1"), "f: found bytes that are not UTF-8"),
    "a translation too many": (parallel, "a\nb\nc\n", "f:3: found 3 lines in all"),
    "a translation too few": (parallel, "a\n", "f:2: found 1 lines in all"),
    "unknown id": (parallel_by_id, "x\tb\n", "f:1: found an unknown id 'x'"),
    "id without a tab": (parallel_by_id, "a b\n", "f:1: found 'a b'"),
    "link of words": (links, "0-0\nx-y\n", "f:2: found 'x-y'"),
    "link outside": (links, "0-0\n0-7\n", "f:2: found link 0-7"),
    "link of 5,000 digits": (links, "0-0\n" + "9" * 5000 + "-0\n", "f:2: found '99999"),
    "links of a line too many": (links, "0-0\n0-0\n0-0\n", "f: found 3 lines"),
    "teacher of a word too few": (teacher, line(id="a", tags=["O"]), "f:1: found 1 tags"),
    "teacher of another id": (teacher, line(id="x", tags=["O", "O"]), "f:1: found id 'x'"),
    "teacher of another tag": (
        teacher,
        line(id="a", tags=["O", "B-LOC"]),
        "f:1: found tag 'B-LOC'",
    ),
    "teacher of nothing": (teacher, line(id="a", tags=[None, "O"]), "f:1: found tag None"),
    "teacher of lists": (teacher, line(id="a", tags=[[], {}]), "f:1: found tag []"),
    "teacher of half characters": (teacher, '{"id": "\\ud800"}\n', "f:1: found half a character"),
    "teacher of NaN": (
        teacher,
        '{"id": "a", "probabilities": [[NaN, 0, 1], [1, 0, 0]]}\n',
        "f:1: found [nan, 0, 1] for word 1",
    ),
    "teacher of 5,000 digits": (
        teacher,
        '{"id": "a", "probabilities": [[' + "9" * 5000 + ", 0, 0]]}\n",
        "f:1: found a number of too many digits",
    ),
    "teacher of huge numbers": (
        teacher,
        line(id="a", probabilities=[[10**400, 0, 0], [1, 0, 0]]),
        "f:1: found",
    ),
    "teacher of texts": (
        teacher,
        line(id="a", probabilities=[["x", 0, 1], [1, 0, 0]]),
        "f:1: found probabilities that are no numbers",
    ),
    "deep JSON": (read_sentences, "[" * 100_000 + "\n", "f:1: found brackets nested too deeply"),
    "list of JSON": (read_sentences, "[1]\n", "f:1: found a list"),
    "empty corpus": (read_sentences, b"", "f: found no sentence"),
    "null words": (read_sentences, '{"id": "a", "tokens": null}\n', "f:1: found"),
    "translation of other length": (
        translation,
        line(id="a", tokens=["a"], tags=["O", "O"], translation=["b"]),
        "f:1: found 2 tags",
    ),
    "predictions of two columns": (read_predictions, "Ana O\n\n", "f:1: found 'Ana O'"),
    "predictions of another scheme": (
        read_predictions,
        "Ana O E-PER\n\n",
        "f:1: found tag 'E-PER'",
    ),
    "JSON of nothing": (read_json, b"", "f:1: found Expecting value"),
    "JSON with a comma": (read_json, '{"a": 1,}\n', "f:1: found"),
    "JSON in Latin-1": (read_json, '"ñ"'.encode("latin-1"), "f: found bytes that are not UTF-8"),
}


def written(tmp_path, content):
    path = tmp_path / "f"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(("read", "content", "expected"), READ.values(), ids=READ)
def test_is_read(tmp_path, read, content, expected):
    assert read(written(tmp_path, content)) == expected


@pytest.mark.parametrize(("read", "content", "line"), REFUSED.values(), ids=REFUSED)
def test_is_refused_in_one_line(tmp_path, read, content, line):
    with pytest.raises(InputError) as caught:
        read(written(tmp_path, content))
    text = str(caught.value)
    assert line in text.replace(f"{tmp_path}/", "")
    assert "\n" not in text
    assert len(text) < 500


READERS = [dictionary, read_lexicon, vectors, parallel, links, teacher, read_sentences, read_json]


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@pytest.mark.parametrize("kind", ["missing", "folder", "loop", "long", "pipe"])
def test_what_is_no_file_is_named(tmp_path, read, kind):
    import os

    path = tmp_path / ("x" * 300 if kind == "long" else "f")
    if kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to("f")
    elif kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(InputError) as caught:
        read(path)
    found = {
        "missing": "no such file",
        "folder": "a folder",
        "loop": "too many levels of symbolic links",
        "long": "file name too long",
        "pipe": "a named pipe",
    }[kind]
    assert f": found {found}; expected " in str(caught.value)


def database(folder, entries):
    """A dictd database of headwords and bodies."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    def number(value):
        text = ""
        while value or not text:
            text, value = digits[value % 64] + text, value // 64
        return text

    text, index = b"", ""
    for head, body in entries:
        entry = f"{head}\n{body}\n".encode()
        index += f"{head}\t{number(len(text))}\t{number(len(entry))}\n"
        text += entry
    (folder / "x.dict.dz").write_bytes(gzip.compress(text))
    (folder / "x.index").write_text(index, encoding="utf-8")
    return folder / "x"


@pytest.mark.parametrize("open_bracket", ["(", "<", "[", "{", "/", "(<[{", " ", "1. "])
def test_a_megabyte_of_brackets_takes_no_time(tmp_path, open_bracket):
    stem = database(tmp_path, [("house", open_bracket * (1_000_000 // len(open_bracket)) + "casa")])
    began = time.perf_counter()
    list(read_dictd(stem))
    assert time.perf_counter() - began < 5


def test_remarks_are_taken_out():
    assert without_remarks("a (b) c [d] <e> {f} /g/ h").split() == ["a", "c", "h"]
    assert without_remarks("a (b") == "a (b"
    assert without_remarks("a (b [c) d] e").split() == ["a", "d]", "e"]


@pytest.mark.parametrize(
    ("index", "line"),
    [
        ("house\tA\n", "x.index:1: found 'house\\tA'"),
        ("house\tA\t-\n", "x.index:1: found"),
        ("house\t" + "/" * 5000 + "\tA\n", "x.index:1: found"),
        ("house\tA\tZZZZ\n", "x.index:1: found an entry up to byte"),
        (b"\xff\tA\tB\n", "x.index:1: found byte 0xff"),
        (b"", "x.index: found an empty file"),
    ],
)
def test_a_broken_index_is_refused(tmp_path, index, line):
    stem = database(tmp_path, [("house", "casa")])
    stem.with_suffix(".index").write_bytes(index if isinstance(index, bytes) else index.encode())
    with pytest.raises(InputError) as caught:
        list(read_dictd(stem))
    assert line in str(caught.value)


def test_a_broken_text_of_a_database_is_refused(tmp_path):
    stem = database(tmp_path, [("house", "casa")])
    path = tmp_path / "x.dict.dz"
    for content in (b"plain", path.read_bytes()[:-9], b""):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"x\.(dict\.dz: found|index:1: found an entry up to)"):
            list(read_dictd(stem))
