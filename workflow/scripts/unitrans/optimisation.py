"""What the optimiser is told of each weight, and the mean of the weights over updates."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn
from torch.optim.swa_utils import get_swa_multi_avg_fn
from transformers import PreTrainedModel

from unitrans.errors import InputError
from unitrans.tagger import layer_stack


def weight_groups(
    model: PreTrainedModel,
    *,
    learning_rate: float,
    head_learning_rate: float,
    weight_decay: float,
    layer_decay: float,
) -> list[dict[str, Any]]:
    """Put weights together by learning rate and weight decay; frozen ones are in no group.

    Args:
        model: The tagger.
        learning_rate: The peak for the encoder's weights.
        head_learning_rate: The peak for the classification layer's.
        weight_decay: For all weights but biases and LayerNorm.
        layer_decay: The encoder's peak is multiplied by it once for each layer above.

    Returns:
        The groups, each with ``params``, ``peak`` and ``weight_decay``.

    Raises:
        InputError: The rate is to decay over layers that cannot be found.

    Source: layer decay: Howard and Ruder 2018, section 3.2 (discriminative fine-tuning).
    """
    base = {id(weight) for weight in model.base_model.parameters()}
    above = _layers_above(model) if layer_decay != 1 else {}
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for weight in model.parameters():
        if weight.requires_grad:
            rate = learning_rate if id(weight) in base else head_learning_rate
            rate *= layer_decay ** above.get(id(weight), 0)
            # Biases and the weights of LayerNorm are the vectors among the weights.
            decay = weight_decay if weight.ndim > 1 else 0.0
            groups.setdefault((rate, decay), []).append(weight)
    return [
        {"params": weights, "peak": rate, "weight_decay": decay}
        for (rate, decay), weights in groups.items()
    ]


def _layers_above(model: PreTrainedModel) -> dict[int, int]:
    """How many layers stand above a weight, by the weight's id; all others have none."""
    stack = layer_stack(model)
    if stack is None:
        raise InputError(
            "layer_decay: found an encoder with no known stack of layers; expected layer_decay 1"
        )
    parts = [model.base_model.embeddings, *stack]
    return {
        id(weight): len(stack) - height
        for height, part in enumerate(parts)
        for weight in part.parameters()
    }


class WeightMean:
    """The mean of weights over the last updates of a training.

    Args:
        weights: The weights (each of any shape).

    Source: Izmailov et al. 2018 (SWA), over updates as in Kaddour 2022 (LAWA).
    """

    def __init__(self, weights: Iterable[nn.Parameter]) -> None:
        self.weights = list(weights)
        self.mean = [weight.detach().clone() for weight in self.weights]
        self._add = get_swa_multi_avg_fn()

    @torch.no_grad()
    def add(self, count: int) -> None:
        """Take the weights in as they are now.

        Args:
            count: How often that was done before.
        """
        self._add(self.mean, self.weights, count)

    @torch.no_grad()
    def apply(self) -> None:
        """Put the mean in the weights' place."""
        for weight, mean in zip(self.weights, self.mean, strict=True):
            weight.copy_(mean)
