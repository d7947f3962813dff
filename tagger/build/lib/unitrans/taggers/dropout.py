"""Dropout that is cheap on a CPU.

PyTorch draws a floating-point number for each activation; on a CPU that takes longer than the
dropout itself and, over a training step, a fifth of the time. Here a byte is drawn instead.
"""

from typing import Any

import torch
from torch import nn
from torch.autograd.function import FunctionCtx
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS

LEVELS = 256  # of a byte
ATTENTION = "byte_dropout"
# Encoders whose attention is softmax(query x key) x value and nothing else.
PLAIN_ATTENTION = ("bert", "camembert", "distilbert", "electra", "roberta", "xlm-roberta")


class _Drop(torch.autograd.Function):
    """Multiply by a random mask."""

    @staticmethod
    def forward(ctx: FunctionCtx, values: torch.Tensor, kept: int) -> torch.Tensor:
        """Keep ``kept`` of 256 values, scaled up so that the mean stays."""
        count = values.numel()
        words = torch.empty(-(-count // 8), dtype=torch.int64, device=values.device)
        # The whole range of the integers, so that each of a word's eight bytes is random.
        random = words.random_(-(2**63), None).view(torch.uint8)[:count].view(values.shape)
        # Comparing into the values' own type saves converting a mask of truth values.
        mask = torch.lt(random, kept, out=torch.empty_like(values)).mul_(LEVELS / kept)
        ctx.save_for_backward(mask)
        return values * mask

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:  # noqa: ANN401
        """The same mask again."""
        (mask,) = ctx.saved_tensors
        return gradient * mask, None


def drop(values: torch.Tensor, probability: float) -> torch.Tensor:
    """Set values to zero at random and scale the others up.

    Args:
        values: Of any shape.
        probability: Of a zero; rounded to a multiple of 1/256.

    Returns:
        The same shape and type; the expected value of each is what it was.
    """
    kept = LEVELS - round(probability * LEVELS)
    if kept == LEVELS:
        return values
    if kept == 0:
        return torch.zeros_like(values)
    return _Drop.apply(values.contiguous(), kept)


class ByteDropout(nn.Dropout):
    """``nn.Dropout`` by random bytes."""

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Drop in training, pass on otherwise.

        Args:
            values: Of any shape.

        Returns:
            The same shape and type.
        """
        return drop(values, self.p) if self.training else values


def _attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    **_: object,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Scaled dot-product attention over (B, heads, T, D), with ``attention_mask`` added.

    Returns:
        The mixed values (B, T, heads, D) and the weights (B, heads, T, T).

    Source: Vaswani et al. 2017, equation 1.
    """
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    scores = torch.matmul(query * scale, key.transpose(2, 3))
    if attention_mask is not None:
        scores = scores + attention_mask
    weights = drop(scores.softmax(-1), dropout if module.training else 0.0)
    return torch.matmul(weights, value).transpose(1, 2).contiguous(), weights


def use_byte_dropout(model: PreTrainedModel) -> None:
    """Exchange the dropout of a model's layers and, where its kind is known, of its attention.

    Args:
        model: Changed in place; its weights are not touched.
    """
    for parent in list(model.modules()):
        for name, child in parent.named_children():
            if type(child) is nn.Dropout:
                setattr(parent, name, ByteDropout(child.p).train(child.training))
    if model.config.model_type in PLAIN_ATTENTION:
        AttentionInterface.register(ATTENTION, _attention)
        AttentionMaskInterface.register(ATTENTION, ALL_MASK_ATTENTION_FUNCTIONS["eager"])
        model.set_attn_implementation(ATTENTION)
