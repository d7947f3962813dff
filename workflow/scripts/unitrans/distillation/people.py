"""What people say of a pool: answers about names, and sentences that they have corrected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unitrans.corpora.sentences import Sentence, read_sentences
from unitrans.corpora.tags import TagSet, label_classes
from unitrans.distillation.answers import Name, Reach, apply_answers, read_answers
from unitrans.errors import InputError
from unitrans.jobs.log import LOGGER

# How often a student reads each corrected sentence for once that it reads another one.
TIMES = 8


@dataclass(frozen=True)
class HumanLabels:
    """Labels that people have given.

    Attributes:
        answers: What single names are, wherever they stand on their own.
        corrected: Labelled sentences, most of them from the pool.
    """

    answers: Mapping[Name, str]
    corrected: list[Sentence]

    @classmethod
    def read(
        cls,
        answers: Sequence[str | Path],
        corrected: str | Path | None,
        held_out: Sequence[str | Path],
        *,
        types: Sequence[str],
        language: str,
    ) -> "HumanLabels":
        """Read all that there is.

        Args:
            answers: Files of answers; where two differ, the later one holds.
            corrected: JSON lines of corrected sentences, or None.
            held_out: JSON lines of sentences that are scored on: of the corrected ones these
                are left out.
            types: The entity types.
            language: ISO 639-1 code.

        Returns:
            The labels.

        Raises:
            InputError: A file is damaged, or all corrected sentences are scored on.
        """
        known: dict[Name, str] = {}
        for path in answers:
            known |= read_answers(path, types, language=language)
        return cls(known, read_corrected(corrected, held_out) if corrected else [])

    def apply(
        self,
        probabilities: np.ndarray | None,
        votes: np.ndarray | None,
        sentences: Sequence[Sentence],
        tag_set: TagSet,
        *,
        reach: Reach | None = None,
    ) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Write them over what models say of the pool, or of a part of it.

        Args:
            probabilities: Soft labels (W, C), or None.
            votes: Class numbers, -1 for no vote (W,), or None, but not both.
            sentences: The sentences, W words in all.
            tag_set: The classes.
            reach: Takes in how far they reach.

        Returns:
            Both, changed copies where there is something to change.
        """
        if self.answers:
            probabilities, votes = apply_answers(
                probabilities, votes, sentences, self.answers, tag_set, reach=reach
            )
        if self.corrected:
            probabilities, votes = correct(
                probabilities, votes, sentences, self.corrected, tag_set, reach=reach
            )
        return probabilities, votes

    def tell(self, reach: Reach, words: int) -> None:
        """Log how far they reach.

        Args:
            reach: What ``apply`` took in over the whole pool.
            words: Of the pool.
        """
        if self.answers:
            LOGGER.info(
                "%d of %d answers are to names of the pool; they decide %d of its %d words",
                *(len(reach.names), len(self.answers), reach.words, words),
            )
        if self.corrected:
            LOGGER.info(
                "%d corrected sentences, %d of them in the pool",
                *(len(self.corrected), reach.corrected),
            )


def read_corrected(path: str | Path, held_out: Sequence[str | Path]) -> list[Sentence]:
    """Read corrected sentences to learn from, without those that are scored on.

    Args:
        path: JSON lines of labelled sentences.
        held_out: JSON lines of sentences that nothing may be learned from.

    Returns:
        The sentences that are left.

    Raises:
        InputError: None is left.
    """
    sentences = read_sentences(path, labelled=True)
    scored = {
        sentence.tokens for one in held_out for sentence in read_sentences(one, labelled=True)
    }
    left = [sentence for sentence in sentences if sentence.tokens not in scored]
    if not left:
        raise InputError.at(
            path,
            found=f"no sentence that is not in {' or '.join(map(str, held_out))} as well",
            expected="others to learn from than to score on",
        )
    if dropped := len(sentences) - len(left):
        LOGGER.warning("%s: %d sentences are scored on; they are not learned from", path, dropped)
    return left


def correct(
    probabilities: np.ndarray | None,
    votes: np.ndarray | None,
    sentences: Sequence[Sentence],
    corrected: Sequence[Sentence],
    tag_set: TagSet,
    *,
    reach: Reach | None = None,
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Write corrected labels over what models say of the same sentences.

    Args:
        probabilities: Soft labels of the pool (W, C), or None.
        votes: Class numbers, -1 for no vote (W,), or None.
        sentences: The sentences, W words in all.
        corrected: Labelled sentences, some of which are among them.
        tag_set: The classes.
        reach: Takes in how far they reach.

    Returns:
        Both, changed copies.
    """
    labels = {one.tokens: label_classes([one], tag_set, path="") for one in corrected}
    certain = np.eye(len(tag_set.tags), dtype=np.float32)
    probabilities = None if probabilities is None else probabilities.copy()
    votes = None if votes is None else votes.copy()
    reach = reach or Reach()
    start = 0
    for sentence in sentences:
        end = start + len(sentence.tokens)
        if (known := labels.get(sentence.tokens)) is not None:
            reach.corrected += 1
            if probabilities is not None:
                probabilities[start:end] = certain[known]
            if votes is not None:
                votes[start:end] = known
        start = end
    return probabilities, votes
