"""What a training makes small: the form that all losses share, and that of one label a word."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from unitrans.jobs.columns import Column


class WordLoss(nn.Module):
    """What a training makes small, from scores of subwords and the words they belong to.

    What the words should be stays in arrays, in memory or on disk, and is looked up for the
    words of each batch.

    Attributes:
        every_subword: Whether all subwords of a word are judged, or one alone.
    """

    every_subword = False

    def arrays(self) -> "Sequence[np.ndarray | Column]":
        """What the words should be, a row a word in each."""
        return ()

    def forward(
        self, logits: torch.Tensor, words: torch.Tensor, order: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Score a batch.

        Args:
            logits: Of each subword that is judged (W, C).
            words: On the CPU, the number, in the corpus, of the word that each belongs to (W,).
            order: 0 for the subword that a word is judged by, 1 for a later one, -1 for a blank
                before it (W,); None if there are only the first.

        Returns:
            The loss, a scalar.
        """
        raise NotImplementedError


def look_up(rows: "np.ndarray | Column", words: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Take the rows of a batch's words.

    Args:
        rows: A row a word of the corpus.
        words: The numbers of words, on the CPU (W,).
        device: Where the rows are needed.

    Returns:
        The rows there (W, ...).
    """
    return torch.from_numpy(rows[words.numpy()]).to(device, non_blocking=True)


class LabelLoss(WordLoss):
    """Cross-entropy against one label a word, mean over the words of a batch.

    Args:
        labels: The class number of every word of the corpus (W,).

    Source: UniTrans, equations 2 and 5.
    """

    def __init__(self, labels: np.ndarray) -> None:
        super().__init__()
        self.labels = labels

    def arrays(self) -> "Sequence[np.ndarray | Column]":
        """The labels."""
        return [self.labels]

    def forward(
        self, logits: torch.Tensor, words: torch.Tensor, order: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Score a batch; the mean over its words.

        Args:
            logits: (W, C).
            words: The number of each word in the corpus, on the CPU (W,).
            order: Not read; each word is judged once.

        Returns:
            The mean loss, a scalar.
        """
        return functional.cross_entropy(logits, look_up(self.labels, words, logits.device))
