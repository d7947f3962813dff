import json
import re
import subprocess
import sys

import pytest

from unitrans.tagging.command import main

TEXT = "Ana vive en Oslo.\r\n\r\nGil va a Bergen.\n"


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(TEXT.encode())
    return path


def test_a_file_is_tagged_and_the_speed_is_printed(folder, text, capsys):
    assert main([str(folder), str(text), "--dtype", "float32"]) == 0
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
        (["nowhere", "text.txt", "--encoding", "base64"], "--encoding: found 'base64'"),
        (["nowhere", "text.txt", "-o", "text.txt"], "text.txt: found the text itself"),
        (["nowhere", "text.txt", "-o", "./linked.txt"], "linked.txt: found the text itself"),
        (["nowhere", "text.txt", "-o", "none/out.txt"], "none: found no such folder"),
        (["nowhere", "text.txt", "-o", "."], ".: found a folder; expected a file to write"),
        (["nowhere", "empty"], "empty: found no .txt file below it; expected a folder of"),
        (["nowhere", "-", "-"], "found standard input twice"),
        (["nowhere", "x" * 300], "found file name too long; expected a text"),
    ],
)
def test_what_cannot_be_used_is_one_line(tmp_path, monkeypatch, text, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "linked.txt").symlink_to("text.txt")
    (tmp_path / "empty").mkdir()
    assert main(arguments) == 1
    assert text.read_bytes() == TEXT.encode()
    err = capsys.readouterr().err
    assert err.startswith("unitrans-tag: ")
    assert message in err
    assert len(err.splitlines()) == 1


def test_several_files_say_which_one_a_sentence_is_from(folder, text, tmp_path, capsys):
    other = tmp_path / "other.txt"
    other.write_text("Luis no.\n")
    assert main([str(folder), str(text), str(other)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["file"] for row in rows] == [str(text)] * 2 + [str(other)]
    assert rows[2]["start"] == 0
    assert main([str(folder), str(text), str(other), "-f", "conll"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line[:1] == "#"] == [f"# file = {text}", f"# file = {other}"]


@pytest.mark.parametrize("count", ["-3", "0", "x", "1.5", "9" * 9999, "99999"])
def test_threads_are_a_whole_number(count, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["nowhere", f"--threads={count}"])
    assert caught.value.code == 2
    assert "expected a whole number from 1" in capsys.readouterr().err


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert re.fullmatch(r"unitrans-tag \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_an_interrupted_command_says_so_in_one_line(monkeypatch, capsys, text):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("unitrans.tagging.command.run", interrupt)
    assert main(["nowhere", str(text)]) == 130
    assert capsys.readouterr().err == "unitrans-tag: interrupted\n"


def test_memory_that_runs_out_is_one_line(monkeypatch, capsys, text):
    def allocate(_):
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] can't allocate memory")

    monkeypatch.setattr("unitrans.tagging.command.run", allocate)
    assert main(["nowhere", str(text)]) == 1
    assert "out of memory" in capsys.readouterr().err
