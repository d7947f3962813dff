"""What a training makes small: the form that all losses share, and that of one label a word."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional


class WordLoss(nn.Module):
    """What a training makes small, from scores of subwords and the words they belong to.

    Attributes:
        every_subword: Whether all subwords of a word are judged, or the first alone.
    """

    every_subword = False

    def forward(
        self, logits: torch.Tensor, words: torch.Tensor, later: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Score a batch.

        Args:
            logits: Of each subword that is judged (W, C).
            words: The number, in the corpus, of the word that each belongs to (W,).
            later: Whether each is a later subword of its word (W,); None if none is.

        Returns:
            The loss, a scalar.
        """
        raise NotImplementedError


class LabelLoss(WordLoss):
    """Cross-entropy against one label a word, mean over the words of a batch.

    Args:
        labels: The class number of every word of the corpus (W,).

    Source: UniTrans, equations 2 and 5.
    """

    labels: torch.Tensor

    def __init__(self, labels: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("labels", torch.from_numpy(labels))

    def forward(
        self, logits: torch.Tensor, words: torch.Tensor, later: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Score a batch; the mean over its words.

        Args:
            logits: (W, C).
            words: The number of each word in the corpus (W,).
            later: Not read; only first subwords are judged.

        Returns:
            The mean loss, a scalar.
        """
        return functional.cross_entropy(logits, self.labels[words])
