"""The output of a middle layer of an encoder, without the work of those above it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from transformers import PreTrainedModel

# Stacks whose layers need nothing after them; other encoders run all of their layers.
CUT_STACKS = ("encoder.layer", "transformer.layer")

ReadLayer = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def layer_reader(model: "PreTrainedModel", layer: int) -> ReadLayer:
    """Read one layer of an encoder.

    Args:
        model: The encoder; loses the layers above in place, where its kind allows it.
        layer: The layer, from 1; 0 for the embeddings.

    Returns:
        A function from subwords (B, T) and attention mask (B, T) to the layer's output
        (B, T, H).
    """
    is_cut = _cut_above(model, layer)

    def read(input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        batch = {"input_ids": input_ids, "attention_mask": attention_mask}
        if is_cut:
            return model(**batch).last_hidden_state
        return model(**batch, output_hidden_states=True).hidden_states[layer]

    return read


def _cut_above(model: nn.Module, layer: int) -> bool:
    """Leave out the layers above one; say whether the model's last output is now that layer's."""
    for name in CUT_STACKS:
        parent, _, child = name.partition(".")
        stack = getattr(getattr(model, parent, None), child, None)
        if isinstance(stack, nn.ModuleList):
            setattr(getattr(model, parent), child, stack[:layer])
            return True
    return False
