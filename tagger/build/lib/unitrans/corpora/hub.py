"""Corpora of the Hugging Face ``datasets`` library, by name or from a folder on disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unitrans.corpora.formats import Parsed
from unitrans.corpora.sentences import is_texts
from unitrans.errors import InputError

if TYPE_CHECKING:
    from datasets import Dataset

WORDS, TAGS = "tokens", "ner_tags"


def open_dataset(name: str, *, config: str | None, split: str, revision: str | None) -> "Dataset":
    """Open one split of a dataset.

    Args:
        name: A folder that ``save_to_disk`` wrote, or a name such as ``wikiann``. No code of
            a dataset is ever run.
        config: The dataset's configuration, such as a language; None for its only one.
        split: The split, such as ``train`` or ``validation``.
        revision: Commit or tag, so that the same name gives the same sentences.

    Returns:
        The split.

    Raises:
        InputError: The library is not installed, the dataset cannot be opened, or it has no
            such split.
    """
    try:
        import datasets
    except ImportError as error:
        raise InputError(
            f"dataset {name}: found no package datasets; expected it installed "
            "(the extra `datasets` of this project)"
        ) from error
    try:
        if Path(name).is_dir() and config is None:
            opened = datasets.load_from_disk(name)
            if isinstance(opened, datasets.Dataset):
                return opened
            if split in opened:
                return opened[split]
            raise InputError.at(
                name, found=f"splits {', '.join(opened)}", expected=f"dataset_split {split!r}"
            )
        return datasets.load_dataset(name, config, split=split, revision=revision)
    except (OSError, ValueError, RuntimeError, datasets.exceptions.DatasetsError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            f"dataset {name}: found {reason}; expected a dataset that can be opened"
        ) from error


def parse_dataset(dataset: "Dataset", name: str, *, labelled: bool) -> Iterator[Parsed]:
    """Read the sentences of a dataset.

    Args:
        dataset: One split, with ``tokens``, and ``ner_tags`` as class labels or as texts.
        name: What messages call it.
        labelled: True to read the tags, False to leave them in the file.

    Yields:
        The sentences; their lines are the rows of the dataset, from 1.

    Raises:
        InputError: A column is missing or is of another kind, or a row is malformed.
    """
    wanted = [WORDS, TAGS] if labelled else [WORDS]
    if missing := [column for column in wanted if column not in dataset.column_names]:
        raise InputError.at(
            name,
            found=f"columns {', '.join(dataset.column_names)}",
            expected=f"a column {' and a column '.join(missing)}",
        )
    names = class_names(dataset.features[TAGS]) if labelled else None
    for number, row in enumerate(dataset.select_columns(wanted), 1):
        tokens, tags = row[WORDS], row.get(TAGS)
        if not is_texts(tokens):
            raise InputError.at(name, number, found="no list of words", expected="tokens, a list")
        if labelled and (tags is None or None in tags or len(tags) != len(tokens)):
            found = "no tags" if tags is None else f"{len([t for t in tags if t is not None])} tags"
            raise InputError.at(name, number, found=found, expected=f"{len(tokens)}")
        if names and not all(0 <= tag < len(names) for tag in tags):
            raise InputError.at(
                name, number, found=f"class numbers {tags}", expected=f"0 to {len(names) - 1}"
            )
        if tokens:
            words = tuple(names[tag] for tag in tags) if names else tags and tuple(map(str, tags))
            yield Parsed(tuple(tokens), words, [number] * len(tokens))


def class_names(feature: Any) -> list[str] | None:  # noqa: ANN401 (datasets has many kinds)
    """Find the names of the classes of a column of tags.

    Args:
        feature: The column's type: a list of class labels, or of texts.

    Returns:
        The names by class number, or None where the tags are texts.

    Raises:
        InputError: The column holds neither.
    """
    inner = getattr(feature, "feature", feature)
    names = getattr(inner, "names", None)
    if names is None and getattr(inner, "dtype", None) not in ("string", "large_string"):
        raise InputError(
            f"column {TAGS}: found {inner}; expected class labels with names, or tags as texts"
        )
    return names
