import shutil
import subprocess

import pytest

from unitrans.corpora.sentences import Sentence
from unitrans.errors import InputError
from unitrans.translation.backends import Apertium, read_parallel


def has_apertium():
    if shutil.which("apertium") is None:
        return False
    listed = subprocess.run(["apertium", "-l"], capture_output=True, text=True, check=False)
    return "eng-spa" in listed.stdout.split()


needs_apertium = pytest.mark.skipif(not has_apertium(), reason="needs apertium-eng-spa")
SENTENCES = [Sentence("a", ("One",)), Sentence("b", ("Two",)), Sentence("c", ("Three",))]


@needs_apertium
def test_apertium_translates_each_sentence_by_itself():
    texts = ["The house is red.", "", "He sees the", "house [x] ^a$ 🙂.", "The house is red."]
    found = Apertium("eng-spa").translate(texts)
    assert len(found) == len(texts)
    assert found[0] == found[4]
    assert found[0].startswith("La casa")
    assert found[0].endswith(".")
    assert found[1] == ""
    assert "🙂" in found[3]
    assert "[x]" in found[3]


@needs_apertium
def test_apertium_leaves_made_up_names_alone():
    (found,) = Apertium("eng-spa").translate(["Zqx0 met Zqx1 in the house."])
    assert "Zqx0" in found
    assert "Zqx1" in found


@needs_apertium
def test_nothing_to_translate_gives_nothing():
    assert Apertium("eng-spa").translate([]) == []


@needs_apertium
def test_a_pair_that_is_not_installed_is_refused():
    with pytest.raises(
        InputError, match=r"found 'eng-xyz'; expected one that is installed: .*eng-spa"
    ):
        Apertium("eng-xyz")


def test_a_machine_without_apertium_is_told_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match="found no program apertium"):
        Apertium("eng-spa")


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """A program called apertium that has the pair and then does what a test says."""

    def make(script):
        program = tmp_path / "apertium"
        program.write_text(f'#!/bin/sh\n[ "$1" = -l ] && echo eng-spa && exit 0\n{script}\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        return Apertium("eng-spa")

    return make


def test_a_sentence_that_gets_lost_is_noticed(stand_in):
    with pytest.raises(InputError, match="found 1 translations of 2 sentences"):
        stand_in("echo una").translate(["One.", "Two."])


def test_a_program_that_fails_says_why_in_one_line(stand_in):
    with pytest.raises(InputError, match="apertium: found no such file; expected"):
        stand_in("echo no such file >&2; exit 3").translate(["One."])


def test_lines_follow_the_corpus(tmp_path):
    path = tmp_path / "es.txt"
    path.write_text("Uno\n\nTres\u2028x\n")
    assert read_parallel(path, SENTENCES, by_id=False) == ["Uno", "", "Tres x"]


@pytest.mark.parametrize(
    ("text", "line", "lines"),
    [("Uno\nDos\n", 3, 2), ("Uno\nDos\nTres\nCuatro\n", 4, 4)],
)
def test_a_missing_or_an_extra_line_is_refused(tmp_path, text, line, lines):
    path = tmp_path / "es.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=f"es.txt:{line}: found {lines} lines in all; expected 3"):
        read_parallel(path, SENTENCES, by_id=False)


def test_ids_bring_lines_into_order(tmp_path):
    path = tmp_path / "es.tsv"
    path.write_text("c\tTres\na\tUno\nb\t\n")
    assert read_parallel(path, SENTENCES, by_id=True) == ["Uno", "", "Tres"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\tUno\nb\tDos\n", "es.tsv: found no id 'c'"),
        ("a\tUno\na\tDos\n", "es.tsv:2: found a second id 'a'"),
        ("a\tUno\nx\tDos\n", "es.tsv:2: found an unknown id 'x'"),
        ("a\tUno\nb Dos\n", "es.tsv:2: found 'b Dos'; expected id, tab, text"),
    ],
)
def test_ids_that_do_not_fit_are_refused(tmp_path, text, message):
    path = tmp_path / "es.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_parallel(path, SENTENCES, by_id=True)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_parallel(tmp_path / "none.txt", SENTENCES, by_id=False)
