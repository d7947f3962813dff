"""The one exception that users see: a single line, never a traceback."""

from pathlib import Path


class InputError(Exception):
    """Input or settings that the pipeline cannot work with.

    The text is one line: where it is, what was found, what was expected.
    """

    @classmethod
    def at(
        cls, path: str | Path, line: int | None = None, *, found: str, expected: str
    ) -> "InputError":
        """Say where the fault is, what was found, and what was expected.

        Args:
            path: The file that holds the fault.
            line: Its line, from 1; None where a line means nothing.
            found: What is there.
            expected: What should be there.

        Returns:
            The exception, to be raised by the caller.
        """
        where = f"{path}:{line}" if line is not None else str(path)
        return cls(f"{where}: found {found}; expected {expected}")
