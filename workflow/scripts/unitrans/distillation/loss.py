"""The student's loss, and the settings of its lessons."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from unitrans.corpora.casing import LowerCase
from unitrans.corpora.tags import TagSet
from unitrans.distillation.soft_labels import FLAT
from unitrans.distillation.votes import NO_VOTE
from unitrans.errors import InputError
from unitrans.jobs.columns import Column
from unitrans.taggers.losses import WordLoss, look_up


@dataclass(frozen=True)
class DistillationSettings:
    """How a student learns from soft labels and votes.

    Attributes:
        soft_weight: The weight of the soft labels' loss.
        vote_weight: The weight of the votes' cross-entropy.
        confident_votes: Whether a vote counts as much as the soft labels believe it.
        lower_case: drop makes O of entities that the pool writes in lower case; keep leaves
            them.
        type_sharing: How far the soft labels of one word draw together, from 0 to 1.
        label_all_subwords: Whether the later subwords of a word are trained as well, to go on
            with what the word is; programs that join subwords by their classes need it.

    Raises:
        InputError: A value is none of those allowed.
    """

    soft_weight: float
    vote_weight: float
    confident_votes: bool
    lower_case: LowerCase
    type_sharing: float
    label_all_subwords: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "lower_case", LowerCase(self.lower_case))
        if min(self.soft_weight, self.vote_weight) < 0 or not self.soft_weight + self.vote_weight:
            raise InputError(
                f"soft_weight and vote_weight: found {self.soft_weight} and {self.vote_weight};"
                " expected none below 0 and one above"
            )
        if not 0 <= self.type_sharing <= 1:
            raise InputError(f"type_sharing: found {self.type_sharing}; expected 0 to 1")


class StudentLoss(WordLoss):
    """The soft labels' loss plus cross-entropy on the voted words.

    Args:
        probabilities: Soft labels of every word of the pool (W, C); None for no such loss.
            Where all classes are as probable, nobody has said anything.
        votes: Class numbers, -1 for no vote (W,); None for no such loss.
        settings: The form and the weights.
        tag_set: The C classes.

    Raises:
        InputError: Votes are to be weighted by soft labels that are not there.

    Source: UniTrans, equations 8 to 11.
    """

    others: torch.Tensor

    def __init__(
        self,
        probabilities: "np.ndarray | Column | None",
        votes: "np.ndarray | Column | None",
        settings: DistillationSettings,
        tag_set: TagSet,
    ) -> None:
        super().__init__()
        if settings.confident_votes and votes is not None and probabilities is None:
            raise InputError("confident_votes: found no soft labels; expected some")
        self.settings = settings
        self.probabilities = probabilities
        self.votes = votes
        self.every_subword = settings.label_all_subwords
        others = np.stack([tag_set.approaches, tag_set.continuations])
        self.register_buffer("others", torch.from_numpy(others))

    def arrays(self) -> "Sequence[np.ndarray | Column]":
        """The soft labels and the votes, of what there is."""
        return [rows for rows in (self.probabilities, self.votes) if rows is not None]

    def forward(
        self, logits: torch.Tensor, words: torch.Tensor, order: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Score a batch.

        Args:
            logits: (W, C).
            words: The number, in the pool, of the word that each belongs to, on the CPU (W,).
            order: 0 for the subword that a word is judged by, 1 for a later one, -1 for a blank
                before it (W,); None if there are only the first.

        Returns:
            The weighted sum, a scalar; that of the other subwords is added.
        """
        soft = votes = None
        if self.probabilities is not None:
            soft = look_up(self.probabilities, words, logits.device)
        if self.votes is not None:
            votes = look_up(self.votes, words, logits.device)
        if order is None or not self.every_subword:
            return self._score(logits, soft, votes)

        def some(rows: torch.Tensor | None, which: torch.Tensor) -> torch.Tensor | None:
            """The rows of some subwords, where there are rows."""
            return None if rows is None else rows[which]

        first, other = order == 0, order != 0
        loss = self._score(logits[first], some(soft, first), some(votes, first))
        classes = self.others[(order[other] > 0).long()]
        return loss + self._score(
            logits[other], some(soft, other), some(votes, other), classes=classes
        )

    def _score(
        self,
        logits: torch.Tensor,
        soft: torch.Tensor | None,
        votes: torch.Tensor | None,
        *,
        classes: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The weighted sum of both losses; ``classes`` are what a word's become here (W, C)."""
        loss = 0.0 * logits.sum()  # a loss that can be differentiated, whatever is known
        weights = None
        if soft is not None:
            known = soft.amax(1) - soft.amin(1) > FLAT  # of the others nothing is learned
            soft = soft / soft.sum(1, keepdim=True)
            if self.settings.confident_votes and votes is not None:
                weights = soft.gather(1, votes.clamp(min=0)[:, None])[:, 0]
            target = soft
            if classes is not None:
                target = torch.zeros_like(soft).scatter_add(1, classes, soft)
            error = functional.mse_loss(logits.softmax(-1), target, reduction="none").mean(1)
            error = (known * error).sum() / known.sum().clamp(min=1)
            loss = loss + self.settings.soft_weight * error
        if votes is not None:
            voted = votes != NO_VOTE
            weights = voted.float() if weights is None else voted * weights
            if classes is not None:
                moved = classes.gather(1, votes.clamp(min=0)[:, None])[:, 0]
                votes = torch.where(voted, moved, votes)
            hard = functional.cross_entropy(logits, votes, ignore_index=NO_VOTE, reduction="none")
            # The mean over voted words; zero, not NaN, where a batch has none.
            counted = (weights > 0).sum().clamp(min=1)
            loss = loss + self.settings.vote_weight * (weights * hard).sum() / counted
        return loss
