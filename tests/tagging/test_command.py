import json
import subprocess
import sys

import pytest

from tiny import make_student
from unitrans.tagging.command import main

TEXT = "Ana vive en Oslo.\r\n\r\nGil va a Bergen.\n"


@pytest.fixture(scope="module")
def folder(tiny_encoder, tmp_path_factory):
    return make_student(tiny_encoder, tmp_path_factory.mktemp("student"))


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(TEXT.encode())
    return path


def test_a_file_is_tagged_and_the_speed_is_printed(folder, text, capsys):
    assert main([str(folder), str(text), "--precision", "float32"]) == 0
    out, err = capsys.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert [TEXT[row["start"] : row["end"]] for row in rows] == [row["text"] for row in rows]
    assert [row["line"] for row in rows] == [1, 3]
    assert err.startswith("10 words in ")
    assert err.rstrip().endswith(" words/s")


def test_standard_input_gives_the_same_as_a_file(folder, text):
    command = [sys.executable, "-m", "unitrans.tagging.command", str(folder), "-f", "conll"]
    results = [
        subprocess.run([*command, *more], input=given, capture_output=True, check=True).stdout
        for more, given in (([str(text)], None), (["--line-buffered"], TEXT.encode()))
    ]
    assert results[0] == results[1]
    words = results[0].decode().split()[::2]
    assert words == ["Ana", "vive", "en", "Oslo", ".", "Gil", "va", "a", "Bergen", "."]


def test_an_output_file_is_whole_or_not_there(folder, text, tmp_path):
    output = tmp_path / "out.jsonl"
    assert main([str(folder), str(text), "-o", str(output)]) == 0
    assert len(output.read_text("utf-8").splitlines()) == 2
    broken = tmp_path / "latin.txt"
    broken.write_bytes(b"Ana\n" * 3 + b"\xff\n")
    assert main([str(folder), str(broken), "-o", str(tmp_path / "none.jsonl")]) == 1
    assert not list(tmp_path.glob("*none*"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere", "text.txt"], "nowhere"),
        (["nowhere", "missing.txt"], "missing.txt: found no such file"),
        (["nowhere", "text.txt", "--encoding", "x"], "--encoding: found 'x'"),
    ],
)
def test_what_cannot_be_used_is_one_line(tmp_path, monkeypatch, text, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    err = capsys.readouterr().err
    assert err.startswith("unitrans-tag: ")
    assert message in err
    assert len(err.splitlines()) == 1
