"""The tagger: an encoder with a linear layer over the subword that each word is judged by."""

import shutil
from pathlib import Path

import torch
from safetensors import safe_open
from torch import nn
from transformers import AutoModelForTokenClassification, PreTrainedModel
from transformers.utils import logging as transformers_logging

from unitrans.corpora.tags import TagSet
from unitrans.encoders.features import Batch
from unitrans.encoders.loading import (
    CONFIG,
    TOKENIZER_FILES,
    WEIGHTS,
    check_numbers,
    load_model,
)
from unitrans.errors import InputError
from unitrans.jobs.artifacts import read_tensors, replacing, write_tensors, write_text
from unitrans.taggers.folder import load_tag_set

HEAD = "classifier"
# Where encoders keep their stack of layers, by the name inside the base model.
LAYER_STACKS = ("encoder.layer", "transformer.layer", "encoder.layers", "layers")

transformers_logging.disable_progress_bar()


def new_tagger(encoder: str | Path, tag_set: TagSet, *, seed: int) -> PreTrainedModel:
    """Put a fresh linear layer on a pretrained encoder.

    Args:
        encoder: The encoder's folder.
        tag_set: The C classes.
        seed: Decides the layer's first weights.

    Returns:
        The model; its logits are (B, T, C).

    Raises:
        InputError: The folder holds no usable checkpoint.
    """
    torch.manual_seed(seed)
    return load_model(
        AutoModelForTokenClassification,
        encoder,
        expected="an encoder",
        fresh=[HEAD],
        num_labels=len(tag_set.tags),
        id2label=dict(enumerate(tag_set.tags)),
        label2id=tag_set.index,
    )


def freeze(model: PreTrainedModel, *, embeddings: bool, layers: int) -> None:
    """Take the embeddings and the bottom layers out of training.

    Args:
        model: The tagger; changed in place.
        embeddings: Whether to freeze the embeddings.
        layers: How many layers to freeze from the bottom.

    Raises:
        InputError: The encoder has fewer layers, or none that can be found.
    """
    if embeddings:
        model.base_model.embeddings.requires_grad_(False)
    if layers:
        stack = layer_stack(model)
        if stack is None or len(stack) < layers:
            count = "no known stack of" if stack is None else str(len(stack))
            raise InputError(f"freeze_layers: found {layers}; the encoder has {count} layers")
        for layer in stack[:layers]:
            layer.requires_grad_(False)


def layer_stack(model: PreTrainedModel) -> nn.ModuleList | None:
    """Find an encoder's layers.

    Args:
        model: The tagger.

    Returns:
        The layers from the bottom up; None where they cannot be found.
    """
    return next((found for path in LAYER_STACKS if (found := _find(model.base_model, path))), None)


def _find(module: nn.Module, path: str) -> nn.ModuleList | None:
    """The module at a dotted path, if it is a list of layers."""
    found: object = module
    for name in path.split("."):
        found = getattr(found, name, None)
    return found if isinstance(found, nn.ModuleList) else None


def word_logits(model: PreTrainedModel, batch: Batch) -> torch.Tensor:
    """Score the subwords of a batch that are judged, of every word its first at least.

    Args:
        model: The tagger.
        batch: The batch, on the model's device.

    Returns:
        Logits (W, C), float32.
    """
    logits = model(input_ids=batch.input_ids, attention_mask=batch.attention_mask).logits
    return logits.flatten(0, 1)[batch.positions].float()  # (B, T, C) to (W, C)


def write_tagger(
    model: PreTrainedModel,
    encoder: str | Path,
    folder: str | Path,
    *,
    whole: bool,
    start: str | Path | None = None,
) -> None:
    """Write a tagger; a teacher leaves out what it shares with the encoder.

    Args:
        model: The tagger.
        encoder: The folder of the encoder it started from.
        folder: Where to write config.json and model.safetensors.
        whole: True to write all weights and the tokenizer, so that the folder stands on
            its own; False to leave out the frozen weights, which ``load_tagger`` takes
            from the encoder.
        start: The folder of the tagger it was trained from, if any: what that one stores is
            not the encoder's, frozen since or not.
    """
    folder = Path(folder)
    frozen = {name for name, weight in model.named_parameters() if not weight.requires_grad}
    if start is not None:
        with safe_open(Path(start) / WEIGHTS, "pt") as stored:
            frozen -= set(stored.keys())
    kept = {
        name: tensor.clone()
        for name, tensor in model.state_dict().items()
        if whole or name not in frozen
    }
    if whole:
        for name in TOKENIZER_FILES:
            with replacing(folder / name) as temporary:
                shutil.copyfile(Path(encoder) / name, temporary)
    model.config.architectures = [type(model).__name__]
    write_text(folder / CONFIG, model.config.to_json_string())
    write_tensors(folder / WEIGHTS, kept, {"format": "pt"})


def load_tagger(folder: str | Path, encoder: str | Path) -> tuple[PreTrainedModel, TagSet]:
    """Load a tagger, with what it left out taken from the encoder.

    Args:
        folder: The tagger's folder.
        encoder: The folder of the encoder it started from.

    Returns:
        The model and its tag set.

    Raises:
        InputError: A file is missing or damaged, or the weights do not fit the encoder.
    """
    folder = Path(folder)
    tag_set = load_tag_set(folder)
    model = new_tagger(encoder, tag_set, seed=0)
    weights, _ = read_tensors(folder / WEIGHTS)
    check_numbers(folder / WEIGHTS, weights)
    try:
        missing, unexpected = model.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        raise InputError.at(
            folder, found="weights of other shapes", expected=f"a tagger over {encoder}"
        ) from error
    if unexpected or any(name.startswith(HEAD) for name in missing):
        raise InputError.at(
            folder,
            found=f"weights {sorted(unexpected)[:3]}, without {sorted(missing)[:3]}",
            expected=f"a tagger over {encoder}",
        )
    return model, tag_set
