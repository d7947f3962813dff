"""The one way in which models and tokenizers are loaded: no code runs, nothing is made up.

transformers gives random weights to a layer that a file lacks, asks on the terminal whether a
folder's own code may run, and takes not-a-number for a weight. Here all of that is refused in
one line, wherever the folder comes from.
"""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unitrans.errors import InputError
from unitrans.jobs.artifacts import check_digest
from unitrans.jobs.files import check_file, is_folder, is_missing, kind_of, read_json_object
from unitrans.jobs.log import is_out_of_memory

if TYPE_CHECKING:
    import torch
    from transformers import (
        PretrainedConfig,
        PreTrainedModel,
        PreTrainedTokenizerBase,
        PreTrainedTokenizerFast,
    )

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json")
# What a class of transformers is called behind its kind: BertForMaskedLM, BertModel.
TASK = re.compile(r"(For[A-Z]\w*|(With)?LMHeadModel|MTModel|Model)$")
REMOTE_CODE = ("auto_map", "custom_pipelines")
MOST_POSITIONS = 1_000_000  # more is a slip, and asks for memory that no machine has
SIZES = (
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "vocab_size",
    "max_position_embeddings",
)


def read_config(folder: str | Path, expected: str) -> dict[str, Any]:
    """Read a checkpoint's configuration, and refuse what must not be loaded.

    Args:
        folder: The checkpoint's folder.
        expected: What it should be, for messages.

    Returns:
        The configuration as it stands.

    Raises:
        InputError: It is missing or no JSON object, names code of its own or no kind of model,
            is of quantised weights, or has sizes that are none.
    """
    folder = Path(folder)
    if not is_folder(folder):
        found = "no such folder" if is_missing(folder) else "no folder"
        raise InputError.at(folder, found=found, expected=expected)
    path = folder / CONFIG
    config = read_json_object(path)
    _refuse_code(path, config)
    if not isinstance(config.get("model_type"), str):
        found = kind_of(config.get("model_type"))
        raise InputError.at(path, found=f"{found} for model_type", expected="a kind of model")
    if config.get("quantization_config") is not None:
        raise InputError.at(
            path, found="a quantised model", expected="weights in float32, float16 or bfloat16"
        )
    for name in SIZES:
        value = config.get(name)
        if value is not None and (type(value) is not int or not 0 < value <= 100 * MOST_POSITIONS):
            found = f"{name}: {str(value)[:40]}"
            raise InputError.at(path, found=found, expected="a whole number from 1")
    return config


def _refuse_code(path: Path, config: Mapping[str, Any]) -> None:
    """Refuse a folder that asks for its own code to be run."""
    for key in REMOTE_CODE:
        if config.get(key):
            raise InputError.at(
                path,
                found=f"{key}, which names code of the folder's own",
                expected="a model that the installed transformers knows; no such code is ever run",
            )


@contextmanager
def _one_line(folder: Path, expected: str) -> Iterator[None]:
    """Say in one line what transformers and its libraries raise, which may be anything."""
    try:
        yield
    except (InputError, MemoryError):
        raise
    except OSError as error:
        if error.errno is not None and error.filename is None:
            raise  # the system's, such as a full disk
        raise InputError.at(folder, found=_first(error), expected=expected) from error
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise InputError.at(folder, found=_first(error), expected=expected) from error


def _first(error: Exception) -> str:
    """The start of what an error says, on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def load_tokenizer(folder: str | Path) -> "PreTrainedTokenizerFast":
    """Load a fast tokenizer.

    Args:
        folder: A folder with ``tokenizer.json`` and ``tokenizer_config.json``.

    Returns:
        The tokenizer; it has a padding token.

    Raises:
        InputError: A file is missing or malformed, the tokenizer is a slow one or cannot work,
            or the folder names code of its own.
    """
    from transformers import PreTrainedTokenizerFast

    folder = Path(folder)
    path = folder / TOKENIZER_FILES[0]
    for name in TOKENIZER_FILES:
        read_json_object(folder / name)
    # RoBERTa's tokenizers take words that are split already only with this set.
    tokenizer = load_any_tokenizer(folder, add_prefix_space=True)
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise InputError.at(path, found=type(tokenizer).__name__, expected="a fast tokenizer")
    if tokenizer.pad_token_id is None:
        raise InputError.at(path, found="no padding token", expected="one")
    if tokenizer.unk_token_id is None:
        raise InputError.at(path, found="no token for unknown subwords", expected="one")
    with _one_line(folder, "a tokenizer that splits words"):
        tokenizer([["a"]], is_split_into_words=True)
    return tokenizer


def load_any_tokenizer(folder: str | Path, **options: object) -> "PreTrainedTokenizerBase":
    """Load a tokenizer of any kind, such as Marian's.

    Args:
        folder: A folder with the files of a tokenizer.
        **options: For transformers.

    Returns:
        The tokenizer.

    Raises:
        InputError: A file is missing or malformed, or one names code of the folder's own.
    """
    from transformers import AutoTokenizer

    folder = Path(folder)
    for name in (CONFIG, TOKENIZER_FILES[1]):
        if not is_missing(folder / name):
            _refuse_code(folder / name, read_json_object(folder / name))
    with _one_line(folder, "a tokenizer"):
        return AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, **options
        )


def load_model(
    auto: Any,  # noqa: ANN401 (one of the Auto classes of transformers)
    folder: str | Path,
    *,
    expected: str,
    fresh: Iterable[str] = (),
    whole: bool = False,
    **options: Any,  # noqa: ANN401 (what transformers takes)
) -> "PreTrainedModel":
    """Load a model in float32 from safetensors.

    Args:
        auto: An Auto class of transformers, such as ``AutoModel``.
        folder: The checkpoint's folder.
        expected: What it should be, for messages.
        fresh: Names of layers whose weights the file may lack: they start at random.
        whole: Whether the file must hold nothing else; a pretrained encoder has heads that are
            left where they are.
        **options: For transformers.

    Returns:
        The model.

    Raises:
        InputError: The folder is none that may be loaded (``read_config``), the weights are no
            safetensors, damaged, of another model, not all there, or no numbers.
    """
    import torch

    folder = Path(folder)
    config = read_config(folder, expected)
    for path in _weight_files(folder):
        check_digest(path)
    with _one_line(folder, expected):
        model, report = auto.from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
            **options,
        )
    missing = sorted(
        name for name in report["missing_keys"] if not name.startswith(tuple(fresh) or "\0")
    )
    if missing:
        found = f"no weights {missing[0]} ({len(missing)} are missing)"
        raise InputError.at(folder / WEIGHTS, found=found, expected="all of the model's weights")
    if whole and report["unexpected_keys"]:
        found = f"weights {min(report['unexpected_keys'])}, which the model has not"
        raise InputError.at(folder / WEIGHTS, found=found, expected=expected)
    _check_family(folder / CONFIG, config.get("architectures"), type(model).__name__)
    check_numbers(folder / WEIGHTS, model.state_dict())
    return model


def _check_family(path: Path, architectures: object, loaded: str) -> None:
    """Refuse weights of another kind of model whose layers happen to have the same names."""
    trained = architectures[0] if isinstance(architectures, list) and architectures else None
    if isinstance(trained, str) and TASK.sub("", trained) != TASK.sub("", loaded):
        raise InputError.at(
            path,
            found=f"weights of {trained} for {loaded}",
            expected="the model_type of the weights",
        )


def load_encoder_config(folder: str | Path) -> "PretrainedConfig":
    """Load the configuration of an encoder whose kind transformers knows.

    Args:
        folder: The checkpoint's folder.

    Returns:
        The configuration.

    Raises:
        InputError: It is none that may be loaded, or of a model that is no encoder.
    """
    from transformers import MODEL_MAPPING, AutoConfig

    folder = Path(folder)
    read_config(folder, "an encoder")
    with _one_line(folder, "an encoder that the installed transformers knows"):
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    if type(config) not in MODEL_MAPPING or getattr(config, "is_encoder_decoder", False):
        raise InputError.at(
            folder / CONFIG, found=f"the model type {config.model_type}", expected="an encoder"
        )
    return config


def without_pooler(config: "PretrainedConfig") -> dict[str, Any]:
    """Say how a model is loaded without the pooler that pretraining left on it.

    Args:
        config: The encoder's configuration.

    Returns:
        The option, for kinds of models that have it.
    """
    from transformers import MODEL_MAPPING

    kind: Any = MODEL_MAPPING[type(config)]
    has_pooler = "add_pooling_layer" in inspect.signature(kind).parameters
    return {"add_pooling_layer": False} if has_pooler else {}


def _weight_files(folder: Path) -> list[Path]:
    """The files of a checkpoint's weights, one or several."""
    if not is_missing(folder / WEIGHTS):
        check_file(folder / WEIGHTS, "a safetensors file")
        return [folder / WEIGHTS]
    index = folder / f"{WEIGHTS}.index.json"
    if not is_missing(index):
        names = read_json_object(index).get("weight_map")
        if not isinstance(names, dict) or not all(isinstance(n, str) for n in names.values()):
            found = f"{kind_of(names)} for weight_map"
            raise InputError.at(index, found=found, expected="the file of each weight")
        return [folder / name for name in sorted(set(names.values()))]
    if any(folder.glob("pytorch_model*.bin")):
        found = "pickled weights only (pytorch_model.bin)"
        raise InputError.at(folder, found=found, expected=WEIGHTS)
    raise InputError.at(folder / WEIGHTS, found="no such file", expected="a safetensors file")


def check_numbers(path: str | Path, tensors: Mapping[str, "torch.Tensor"]) -> None:
    """Refuse weights that are no numbers, with which a model says nothing.

    Args:
        path: The file that they are from, for messages.
        tensors: The weights by name.

    Raises:
        InputError: One is infinite or not a number.
    """
    import torch

    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            found = f"weights {name} that are no numbers (NaN or infinite)"
            raise InputError.at(path, found=found, expected="finite numbers")


def positions(model: "PreTrainedModel") -> int:
    """Count the subwords that an encoder can read at once.

    Args:
        model: The encoder, or a model on top of one.

    Returns:
        The rows of its table of positions that stand for one: RoBERTa and its kin keep some
        for padding. A million where it has no such table.
    """
    table = getattr(getattr(model.base_model, "embeddings", None), "position_embeddings", None)
    rows = getattr(model.config, "max_position_embeddings", None) or MOST_POSITIONS
    padding = getattr(table, "padding_idx", None)
    return rows if padding is None else rows - padding - 1


def check_window(model: "PreTrainedModel", max_subwords: int) -> None:
    """Refuse windows that are longer than what an encoder can read.

    Args:
        model: The encoder, or a model on top of one.
        max_subwords: A window's length.

    Raises:
        InputError: It is too long.
    """
    if max_subwords > (most := positions(model)):
        raise InputError(
            f"max_subwords: found a window of {max_subwords} subwords; expected at most {most}, "
            "which the encoder reads"
        )


def config_positions(config: Mapping[str, Any]) -> int | None:
    """Count the same from a configuration alone.

    Args:
        config: What config.json says.

    Returns:
        The subwords that the encoder can read at once; None where it does not say.
    """
    rows = config.get("max_position_embeddings")
    if type(rows) is not int:
        return None
    kind = str(config.get("model_type"))
    keeps = "roberta" in kind or kind in ("camembert", "data2vec-text", "longformer", "mpnet")
    padding = config.get("pad_token_id", 1)
    return rows - padding - 1 if keeps and type(padding) is int else rows
