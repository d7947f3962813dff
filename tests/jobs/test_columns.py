import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from unitrans.errors import InputError
from unitrans.jobs.artifacts import read_tensors
from unitrans.jobs.columns import ColumnWriter, open_columns, write_columns


@pytest.fixture
def column(tmp_path):
    writer = ColumnWriter(tmp_path, np.float32, (3,))
    for start in (0, 30, 60):
        writer.append(np.arange(start, start + 30).reshape(10, 3))
    return writer.column()


def test_a_column_is_read_as_an_array_is(column):
    whole = np.arange(90, dtype=np.float32).reshape(30, 3)
    assert len(column) == 30
    assert np.array_equal(column[:], whole)
    assert np.array_equal(column[4:9], whole[4:9])
    assert np.array_equal(column[25:99], whole[25:])
    assert np.array_equal(column[np.array([7, 0, 29, 7])], whole[[7, 0, 29, 7]])
    assert column[np.array([], dtype=int)].shape == (0, 3)
    assert column[5:5].shape == (0, 3)
    assert np.array_equal(np.concatenate(list(column.blocks())), whole)


def test_what_is_read_can_be_changed_and_the_column_stays(column):
    column[:][:] = 0
    column[np.array([1])][:] = 0
    assert column[1:2].tolist() == [[3, 4, 5]]


def test_a_column_has_no_name_that_could_stay_behind(tmp_path, column):
    assert list(tmp_path.iterdir()) == []
    assert len(column) == 30


def test_a_process_of_its_own_has_the_same_rows(column):
    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer)[2:4].sum())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(column),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert float(done.stdout) == sum(range(6, 12))


def test_a_column_without_rows_is_an_empty_array(tmp_path):
    column = ColumnWriter(tmp_path, np.int64).column()
    assert column[:].tolist() == []
    write_columns(tmp_path / "a", {"x": column}, {})
    assert open_columns(tmp_path / "a")[0]["x"][:].tolist() == []


def test_files_are_those_of_safetensors(tmp_path, column):
    arrays = {"rows": column, "odd": np.arange(5, dtype=np.int16), "keys": np.arange(7)}
    write_columns(tmp_path / "a", arrays, {"tags": "ÄÖ"})
    for name, tensor in load_file(tmp_path / "a").items():
        assert np.array_equal(tensor.numpy(), arrays[name][:])
    assert read_tensors(tmp_path / "a")[1] == {"tags": "ÄÖ"}
    columns, metadata = open_columns(tmp_path / "a")
    assert metadata == {"tags": "ÄÖ"}
    assert {name: found[:].tolist() for name, found in columns.items()} == {
        name: array[:].tolist() for name, array in arrays.items()
    }


def test_a_file_is_whole_or_refused(tmp_path):
    write_columns(tmp_path / "a", {"x": np.arange(1000)}, {})
    whole = (tmp_path / "a").read_bytes()
    for damaged in (whole[:-1], whole[:50], whole[:-3] + b"abc", b""):
        (tmp_path / "a").write_bytes(damaged)
        with pytest.raises(InputError, match="expected"):
            open_columns(tmp_path / "a")


def test_numbers_that_no_column_has_are_refused(tmp_path):
    save_file({"x": torch.zeros(2, dtype=torch.bfloat16)}, tmp_path / "a")
    with pytest.raises(InputError, match="found x in BF16; expected one of F16"):
        open_columns(tmp_path / "a")
