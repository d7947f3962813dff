import errno

import pytest

from unitrans.jobs import spool
from unitrans.jobs.spool import Spool


@pytest.fixture(params=[0, 1, 3, 4, 9])
def numbers(request, monkeypatch):
    monkeypatch.setattr(spool, "BLOCK_ITEMS", 3)
    return list(range(request.param))


def test_a_spool_is_gone_through_as_a_list_is(tmp_path, numbers):
    items = Spool(numbers, folder=tmp_path)
    assert list(items) == list(items) == numbers
    assert len(items) == len(numbers)
    assert list(zip(items, items, strict=True)) == list(zip(numbers, numbers, strict=True))
    assert 7 in items if 7 in numbers else 7 not in items
    assert list(tmp_path.iterdir()) == []


def test_a_spool_grows_after_it_was_read(tmp_path, numbers):
    items = Spool(numbers, folder=tmp_path)
    assert list(items) == numbers
    items.append(10)
    assert list(items) == [*numbers, 10]


def test_a_full_disk_is_said_to_be_full_where_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "BLOCK_ITEMS", 1)
    items = Spool(folder=tmp_path)
    items._handle.close()
    items._handle = open("/dev/full", "wb", buffering=0)  # noqa: SIM115, PTH123
    with pytest.raises(OSError, match="No space") as caught:
        items.append(1)
    assert caught.value.errno == errno.ENOSPC
    assert caught.value.filename == str(tmp_path)
