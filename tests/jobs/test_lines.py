import pytest

from unitrans.errors import InputError
from unitrans.jobs.lines import read_lines, store_lines

TEXTS = {
    "plain": (b"a\nb\n", None),
    "without an end": (b"a\nb", None),
    "empty lines": (b"\n\na\n\n", None),
    "a line feed": (b"\n", None),
    "carriage returns": (b"a\r\nb\rc\r\n", None),
    "a mark": (b"\xef\xbb\xbfa\n", "utf-8"),
    "latin": ("José\nva".encode("iso-8859-1"), "iso-8859-1"),
    "wide": ("José\u2028x\nva".encode("utf-16"), "utf-16"),
    "line separators": ("a\u2028b\x0bc\x0cd\n".encode(), None),
}
FAULTS = {
    "nothing": (b"", None),
    "gzip": (b"\x1f\x8b\x08", None),
    "not UTF-8": (b"a\nb\xff\n", None),
    "a later byte": (b"a\n" * 100_000 + b"\xff", "utf-8"),
    "UTF-8 after all": ("a\nJosé".encode(), "iso-8859-1"),
    "controls": (bytes(range(1, 9)) * 10, None),
}


@pytest.mark.parametrize("name", TEXTS)
def test_lines_on_disk_are_those_in_memory(tmp_path, name):
    data, encoding = TEXTS[name]
    path = tmp_path / "text"
    path.write_bytes(data)
    stored = store_lines(path, encoding, expected="a corpus", folder=tmp_path)
    assert list(stored) == read_lines(path, encoding, expected="a corpus")
    assert [one.name for one in tmp_path.iterdir()] == ["text"]


@pytest.mark.parametrize("name", FAULTS)
def test_both_refuse_the_same_with_the_same_words(tmp_path, name):
    data, encoding = FAULTS[name]
    path = tmp_path / "text"
    path.write_bytes(data)
    said = []
    for read in (read_lines, store_lines):
        folder = {"folder": tmp_path} if read is store_lines else {}
        with pytest.raises(InputError) as caught:
            read(path, encoding, expected="a corpus", **folder)
        said.append(str(caught.value))
    assert said[0] == said[1]
