"""The student's loss, and the settings of its lessons."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from unitrans.corpora.casing import LowerCase
from unitrans.corpora.tags import TagSet
from unitrans.distillation.soft_labels import has_opinion
from unitrans.distillation.votes import NO_VOTE
from unitrans.errors import InputError
from unitrans.taggers.losses import WordLoss


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

    target: torch.Tensor
    known: torch.Tensor
    votes: torch.Tensor
    weights: torch.Tensor
    continuations: torch.Tensor

    def __init__(
        self,
        probabilities: np.ndarray | None,
        votes: np.ndarray | None,
        settings: DistillationSettings,
        tag_set: TagSet,
    ) -> None:
        super().__init__()
        self.settings = settings
        self.every_subword = settings.label_all_subwords
        if self.every_subword:
            self.register_buffer("continuations", torch.from_numpy(tag_set.continuations))
        if probabilities is not None:
            soft = torch.from_numpy(probabilities)
            known = torch.from_numpy(has_opinion(probabilities))
            if not known.all():
                self.register_buffer("known", known)
            self.register_buffer("target", soft / soft.sum(1, keepdim=True))
        if votes is not None:
            self.register_buffer("votes", torch.from_numpy(votes))
            weights = (self.votes != NO_VOTE).float()
            if settings.confident_votes:
                if probabilities is None:
                    raise InputError("confident_votes: found no soft labels; expected some")
                weights *= soft.gather(1, self.votes.clamp(min=0)[:, None])[:, 0]
            self.register_buffer("weights", weights)

    def forward(
        self, logits: torch.Tensor, words: torch.Tensor, later: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Score a batch.

        Args:
            logits: (W, C).
            words: The number, in the pool, of the word that each belongs to (W,).
            later: Whether each is a later subword of its word (W,); None if none is.

        Returns:
            The weighted sum, a scalar; that of the later subwords is added.
        """
        if later is None or not self.every_subword:
            return self._score(logits, words)
        loss = self._score(logits[~later], words[~later])
        return loss + self._score(logits[later], words[later], continued=True)
        return loss + self._score(logits[later], words[later], continued=True)

    def _score(
        self, logits: torch.Tensor, words: torch.Tensor, *, continued: bool = False
    ) -> torch.Tensor:
        """The weighted sum of both losses, over first subwords or over later ones."""
        loss = 0.0 * logits.sum()  # a loss that can be differentiated, whatever is known
        if hasattr(self, "target"):
            told = words
            soft_logits = logits
            if hasattr(self, "known"):  # of the others nothing is learned
                told, soft_logits = words[self.known[words]], logits[self.known[words]]
            if len(told):
                target = self.target[told]
                if continued:
                    target = torch.zeros_like(target).index_add(1, self.continuations, target)
                error = functional.mse_loss(soft_logits.softmax(-1), target)
                loss = loss + self.settings.soft_weight * error
        if hasattr(self, "votes"):
            votes = self.votes[words]
            if continued:
                votes = torch.where(votes == NO_VOTE, votes, self.continuations[votes])
            hard = functional.cross_entropy(logits, votes, ignore_index=NO_VOTE, reduction="none")
            weights = self.weights[words]
            # The mean over voted words; zero, not NaN, where a batch has none.
            voted = (weights > 0).sum().clamp(min=1)
            loss = loss + self.settings.vote_weight * (weights * hard).sum() / voted
        return loss
