"""What a tagger's folder says of itself, read without the libraries that the model needs."""

from dataclasses import dataclass
from pathlib import Path

from unitrans.corpora.tags import TagSet
from unitrans.encoders.loading import CONFIG, config_positions, read_config
from unitrans.errors import InputError
from unitrans.jobs.files import kind_of
from unitrans.taggers.calibration import NONE, Calibration, read_calibration

FORMAT = 2  # older ones judged many words by the blank before them
SHORTEST_WINDOW = 8  # subwords, of which the encoder takes two for itself


@dataclass(frozen=True)
class TaggerSettings:
    """How a tagger that stands on its own reads text.

    Attributes:
        tag_set: Its classes.
        language: ISO 639-1 code: how text is split into sentences and words.
        max_subwords: A window's length; longer sentences get several that overlap.
        calibration: What its probabilities are worth.
    """

    tag_set: TagSet
    language: str
    max_subwords: int
    calibration: Calibration = NONE


def read_settings(folder: str | Path, language: str | None = None) -> TaggerSettings:
    """Read how a tagger reads text.

    Args:
        folder: The folder of a student or of an export.
        language: ISO 639-1 code; None for the one that the folder names.

    Returns:
        The settings.

    Raises:
        InputError: config.json is missing, no tagger's or another version's, or the language is
            not known.
    """
    path = Path(folder) / CONFIG
    tag_set = load_tag_set(folder)
    config = read_config(folder, "a tagger")
    own = config.get("unitrans", {})
    if not isinstance(own, dict):
        raise InputError.at(path, found=f"{kind_of(own)} for unitrans", expected="a mapping")
    if own and own.get("format") != FORMAT:
        raise InputError.at(
            path,
            found="a tagger of another version",
            expected=f"format: {FORMAT}; train or export it anew",
        )
    language = language or own.get("language")
    if not isinstance(language, str) or not language:
        raise InputError.at(path, found="no language", expected="one, or the option --language")
    longest = own.get("max_subwords", 256)
    if type(longest) is not int or longest < SHORTEST_WINDOW:
        raise InputError.at(
            path,
            found=f"max_subwords: {str(longest)[:40]}",
            expected=f"a whole number from {SHORTEST_WINDOW}",
        )
    longest = min(longest, config_positions(config) or longest)
    return TaggerSettings(tag_set, language, longest, read_calibration(folder))


def load_tag_set(folder: str | Path) -> TagSet:
    """Read the classes of a tagger.

    Args:
        folder: The tagger's folder.

    Returns:
        The tag set.

    Raises:
        InputError: The folder is no tagger's, or its classes are others than O, then B- and I-
            of every type.
    """
    path = Path(folder) / CONFIG
    labels = read_config(folder, "a tagger").get("id2label")
    if not isinstance(labels, dict) or not labels:
        raise InputError.at(
            path,
            found="no names of classes (id2label)",
            expected="a tagger, not an encoder: O, then B- and I- of every type",
        )
    try:
        return TagSet.of([labels[str(number)] for number in range(len(labels))])
    except KeyError as error:
        raise InputError.at(
            path, found=f"no class {error.args[0]}", expected=f"0 to {len(labels) - 1}"
        ) from error
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
