"""Corpora that are broken, or are something else than they seem: what is read, or refused."""

import gzip
import json
import os
import socket

import pytest

from unitrans.corpora.ingest import CorpusSettings, ingest
from unitrans.corpora.sentences import UNSEEN, read_sentences
from unitrans.errors import InputError

TYPES = ("PER", "ORG", "LOC", "MISC")
CSV = "word,tag\n" + "Ana,B-PER\ncanta,O\nen,O\nOslo,B-LOC\n" * 5
SLASHES = "Ana/B-PER canta/O en/O Oslo/B-LOC ./O\n" * 3
SENTENCES = "".join(f"La casa número {n} es de Ana. Luis no viene hoy.\n" for n in range(12))


def nested(depth):
    return '{"tokens": ' + "[" * depth + "]" * depth + "}"


# What is read: the words of all sentences, "/" between them; tags follow words where given.
READ = {
    "word without letters": ("train", "0\tDas\tO\n1\t\tO\n2\tist\tO\n", {}, "Das/O ist/O"),
    "word of width zero": ("train", "Ana B-PER\n\u200b O\nva O\n", {}, "Ana/B-PER va/O"),
    "word of direction marks": ("train", "Ana O\n\u200e\u200f O\n", {}, "Ana/O"),
    "Arabic letter mark": ("train", "Ana O\n\u061c O\n", {}, "Ana/O"),
    "Mongolian separator": ("train", "Ana O\n\u180e O\n", {}, "Ana/O"),
    "old shaping marks": ("train", "Ana O\n\u206a\u206f O\n", {}, "Ana/O"),
    "annotation marks": ("train", "Ana O\n\ufff9\ufffb O\n", {}, "Ana/O"),
    "a joiner alone": ("train", "Ana O\n\u200d O\n", {}, "Ana/O"),
    "a selector alone": ("train", "Ana O\n\ufe0f O\n", {}, "Ana/O"),
    "a Hangul filler alone": ("train", "Ana O\n\u3164 O\n", {}, "Ana/O"),
    "a blank of Braille": ("train", "Ana O\n\u2800 O\n", {}, "Ana/O"),
    "a no-break space": ("train", "Ana O\n\u00a0 O\n", {}, "Ana/O"),
    "a word lost at the margin": (
        "train",
        "Ana B-PER\n O\n" + "va O\n" * 9,
        {},
        "Ana/B-PER" + " va/O" * 9,
    ),
    "empty word of JSON": ("train", '{"tokens": ["Ana", ""], "tags": ["O", "O"]}\n', {}, "Ana/O"),
    "unseen word of a test": ("test", "Ana B-PER\n\u200b O\n", {}, f"Ana/B-PER {UNSEEN}/O"),
    "unseen word of dev": ("dev", "0\tAna\tO\n1\t\tO\n", {}, f"Ana/O {UNSEEN}/O"),
    "sentence of nothing": ("train", "Ana O\n\n\u200b O\n\nva O\n", {}, "Ana/O | va/O"),
    "unseen word of a pool": ("unlabelled", "Ana B-PER\n\u200b I-PER\nva O\n", {}, "Ana va"),
    "marks inside words": ("unlabelled", "A\u061cn\u206aa O\nv\ufff9a O\n", {}, "Ana va"),
    "range of an index": (
        "train",
        "1\tMaria\tB-PER\n2\tsalió\tO\n3-4\tdel\tO\n3\tde\tO\n4\tel\tO\n5\tPrado\tB-LOC\n",
        {},
        "Maria/B-PER salió/O de/O el/O Prado/B-LOC",
    ),
    "empty node": ("train", "1\tAna\tO\n1.1\tx\tO\n2\tva\tO\n", {}, "Ana/O va/O"),
    "range in a pool": (
        "unlabelled",
        "1\tve\tO\n2-3\tdel\tO\n2\tde\tO\n3\tel\tO\n",
        {},
        "ve de el",
    ),
    "comments": ("unlabelled", "# id a0\tdomain=es\nAna _ _ B-PER\nva _ _ O\n\n" * 2, {}, "Ana va"),
    "comments, labelled": (
        "train",
        "# id a0\tdomain=es\nAna _ _ B-PER\nva _ _ O\n",
        {},
        "Ana/B-PER va/O",
    ),
    "comments before tabs": ("train", "# text = Ana va\nAna\tO\nva\tO\n", {}, "Ana/O va/O"),
    "comments of two pieces": ("train", "# newdoc\nAna O\nva O\n", {}, "Ana/O va/O"),
    "a hash as a word": ("train", "# O\n1 O\nva O\n", {}, "#/O 1/O va/O"),
    "a hash tag": ("train", "#oslo B-LOC\nva O\n", {}, "#oslo/B-LOC va/O"),
    "carriage returns": (
        "train",
        b"Maria\tB-PER\rlives\tO\rin\tO\rOslo\tB-LOC\r\rPeter\tB-PER\rleft\tO\r",
        {},
        "Maria/B-PER lives/O in/O Oslo/B-LOC | Peter/B-PER left/O",
    ),
    "both line ends": ("train", b"Ana\tO\r\nva\tO\r\n\r\nYa\tO\r\n", {}, "Ana/O va/O | Ya/O"),
    "carriage returns of a text": (
        "unlabelled",
        b"Ana va.\rLuis no.\r",
        {},
        "Ana va . | Luis no .",
    ),
    "blank lines first": ("train", "\n" * 2500 + "Ana B-PER\nva O\n", {}, "Ana/B-PER va/O"),
    "blank lines before a text": ("unlabelled", "\n" * 2500 + "Ana va.\n", {}, "Ana va ."),
    "lines of blanks first": ("unlabelled", "  \t\n" * 2500 + "Ana O\nva O\n", {}, "Ana va"),
    "byte order mark": ("train", "\ufeffAna B-PER\nva O\n", {}, "Ana/B-PER va/O"),
    "byte order mark of UTF-16": (
        "train",
        "Ana B-PER\nva O\n".encode("utf-16"),
        {"encoding": "utf-16"},
        "Ana/B-PER va/O",
    ),
    "mark inside UTF-16": (
        "train",
        "\ufeffAna O\nva O\n".encode("utf-16-le"),
        {"encoding": "utf-16-le"},
        "Ana/O va/O",
    ),
    "CoNLL-2003": (
        "train",
        "-DOCSTART- -X- O O\n\nAna N I-NP I-PER\nva V O O\n",
        {},
        "Ana/B-PER va/O",
    ),
    "document mark behind an index": (
        "train",
        "0\t-DOCSTART-\tO\n\n0\tAna\tB-PER\n1\tva\tO\n",
        {},
        "Ana/B-PER va/O",
    ),
    "five columns of UNER": (
        "train",
        "# text = 默多克\n1\t默多克\tB-PER\t-\tann\n2\t性情\tO\t-\tann\n",
        {},
        "默多克/B-PER 性情/O",
    ),
    "UNER as a pool": (
        "unlabelled",
        "# text = ab\n1\ta\tB-PER\t-\tann\n2\tb\tO\t-\tann\n",
        {},
        "a b",
    ),
    "tags first": ("train", "B-PER\tAna\nO\tva\nO\ta\nO\tcasa\n", {}, "Ana/B-PER va/O a/O casa/O"),
    "tags first in a pool": (
        "unlabelled",
        "B-PER\tAna\nO\tva\nO\ta\nO\tcasa\n",
        {},
        "Ana va a casa",
    ),
    "WikiANN": ("train", "es:Ana\tB-PER\nes:va\tO\n", {}, "Ana/B-PER va/O"),
    "WikiANN as a pool": ("unlabelled", "es:Ana\tB-PER\nes:va\tO\n", {}, "Ana va"),
    "words with colons": ("train", "a:b O\nc:d O\n", {}, "a:b/O c:d/O"),
    "MasakhaNER": ("train", "Maafisa O\nwa O\nYemen B-LOC\n", {}, "Maafisa/O wa/O Yemen/B-LOC"),
    "numbered sentences": (
        "unlabelled",
        "".join(f"{n}\tEl señor vive aquí.\n" for n in (1, 2)),
        {},
        "El señor vive aquí .",
    ),
    "numbered sentences from anywhere": (
        "unlabelled",
        "7\tAna va.\n15\tLuis no va.\n16\tYa.\n",
        {},
        "Ana va . | Luis no va . | Ya .",
    ),
    "a text of short lines": (
        "unlabelled",
        "Hola.\nAna va.\nAdiós a todos.\n",
        {},
        "Hola . | Ana va . | Adiós a todos .",
    ),
    "brackets of notes": ("unlabelled", SENTENCES + "Véase [NOTA uno] allí.\n", {}, None),
    "CONLL said so": ("unlabelled", "Ana N B-PER\nva O\n", {"format": "conll"}, "Ana va"),
    "text said so": ("unlabelled", "<b>Ana</b> va.\n" * 3, {"format": "text"}, None),
    "escaped letters of JSON": (
        "train",
        '{"tokens": ["Jos\\u00e9"], "tags": ["O"]}\n',
        {},
        "José/O",
    ),
    "a whole pair of surrogates": (
        "train",
        '{"tokens": ["\\ud83d\\ude00"], "tags": ["O"]}\n',
        {},
        "😀/O",
    ),
    "null id": ("train", '{"id": null, "tokens": ["a"], "tags": ["O"]}\n', {}, "a/O"),
    "alias of an encoding": (
        "train",
        "José O\nva O\n".encode("latin-1"),
        {"encoding": "latin1"},
        "José/O va/O",
    ),
    "BIOES": (
        "train",
        "Ana B-PER\nGil E-PER\nva O\nOslo S-LOC\n",
        {},
        "Ana/B-PER Gil/I-PER va/O Oslo/B-LOC",
    ),
    "BILOU": (
        "train",
        "Ana B-PER\nGil L-PER\nva O\nOslo U-LOC\n",
        {},
        "Ana/B-PER Gil/I-PER va/O Oslo/B-LOC",
    ),
    "trailing blanks": ("train", "Ana B-PER  \nva O \n", {}, "Ana/B-PER va/O"),
    "several blanks": ("train", "Ana   B-PER\nva O\n", {}, "Ana/B-PER va/O"),
}

# What is refused, and what the line has to say.
REFUSED = {
    "unseen word of an entity": (
        "train",
        "Ana B-PER\n\u200b I-PER\n",
        {},
        "f:2: found a word with nothing",
    ),
    "unseen word of a tested entity": (
        "test",
        "0\t\tB-PER\n1\tva\tO\n",
        {},
        "f:1: found a word with nothing",
    ),
    "slip of an index": (
        "train",
        "1\tAna\tO\n2\tva\tO\n4\tya\tO\n",
        {},
        "f:3: found the word number '4'",
    ),
    "slip in a pool": ("unlabelled", "1\tAna\tO\n3\tva\tO\n", {}, "f:2: found the word number '3'"),
    "index that stands still": (
        "unlabelled",
        "1\tAna\tO\n1\tva\tO\n",
        {},
        "f:2: found the word number '1'",
    ),
    "index that goes on": (
        "unlabelled",
        "1\tAna\tO\n2\tva\tO\n\n3\tYa\tO\n",
        {},
        "f:4: found the word number '3'",
    ),
    "endless index": (
        "unlabelled",
        f"{'9' * 5000}\tAna\tO\n",
        {},
        "f:1: found the word number '99999",
    ),
    "index of Arabic digits": (
        "train",
        "١\tAna\tO\n3\tva\tO\n4\ta\tO\n",
        {},
        "f:2: found the word number",
    ),
    "slip of CoNLL-U": (
        "unlabelled",
        "1" + "\tx" * 9 + "\n3" + "\tx" * 9,
        {},
        "f:2: found the word number '3'",
    ),
    "CSV": ("unlabelled", CSV, {}, "f:2: found tags behind commas"),
    "semicolons": ("unlabelled", CSV.replace(",", ";"), {}, "found tags behind commas"),
    "quoted CSV": (
        "unlabelled",
        CSV.replace("Ana,B-PER", '"Ana","B-PER"'),
        {},
        "found tags behind commas",
    ),
    "bars": ("unlabelled", CSV.replace(",", "|"), {}, "found"),
    "CSV with labels": ("train", CSV, {}, "found tags behind commas"),
    "word/TAG": ("unlabelled", SLASHES, {}, "f:1: found words with their tags"),
    "word_TAG": ("unlabelled", SLASHES.replace("/", "_"), {}, "f:1: found words with their tags"),
    "word|TAG": ("unlabelled", SLASHES.replace("/", "|"), {}, "f:1: found words with their tags"),
    "word|POS|TAG": (
        "unlabelled",
        SLASHES.replace("/", "|NN|"),
        {},
        "f:1: found words with their tags",
    ),
    "word/TYPE": ("unlabelled", SLASHES.replace("B-", ""), {}, "f:1: found words with their tags"),
    "JSON array": (
        "unlabelled",
        json.dumps([{"tokens": ["Ana"], "tags": ["B-PER"]}]),
        {},
        "f:1: found a JSON array",
    ),
    "JSON array over lines": (
        "unlabelled",
        json.dumps([{"tokens": ["Ana"]}], indent=1),
        {},
        "f:1: found a JSON array",
    ),
    "JSON arrays": ("unlabelled", '["Ana", "va"]\n["O", "O"]\n', {}, "f:1: found a JSON array"),
    "pairs of JSON": (
        "unlabelled",
        '[["Ana", "B-PER"], ["va", "O"]]\n' * 3,
        {},
        "f:1: found a JSON array",
    ),
    "JSON over lines": (
        "unlabelled",
        json.dumps({"tokens": ["Ana"]}, indent=1),
        {},
        "f:1: found '{'",
    ),
    "XML": (
        "unlabelled",
        '<?xml version="1.0"?>\n<s><w>Ana</w></s>\n<s><w>va</w></s>\n',
        {},
        "found XML",
    ),
    "elements": (
        "unlabelled",
        "<PER>Ana</PER> canta en <LOC>Oslo</LOC>.\n" * 3,
        {},
        "f:1: found XML",
    ),
    "ENAMEX": ("unlabelled", '<ENAMEX TYPE="PERSON">Ana</ENAMEX> va.\n' * 3, {}, "f:1: found XML"),
    "OpenNLP": ("unlabelled", "<START:person> Ana <END> va hoy .\n" * 3, {}, "f:1: found XML"),
    "Markdown": ("unlabelled", "[Ana](PER) va a [Oslo](LOC) hoy.\n" * 3, {}, "f:1: found types"),
    "double brackets": ("unlabelled", "[[Ana|PER]] va a casa hoy.\n" * 3, {}, "f:1: found types"),
    "braces": ("unlabelled", "{PER Ana} va a casa hoy mismo.\n" * 3, {}, "f:1: found types"),
    "mixed widths": (
        "unlabelled",
        "Ana N B-PER\nva O\n" * 3,
        {},
        "f:1: found lines that end in a tag",
    ),
    "ragged columns": (
        "unlabelled",
        "Ana B-PER\nva V x O\na P O\n" * 3,
        {},
        "found lines that end in a tag",
    ),
    "mixed widths with labels": (
        "train",
        "Ana N B-PER\nva O\n" * 3,
        {},
        "found lines that end in a tag",
    ),
    "few brackets": (
        "unlabelled",
        SENTENCES * 2 + "Va [PER Ana] .\nVa [PER Eva] .\n",
        {},
        "brackets as around entities",
    ),
    "table of texts": (
        "unlabelled",
        "a\tAna va a casa.\tAna goes home.\n" * 3,
        {},
        "f:1: found a table of texts",
    ),
    "table of translations": (
        "unlabelled",
        "Ana va a casa.\tAna goes home.\n" * 3,
        {},
        "f:1: found a table of texts",
    ),
    "subtitles": (
        "unlabelled",
        "1\n00:00:01,000 --> 00:00:02,000\nHola, Ana.\n\n" * 3,
        {},
        "f:2: found the times of subtitles",
    ),
    "lone surrogate": (
        "train",
        '{"tokens": ["Ana", "\\ud83d"], "tags": ["B-PER", "O"]}\n',
        {},
        "f:1: found half a character, \\ud83d",
    ),
    "lone surrogate in a pool": (
        "unlabelled",
        '{"tokens": ["Ana", "\\udc00"]}\n',
        {},
        "f:1: found half a character",
    ),
    "surrogate of an id": (
        "train",
        '{"id": "\\ud800", "tokens": ["a"], "tags": ["O"]}\n',
        {},
        "f:1: found half",
    ),
    "deep nesting": ("unlabelled", nested(100_000), {}, "f:1: found brackets nested too deeply"),
    "number of 5,000 digits": (
        "unlabelled",
        '{"tokens": ["a"], "n": ' + "9" * 5000 + "}\n",
        {},
        "f:1: found a number of too many digits",
    ),
    "null tokens": ("unlabelled", '{"tokens": null}\n', {}, "f:1: found no list of words"),
    "null word": ("unlabelled", '{"tokens": ["Ana", null]}\n', {}, "f:1: found no list of words"),
    "null tags": ("train", '{"tokens": ["Ana"], "tags": null}\n', {}, "f:1: found no list of tags"),
    "null tag": ("train", '{"tokens": ["Ana"], "tags": [null]}\n', {}, "f:1: found 1 tags"),
    "NaN for tags": (
        "train",
        '{"tokens": ["Ana"], "tags": NaN}\n',
        {},
        "f:1: found no list of tags",
    ),
    "numbers for tags": ("train", '{"tokens": ["Ana"], "tags": [1]}\n', {}, "f:1: found 1 tags"),
    "text for tokens": (
        "train",
        '{"tokens": "Ana", "tags": ["O"]}\n',
        {},
        "f:1: found no list of words",
    ),
    "gzip as Latin-1": (
        "unlabelled",
        gzip.compress(SENTENCES.encode()),
        {"encoding": "latin-1"},
        "f: found data packed by gzip",
    ),
    "gzip": ("unlabelled", gzip.compress(SENTENCES.encode()), {}, "f: found data packed by gzip"),
    "PNG as Latin-1": (
        "unlabelled",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
        {"encoding": "latin-1"},
        "f: found a picture",
    ),
    "noise as Latin-1": (
        "unlabelled",
        bytes(range(256)) * 9,
        {"encoding": "latin-1"},
        "f: found control characters",
    ),
    "zip": (
        "unlabelled",
        b"PK\x03\x04" + bytes(90),
        {"encoding": "cp1252"},
        "f: found a zip archive",
    ),
    "PDF": ("unlabelled", b"%PDF-1.7\nAna va.\n", {"encoding": "latin-1"}, "f: found a PDF"),
    "UTF-16 as UTF-8": (
        "unlabelled",
        "Ana va a casa.\n".encode("utf-16-le"),
        {},
        "f: found control characters",
    ),
    "UTF-16 with its mark as UTF-8": (
        "unlabelled",
        "Ana va.\n".encode("utf-16"),
        {},
        "f:1: found byte 0xff",
    ),
    "UTF-8 as Latin-1": (
        "train",
        "José O\n".encode(),
        {"encoding": "latin-1"},
        "f:1: found text in UTF-8",
    ),
    "Latin-1 as UTF-8": ("train", "Ana O\nJosé O\n".encode("latin-1"), {}, "f:2: found byte 0xe9"),
    "half a letter": ("train", "José O\n".encode()[:4], {}, "f:1: found byte 0xc3"),
    "nothing": ("train", b"", {}, "f: found an empty file"),
    "a mark only": ("train", "\ufeff", {}, "f: found an empty file"),
    "blank lines only": ("unlabelled", "\n \n\t\n", {}, "f: found an empty file"),
    "no-break spaces only": ("unlabelled", "\u00a0\n\u3000\n", {}, "f: found an empty file"),
    "unseen letters only": ("unlabelled", "\u200b\n\u2060\n", {}, "f: found no sentence left"),
    "document marks only": (
        "train",
        "-DOCSTART- O\n",
        {"format": "conll"},
        "f: found no sentence left",
    ),
    "text with labels": ("train", SENTENCES, {}, "f: found plain text"),
    "tag of no type": ("train", "Ana B-\nva O\n", {}, "f:1: found tag 'B-'"),
    "tag in small letters": ("train", "Ana b-per\nva O\n", {}, "f:1: found tag 'b-per'"),
    "zero for O": ("train", "Ana B-PER\nva 0\n", {}, "f:2: found tag '0'"),
    "empty tag": ("train", "Ana\tB-PER\nva\t\n", {}, "f:2: found tag ''"),
    "unknown type": ("train", "Ana B-DATE\nva O\n", {}, "f:1: found tag 'B-DATE'"),
    "two schemes": ("train", "Ana S-PER\nva O\nBo U-PER\n", {}, "f: found tags with S and U"),
    "column missing": (
        "train",
        "Ana x O\nva O\na x O\n",
        {"format": "conll"},
        "f:2: found 2 columns",
    ),
    "column too far": ("train", "Ana O\nva O\n", {"word_column": 7}, "f:1: found 2 columns"),
    "word and tag in one": ("train", "Ana O\nva O\n", {"word_column": 1}, "f:1: found 2 columns"),
    "a codec of bytes": ("train", "Ana O\n", {"encoding": "base64"}, "encoding: found 'base64'"),
    "a codec of letters": ("train", "Ana O\n", {"encoding": "rot13"}, "encoding: found 'rot13'"),
    "a codec of names": ("train", "Ana O\n", {"encoding": "idna"}, "encoding: found 'idna'"),
    "no codec": ("train", "Ana O\n", {"encoding": "utf-9"}, "encoding: found 'utf-9'"),
    "empty codec": ("train", "Ana O\n", {"encoding": ""}, "encoding: found ''"),
    "codec with a NUL": ("train", "Ana O\n", {"encoding": "utf\0"}, "encoding: found"),
}


def bring_in(folder, split, content, settings, path=None):
    """Read a corpus, and write its sentences as READ has them."""
    path = path or folder / "f"
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    written = folder / "written"
    written.mkdir()
    try:
        ingest(
            CorpusSettings(path=str(path), **settings),
            split=split,
            language="es",
            entity_types=TYPES,
            sentences_path=written / "out.jsonl",
            stats_path=written / "out.json",
        )
    except InputError:
        assert list(written.iterdir()) == []
        raise
    return " | ".join(
        " ".join(map("/".join, zip(s.tokens, s.tags, strict=True)) if s.tags else s.tokens)
        for s in read_sentences(written / "out.jsonl")
    )


@pytest.mark.parametrize(("split", "content", "settings", "expected"), READ.values(), ids=READ)
def test_is_read(tmp_path, split, content, settings, expected):
    read = bring_in(tmp_path, split, content, settings)
    assert expected is None or read == expected


@pytest.mark.parametrize(("split", "content", "settings", "line"), REFUSED.values(), ids=REFUSED)
def test_is_refused_in_one_line(tmp_path, split, content, settings, line):
    with pytest.raises(InputError) as caught:
        bring_in(tmp_path, split, content, settings)
    text = str(caught.value)
    assert line in text.replace(f"{tmp_path}/", "")
    assert "expected" in text
    assert "\n" not in text
    assert len(text) < 500


def folder(path):
    path.mkdir()


def pipe(path):
    os.mkfifo(path)


def endpoint(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def loop(path):
    path.symlink_to(path)


def dangling(path):
    path.symlink_to(path.with_name("gone"))


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (pipe, "a named pipe"),
        (endpoint, "a socket"),
        (loop, "too many levels of symbolic links"),
        (dangling, "no such file"),
        (lambda path: path.symlink_to("/dev/zero"), "a device"),
        (lambda path: None, "no such file"),
    ],
    ids=["pipe", "socket", "loop", "dangling", "device", "missing"],
)
def test_only_files_are_read(tmp_path, monkeypatch, make, found):
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    make(tmp_path / "f")
    with pytest.raises(InputError, match=f"f: found {found}; expected a corpus file"):
        bring_in(tmp_path, "unlabelled", None, {})


@pytest.mark.parametrize("path", ["x" * 5000, "f/" * 3000 + "f", "a\0b"])
def test_impossible_paths_are_refused(tmp_path, path):
    with pytest.raises(InputError, match="expected a corpus file"):
        bring_in(tmp_path, "unlabelled", None, {}, path=tmp_path / path)


def test_a_rare_gap_of_an_index_is_reported(tmp_path, caplog):
    sentence = "0\tAna\tO\n1\tva\tO\n\n"
    bring_in(tmp_path, "test", sentence * 1000 + sentence.replace("1\tva", "9\tva"), {})
    assert "f:3002: found the word number '9'; expected 1, the next" in caplog.text


LABELLED = {
    "comments": "# id a\tdomain=es\nana _ _ {}\nen _ _ {}\noslo _ _ {}\n\n",
    "tabs": "ana\t{}\nen\t{}\noslo\t{}\n\n",
    "range": "1-2\tanaen\t_\n1\tana\t{}\n2\ten\t{}\n3\toslo\t{}\n\n",
    "UNER": "# text = x\n1\tana\t{}\t-\tann\n2\ten\t{}\t-\tann\n3\toslo\t{}\t-\tann\n\n",
    "tags first": "{}\tana\n{}\ten\n{}\toslo\n\n",
    "WikiANN": "es:ana\t{}\nes:en\t{}\nes:oslo\t{}\n\n",
}


@pytest.mark.parametrize("form", LABELLED.values(), ids=LABELLED)
def test_labels_change_no_byte_of_a_pool(tmp_path, form):
    pools = set()
    for number, tags in enumerate((("B-PER", "O", "B-LOC"), ("O", "O", "O"), ("O", "I-MISC", "O"))):
        (run := tmp_path / str(number)).mkdir()
        bring_in(run, "unlabelled", form.format(*tags) * 2, {})
        pools.add((run / "written" / "out.jsonl").read_bytes())
    assert len(pools) == 1
    assert b"ana" in pools.pop()
