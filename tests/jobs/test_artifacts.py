import errno
import json

import pytest
import torch

from unitrans.errors import InputError
from unitrans.jobs.artifacts import (
    check_digest,
    read_tensors,
    replacing,
    write_json,
    write_tensors,
    write_text,
)
from unitrans.jobs.files import read_json


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "out.txt"
    write_text(path, "old")
    with pytest.raises(RuntimeError), replacing(path) as temporary:  # noqa: PT012
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_missing_folders_are_made(tmp_path):
    write_text(tmp_path / "a" / "b" / "c.txt", "å\n")
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == "å\n".encode()


def test_json_comes_back_in_order(tmp_path):
    value = {"z": 1, "a": ["å", None]}
    write_json(tmp_path / "x.json", value)
    assert list(read_json(tmp_path / "x.json").items()) == list(value.items())


def test_json_without_numbers_is_refused_and_not_written(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "x.json", {"f1": float("nan")})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        (b'{"a": 1,\n oops}', r"x\.json:2: found"),
        (b'{"a": "\xe9"}', "not UTF-8"),
    ],
)
def test_bad_json_is_refused_by_name(tmp_path, content, message):
    path = tmp_path / "x.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_json(path)


def test_tensors_and_metadata_come_back(tmp_path):
    path = tmp_path / "x.safetensors"
    tensors = {"probabilities": torch.rand(3, 5), "offsets": torch.tensor([0, 3])}
    write_tensors(path, tensors, {"tags": json.dumps(["O"])})
    read, metadata = read_tensors(path)
    assert read.keys() == tensors.keys()
    assert all(torch.equal(read[name], tensors[name]) for name in tensors)
    assert metadata == {"tags": '["O"]'}


@pytest.mark.parametrize("content", [None, b"", b"not tensors at all", b"\x08\0\0\0\0\0\0\0{}"])
def test_bad_tensor_files_are_refused_by_name(tmp_path, content):
    path = tmp_path / "x.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"x\.safetensors: found"):
        read_tensors(path)


@pytest.mark.parametrize("check", [read_tensors, check_digest])
def test_one_wrong_bit_anywhere_in_the_tensors_is_noticed(tmp_path, check):
    path = tmp_path / "x.safetensors"
    tensors = {"b": torch.arange(12, dtype=torch.float32).view(3, 4), "a": torch.tensor(7)}
    write_tensors(path, tensors, {"format": "pt"})
    whole = path.read_bytes()
    check(path)
    start = len(whole) - sum(tensor.nbytes for tensor in tensors.values())
    for place in range(start, len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"x\.safetensors: found content .* delete it"):
            check(path)


def test_the_same_tensors_are_the_same_bytes(tmp_path):
    metadata = {f"key{number}": "å" for number in range(9)}
    for name in ("first", "second"):
        write_tensors(tmp_path / name, {"x": torch.ones(2)}, metadata)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_what_a_killed_process_left_is_removed(tmp_path):
    (tmp_path / ".out.txt.99999.tmp").write_text("half")
    (tmp_path / ".other.txt.99999.tmp").write_text("half")
    write_text(tmp_path / "out.txt", "whole")
    assert {path.name for path in tmp_path.iterdir()} == {"out.txt", ".other.txt.99999.tmp"}


def test_tensors_can_be_read_by_whoever_reads_texts(tmp_path):
    write_text(tmp_path / "a", "x")
    write_tensors(tmp_path / "b", {"x": torch.zeros(1)}, {})
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_copy_that_finds_no_room_names_what_is_written(tmp_path):
    with pytest.raises(OSError, match="No space") as caught, replacing(tmp_path / "out"):
        raise OSError(errno.ENOSPC, "No space left on device", "source", None, "copy")
    assert caught.value.filename == str(tmp_path / "out")
    assert caught.value.filename2 is None
