"""Lists that stay on disk: for what is read once, and then gone through once or twice."""

import os
import pickle
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Generic, TypeVar

from unitrans.jobs.files import naming_folder

BLOCK_ITEMS = 1024
Item = TypeVar("Item")


class Spool(Collection, Generic[Item]):
    """Items in a file without a name, which is gone as soon as its process is.

    Args:
        items: What it begins with.
        folder: Where there is room for it.
    """

    def __init__(self, items: Iterable[Item] = (), *, folder: str | Path) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._handle = TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 (kept open)
        self._places: list[tuple[int, int]] = []  # first byte and bytes of each block
        self._last: list[Item] = []  # those of which no block is written yet
        for item in items:
            self.append(item)

    def append(self, item: Item) -> None:
        """Add an item at the end.

        Args:
            item: Anything that can be pickled.
        """
        self._last.append(item)
        if len(self._last) == BLOCK_ITEMS:
            data = memoryview(pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL))
            start = sum(self._places[-1]) if self._places else 0
            self._places.append((start, len(data)))
            with naming_folder(self._folder):
                while data:
                    data = data[self._handle.write(data) :]
            self._last = []

    def __iter__(self) -> Iterator[Item]:
        """Go through the items, in order; several may at a time."""
        for start, size in self._places:
            yield from pickle.loads(os.pread(self._handle.fileno(), size, start))
        yield from self._last

    def __len__(self) -> int:
        """How many items there are."""
        return BLOCK_ITEMS * len(self._places) + len(self._last)

    def __contains__(self, item: object) -> bool:
        """Whether an item is among them; all may have to be read."""
        return any(item == one for one in self)
