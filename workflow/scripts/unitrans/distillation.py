"""Soft labels, votes, and the student's loss."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from unitrans.artifacts import read_tensors, write_tensors
from unitrans.casing import LowerCase
from unitrans.decoding import viterbi_tags
from unitrans.errors import InputError
from unitrans.tags import TagSet, entities

NO_VOTE = -1


class SoftLoss(StrEnum):
    """How a student's probabilities are held against the soft labels."""

    MSE = "mse"  # the paper's: mean squared error over words and classes
    CROSS_ENTROPY = "cross_entropy"  # mean over words


@dataclass(frozen=True)
class DistillationSettings:
    """How a student learns from soft labels and votes.

    Attributes:
        soft_loss: mse or cross_entropy.
        soft_weight: The weight of the soft labels' loss.
        vote_weight: The weight of the votes' cross-entropy.
        temperature: Above 1 both sides of the soft loss are flattened before they are
            compared, below 1 sharpened.
        confident_votes: Whether a vote counts as much as the soft labels believe it.
        lower_case: drop makes O of entities that the pool writes in lower case; keep leaves
            them.
        type_sharing: How far the soft labels of one word draw together, from 0 to 1.

    Raises:
        InputError: A value is none of those allowed.
    """

    soft_loss: SoftLoss
    soft_weight: float
    vote_weight: float
    temperature: float
    confident_votes: bool
    lower_case: LowerCase
    type_sharing: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "soft_loss", SoftLoss(self.soft_loss))
        object.__setattr__(self, "lower_case", LowerCase(self.lower_case))
        if min(self.soft_weight, self.vote_weight) < 0 or not self.soft_weight + self.vote_weight:
            raise InputError(
                f"soft_weight and vote_weight: found {self.soft_weight} and {self.vote_weight};"
                " expected none below 0 and one above"
            )
        if not self.temperature > 0:
            raise InputError(f"temperature: found {self.temperature}; expected more than 0")
        if not 0 <= self.type_sharing <= 1:
            raise InputError(f"type_sharing: found {self.type_sharing}; expected 0 to 1")


@dataclass(frozen=True)
class WordFile:
    """Something for every word of a corpus: soft labels (W, C) or votes (W,).

    Attributes:
        values: A row a word.
        offsets: Where each sentence's words start (sentences + 1).
        tag_set: The classes.
    """

    values: np.ndarray
    offsets: np.ndarray
    tag_set: TagSet

    def write(self, path: str | Path, name: str) -> None:
        """Write as safetensors, with the tags in the metadata.

        Args:
            path: The file to write.
            name: What the rows are: probabilities, or votes.
        """
        write_tensors(
            path,
            {name: torch.from_numpy(self.values), "offsets": torch.from_numpy(self.offsets)},
            # One key only: safetensors writes several in random order.
            {"tags": json.dumps(self.tag_set.tags)},
        )

    @classmethod
    def read(cls, path: str | Path, name: str) -> "WordFile":
        """Read and check what ``write`` wrote.

        Args:
            path: The file to read.
            name: What the rows should be.

        Returns:
            The rows.

        Raises:
            InputError: The file is damaged or holds something else.
        """
        tensors, metadata = read_tensors(path)
        if {name, "offsets"} - set(tensors) or "tags" not in metadata:
            raise InputError.at(
                path, found=f"tensors {sorted(tensors)}", expected=f"{name} and offsets"
            )
        values, offsets = tensors[name].numpy(), tensors["offsets"].numpy()
        if offsets[-1] != len(values):
            raise InputError.at(
                path, found=f"{len(values)} words", expected=f"{offsets[-1]}, the last offset"
            )
        return cls(values, offsets, TagSet.of(json.loads(metadata["tags"])))


def read_aligned(paths: Sequence[str | Path], name: str) -> list[WordFile]:
    """Read files that speak of the same words and classes.

    Args:
        paths: The files, at least one.
        name: What their rows are.

    Returns:
        Their content, in order.

    Raises:
        InputError: One is of other sentences or classes than the first.
    """
    files = [WordFile.read(path, name) for path in paths]
    for path, file in zip(paths, files, strict=True):
        if not np.array_equal(file.offsets, files[0].offsets):
            raise InputError.at(path, found="other sentences", expected=f"those of {paths[0]}")
        if file.tag_set != files[0].tag_set:
            raise InputError.at(
                path, found=f"classes {file.tag_set.tags}", expected=f"{files[0].tag_set.tags}"
            )
    return files


def join_word_files(paths: Sequence[str | Path], output: str | Path, name: str) -> None:
    """Put files of consecutive sentences together.

    Args:
        paths: The files, in order.
        output: The file to write.
        name: What their rows are.

    Raises:
        InputError: One has other classes than the first.
    """
    files = [WordFile.read(path, name) for path in paths]
    lengths = []
    for path, file in zip(paths, files, strict=True):
        if file.tag_set != files[0].tag_set:
            raise InputError.at(
                path, found=f"classes {file.tag_set.tags}", expected=f"{files[0].tag_set.tags}"
            )
        lengths.append(np.diff(file.offsets))
    values = np.concatenate([file.values for file in files])
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    WordFile(values, offsets, files[0].tag_set).write(output, name)


def vote(probabilities: Sequence[np.ndarray]) -> np.ndarray:
    """Find the words on whose class all voters agree.

    Args:
        probabilities: (W, C) of each teacher.

    Returns:
        The class number, or -1 where they differ (W,), int64.

    Source: UniTrans, section 3.4 (voting scheme).
    """
    choices = np.stack([array.argmax(1) for array in probabilities])
    return np.where((choices == choices[0]).all(0), choices[0], NO_VOTE)


def vote_stats(
    probabilities: Sequence[np.ndarray], votes: np.ndarray, tag_set: TagSet
) -> dict[str, Any]:
    """Say how far the teachers agree; no gold label is looked at.

    Args:
        probabilities: (W, C) of each teacher.
        votes: What ``vote`` made of them (W,).
        tag_set: The classes.

    Returns:
        words; voted; coverage: the share of words with a vote; for O and each type: words
        that some teacher gives it, words voted for it, and agreement, the ratio of the two.
    """
    # O is kind 0; B-X and I-X are the same kind.
    kinds = np.array([0, *(1 + number // 2 for number in range(2 * len(tag_set.types)))])
    choices = np.stack([kinds[array.argmax(1)] for array in probabilities])
    voted = np.where(votes == NO_VOTE, NO_VOTE, kinds[votes])
    rows = {}
    for kind, label in enumerate(("O", *tag_set.types)):
        some, agreed = int((choices == kind).any(0).sum()), int((voted == kind).sum())
        rows[label] = {
            "some_teacher": some,
            "voted": agreed,
            "agreement": round(agreed / some, 4) if some else None,
        }
    total = int((votes != NO_VOTE).sum())
    return {
        "words": len(votes),
        "voted": total,
        "coverage": round(total / len(votes), 4),
        "types": rows,
    }


class StudentLoss(nn.Module):
    """The soft labels' loss plus cross-entropy on the voted words.

    Args:
        probabilities: Soft labels of every word of the pool (W, C); None for no such loss.
        votes: Class numbers, -1 for no vote (W,); None for no such loss.
        settings: The form and the weights.

    Raises:
        InputError: Votes are to be weighted by soft labels that are not there.

    Source: UniTrans, equations 8 to 11; temperature: Hinton et al., arXiv 1503.02531.
    """

    target: torch.Tensor
    votes: torch.Tensor
    weights: torch.Tensor

    def __init__(
        self,
        probabilities: np.ndarray | None,
        votes: np.ndarray | None,
        settings: DistillationSettings,
    ) -> None:
        super().__init__()
        self.settings = settings
        if probabilities is not None:
            soft = torch.from_numpy(probabilities)
            flat = soft ** (1 / settings.temperature)
            self.register_buffer("target", flat / flat.sum(1, keepdim=True))
        if votes is not None:
            self.register_buffer("votes", torch.from_numpy(votes))
            weights = (self.votes != NO_VOTE).float()
            if settings.confident_votes:
                if probabilities is None:
                    raise InputError("confident_votes: found no soft labels; expected some")
                weights *= soft.gather(1, self.votes.clamp(min=0)[:, None])[:, 0]
            self.register_buffer("weights", weights)

    def forward(self, logits: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Score a batch.

        Args:
            logits: (W, C).
            words: The number of each word in the pool (W,).

        Returns:
            The weighted sum, a scalar.
        """
        loss = logits.new_zeros(())
        if hasattr(self, "target"):
            loss = loss + self.settings.soft_weight * self._soft(logits, self.target[words])
        if hasattr(self, "votes"):
            hard = functional.cross_entropy(
                logits, self.votes[words], ignore_index=NO_VOTE, reduction="none"
            )
            weights = self.weights[words]
            # The mean over voted words; zero, not NaN, where a batch has none.
            voted = (weights > 0).sum().clamp(min=1)
            loss = loss + self.settings.vote_weight * (weights * hard).sum() / voted
        return loss

    def _soft(self, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The soft labels' loss; gradients as large as without a temperature."""
        temperature = self.settings.temperature
        if self.settings.soft_loss is SoftLoss.MSE:
            return temperature**2 * functional.mse_loss((logits / temperature).softmax(-1), target)
        return temperature**2 * functional.cross_entropy(logits / temperature, target)


def mean_probabilities(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Average probabilities.

    Args:
        arrays: (W, C) each, at least one.

    Returns:
        (W, C), float32.

    Source: UniTrans, section 4.5 (ensembles), for a teacher of several seeds.
    """
    return np.stack(arrays).mean(axis=0, dtype=np.float32)


def drop_lower_case(
    probabilities: np.ndarray | None,
    votes: np.ndarray | None,
    sentences: Sequence[Sequence[str]],
    tag_set: TagSet,
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Make O of entities without a capital; scripts without case have none.

    Which words an entity has is decoded from the soft labels, or from the votes where there
    are none.

    Args:
        probabilities: Soft labels (W, C), or None.
        votes: Class numbers, -1 for no vote (W,), or None, but not both.
        sentences: The words of each sentence, W in all.
        tag_set: The classes.

    Returns:
        Both, changed copies.
    """
    outside = np.eye(len(tag_set.tags), dtype=np.float32)
    judged = probabilities
    if judged is None:
        assert votes is not None
        judged = outside[np.maximum(votes, 0)]
    dropped = np.zeros(len(judged), dtype=bool)
    offsets = np.cumsum([0, *map(len, sentences)])
    tags = viterbi_tags(judged, offsets, tag_set)
    for offset, words, row in zip(offsets[:-1], sentences, tags, strict=True):
        for _, start, end in entities(row):
            dropped[offset + start : offset + end] = " ".join(words[start:end]).islower()
    if probabilities is not None:
        probabilities = np.where(dropped[:, None], outside[0], probabilities)
    if votes is not None:
        votes = np.where(dropped & (votes != NO_VOTE), 0, votes)
    return probabilities, votes


def share_types(probabilities: np.ndarray, words: Sequence[str], weight: float) -> np.ndarray:
    """Draw the types together that a word has wherever it stands in the pool.

    Whether a word is part of an entity, and whether it opens one, is left to its sentence;
    which type it has is what its occurrences say together.

    Args:
        probabilities: Soft labels (W, C).
        words: The words (W,).
        weight: 0 for each occurrence on its own, 1 for the mean of all.

    Returns:
        (W, C), float32; the probability of O is as before.

    Source: after label consistency, CoLaDa (Ma et al., ACL 2023), with a word's own
        occurrences for neighbours.
    """
    _, number = np.unique(np.array(words), return_inverse=True)
    pairs = probabilities[:, 1:].reshape(len(probabilities), -1, 2).astype(np.float64)  # (W, K, 2)
    types = np.zeros((number.max() + 1, pairs.shape[1]))
    np.add.at(types, number, pairs.sum(2))
    total = types.sum(1, keepdims=True)
    usual = np.divide(types, total, out=np.zeros_like(types), where=total > 0)[number]  # (W, K)
    # B- and I- of all types together, (W, 1, 2), spread over the usual types.
    shared = usual[:, :, None] * pairs.sum(1, keepdims=True)
    drawn = (1 - weight) * pairs + weight * shared
    rest = drawn.reshape(len(probabilities), -1).astype(np.float32)
    return np.concatenate([probabilities[:, :1], rest], axis=1)
