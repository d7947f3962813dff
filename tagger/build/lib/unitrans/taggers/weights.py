"""The weights of a training: in groups for the optimiser, and in the type that computes."""

import copy
import os
import shutil
import sys
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel

from unitrans.errors import InputError
from unitrans.taggers.dropout import use_byte_dropout
from unitrans.taggers.model import layer_stack


def weight_groups(
    model: PreTrainedModel, *, learning_rate: float, head_learning_rate: float, weight_decay: float
) -> list[dict[str, Any]]:
    """Put weights together by learning rate and weight decay; frozen ones are in no group.

    Args:
        model: The tagger.
        learning_rate: The peak for the encoder's weights.
        head_learning_rate: The peak for the classification layer's.
        weight_decay: For all weights but biases and LayerNorm.

    Returns:
        The groups, each with ``params``, ``peak`` (a learning rate) and ``weight_decay``.
    """
    base = {id(weight) for weight in model.base_model.parameters()}
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for weight in model.parameters():
        if weight.requires_grad:
            rate = learning_rate if id(weight) in base else head_learning_rate
            # Biases and the weights of LayerNorm are the vectors among the weights.
            decay = weight_decay if weight.ndim > 1 else 0.0
            groups.setdefault((rate, decay), []).append(weight)
    return [
        {"params": weights, "peak": rate, "weight_decay": decay}
        for (rate, decay), weights in groups.items()
    ]


def working_copy(
    model: PreTrainedModel, number: torch.dtype, *, compiled: bool = False
) -> PreTrainedModel:
    """Make the model that computes: the weights in another type, dropout that is cheap.

    Updates are too small for bfloat16's eight bits, so the optimiser keeps the float32 weights.

    Args:
        model: The model with the weights that are kept.
        number: The type to compute in.
        compiled: Whether torch.compile joins the kernels of each layer, dropout's too.

    Returns:
        A copy; where the type is the weights' own, it shares them.

    Raises:
        InputError: The layers cannot be found, or there is nothing to compile them with.

    Source: Micikevicius et al. 2018, section 3.1 (a master copy of weights).
    """
    weights = {
        id(weight): weight
        if weight.dtype == number
        else nn.Parameter(weight.detach().to(number), requires_grad=weight.requires_grad)
        for weight in model.parameters()
    }
    working = copy.deepcopy(model, weights)  # which takes the weights from here
    if compiled:
        _compile_layers(working)
    elif model.device.type == "cpu":
        use_byte_dropout(working)
    return working


def _compile_layers(model: PreTrainedModel) -> None:
    """Compile one layer at a time: they are alike, so that takes as long as for one."""
    stack = layer_stack(model)
    if stack is None:
        raise InputError("compile: found true; the encoder has no known stack of layers")
    compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
    if not shutil.which(compiler):
        raise InputError(f"compile: found true; expected false, or a C++ compiler ({compiler})")
    for layer in stack:
        layer.compile(dynamic=True)
