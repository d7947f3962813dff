"""Settings of a stage out of a larger mapping."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

Settings = TypeVar("Settings")


def select(kind: type[Settings], values: Mapping[str, Any]) -> Settings:
    """Make a settings dataclass from the keys that it has.

    Args:
        kind: A dataclass.
        values: Keys and values, others among them.

    Returns:
        The settings; a key that is not there has the dataclass' own default.
    """
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: values[name] for name in names if name in values})
