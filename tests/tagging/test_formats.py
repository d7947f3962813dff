import json
from itertools import pairwise

import pytest

from unitrans.tagging.command import main
from unitrans.tagging.formats import Form, utf16_places

TEXT = "Ana vive en Oslo \U0001f600. Gil va a  Bergen.\r\n\r\n¿Y José? La Universidad\tde Oslo.\n"


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(TEXT.encode())
    return path


@pytest.fixture
def tagged(folder, text, tmp_path):
    """Tag the text in a form; without one, its entities."""

    def tag(form=None, *texts):
        output = tmp_path / f"out.{form}"
        arguments = [str(folder), *map(str, texts or [text]), "--dtype", "float32"]
        assert main([*arguments, "-f", form or "jsonl", "-o", str(output)]) == 0
        if form is not None:
            return output
        rows = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
        return [entity for row in rows for entity in row["entities"]]

    return tag


def places(entities):
    return [(one["start"], one["end"], one["type"]) for one in entities]


def test_words_have_their_places(tagged):
    lines = tagged("offsets").read_text("utf-8").split("\n")
    rows = [line.split("\t") for line in lines if line]
    for word, start, end, _ in rows:
        assert TEXT[int(start) : int(end)] == word
    assert sum(tag.startswith("B-") for *_, tag in rows) == len(tagged())


def test_doccano_counts_as_javascript_does(tagged):
    (line,) = tagged("doccano").read_text("utf-8").splitlines()
    record = json.loads(line)
    assert record["text"] == TEXT
    units = TEXT.encode("utf-16-le")
    own = tagged()
    found = [units[2 * start : 2 * end].decode("utf-16-le") for start, end, _ in record["label"]]
    assert found == [one["text"] for one in own]
    assert utf16_places("a\U0001f600b") == [0, 1, 3, 4]


def test_label_studio_gets_tasks_with_suggestions(tagged, text, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("Ana.\n")
    tasks = json.loads(tagged("label-studio", text, other).read_text("utf-8"))
    assert [task["data"]["text"] for task in tasks] == [TEXT, "Ana.\n"]
    (one,) = tasks[0]["predictions"]
    values = [region["value"] for region in one["result"]]
    assert [(v["start"], v["end"], v["labels"][0]) for v in values] == places(tagged())
    for value in values:
        assert TEXT[value["start"] : value["end"]] == value["text"]
    assert {region["from_name"] for region in one["result"]} == {"label"}


def test_brat_gets_each_text_and_its_entities(tagged, text, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "other.txt").write_text("Ana.\n")
    output = tagged("brat", text, tmp_path / "more")
    assert {path.name for path in output.iterdir()} == {
        *("text.txt", "text.ann", "other.txt", "other.ann")
    }
    assert (output / "text.txt").read_bytes().decode() == TEXT
    rows = [line.split("\t") for line in (output / "text.ann").read_text("utf-8").splitlines()]
    found = []
    for number, (name, place, words) in enumerate(rows, 1):
        kind, start, end = place.split()
        assert name == f"T{number}"
        assert " ".join(TEXT[int(start) : int(end)].split()) == words
        found.append((int(start), int(end), kind))
    assert found == places(tagged())


def test_texts_of_one_name_are_no_two_files_of_brat(folder, text, tmp_path, capsys):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "text.txt").write_text("Ana.\n")
    arguments = [str(folder), str(text), str(tmp_path / "more"), "-f", "brat"]
    assert main([*arguments, "-o", str(tmp_path / "brat")]) == 1
    assert "found a second text named text" in capsys.readouterr().err


def test_spacy_opens_the_documents(tagged):
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    from spacy.tokens import DocBin

    (document,) = DocBin().from_disk(tagged("docbin")).get_docs(spacy.blank("es").vocab)
    assert document.text == TEXT
    found = [(one.start_char, one.end_char, one.label_) for one in document.ents]
    assert found == places(tagged())
    assert len(list(document.sents)) >= 3


def test_a_page_marks_every_entity(tagged):
    page = tagged("html").read_text("utf-8")
    assert page.count("<mark") == len(tagged())
    assert 'dir="auto"' in page
    assert "\U0001f600" in page


@pytest.mark.parametrize("form", [form for form in Form if form not in ("jsonl", "brat")])
def test_a_text_without_words_is_written_all_the_same(tagged, tmp_path, form):
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    assert tagged(form, empty).exists()


@pytest.mark.parametrize("form", ["html", "brat", "docbin"])
def test_what_is_no_stream_needs_a_place(folder, text, form, capsys):
    assert main([str(folder), str(text), "-f", form]) == 1
    assert f"--format {form}: found no --output" in capsys.readouterr().err


def test_a_wrapped_paragraph_is_read_as_one(folder, tmp_path, monkeypatch):
    wrapped = tmp_path / "wrapped.txt"
    text = "Ana vive en la\r\nUniversidad de\nOslo. Gil va\na Bergen.\n\n\nJosé no.\n"
    wrapped.write_bytes(text.encode())
    output = tmp_path / "out"
    arguments = [str(folder), str(wrapped), "-o", str(output), "--dtype", "float32"]
    assert main([*arguments, "--hard-wrapped"]) == 0
    rows = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert [text[row["start"] : row["end"]] for row in rows] == [row["text"] for row in rows]
    assert [(row["line"], row["text"][:3]) for row in rows] == [(1, "Ana"), (3, "Gil"), (7, "Jos")]
    assert main([*arguments, "-f", "brat", "-o", str(tmp_path / "brat"), "--hard-wrapped"]) == 0
    for line in (tmp_path / "brat" / "wrapped.ann").read_text("utf-8").splitlines():
        _, place, words = line.split("\t")
        _, _, parts = place.partition(" ")
        spans = [tuple(map(int, part.split())) for part in parts.split(";")]
        assert " ".join(text[start:end] for start, end in spans).split() == words.split()
        assert not any("\n" in text[start:end] for start, end in spans)


def test_a_folder_stands_for_its_texts(tagged, tmp_path):
    for name in ("b/two.txt", "b/a/one.txt", "b/three.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Ana vive en Oslo.\n")
    rows = tagged("jsonl", tmp_path / "b").read_text("utf-8").splitlines()
    files = [json.loads(row)["file"] for row in rows]
    assert files == [str(tmp_path / name) for name in ("b/a/one.txt", "b/two.txt")]
    assert all(one <= other for one, other in pairwise(files))


def test_a_folder_without_texts_is_refused(folder, tmp_path, capsys):
    (tmp_path / "none").mkdir()
    assert main([str(folder), str(tmp_path / "none")]) == 1
    assert "no .txt file below it" in capsys.readouterr().err
