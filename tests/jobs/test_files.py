import pytest

from unitrans.errors import InputError
from unitrans.jobs.lines import read_lines


def test_lines_of_any_encoding_and_ending(tmp_path):
    path = tmp_path / "x"
    path.write_bytes("Jos\u00e9 O\r\nva O\r\n".encode("iso-8859-1"))
    assert read_lines(path, "iso-8859-1", expected="a corpus") == ["José O", "va O"]
    path.write_bytes("\ufeffJosé\u2028\n\nva\n".encode())
    assert read_lines(path, expected="a corpus") == ["José\u2028", "", "va"]


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (None, "utf-8", "no such file"),
        (b"", "utf-8", "an empty file"),
        (b"va O\nJos\xe9 O\n", "utf-8", "x:2: found byte 0xe9"),
        (b"va O\nJos\xe9 O\n", "ascii", "x:2: found byte 0xe9"),
        ("va\nJosé\n".encode(), "iso-8859-1", "x:2: found text in UTF-8"),
    ],
)
def test_unreadable_files_are_refused(tmp_path, content, encoding, message):
    path = tmp_path / "x"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_lines(path, encoding, expected="a corpus")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputError, match="a folder"):
        read_lines(tmp_path, expected="a corpus")
