"""What a student is taught of every word: made of the pool a block at a time, and kept on disk."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unitrans.corpora.casing import LowerCase, forms_of, true_cased
from unitrans.corpora.sentences import Sentence
from unitrans.corpora.shards import Pool
from unitrans.corpora.tags import TagSet
from unitrans.distillation.answers import Reach
from unitrans.distillation.loss import DistillationSettings
from unitrans.distillation.people import HumanLabels
from unitrans.distillation.pool import TypeShares, drop_lower_case
from unitrans.distillation.soft_labels import mean_probabilities
from unitrans.distillation.word_files import (
    WordFile,
    aligned_blocks,
    read_aligned,
    sentence_keys,
)
from unitrans.errors import InputError
from unitrans.jobs.columns import Column, ColumnWriter


@dataclass(frozen=True)
class PoolLabels:
    """What models have said of a pool.

    Attributes:
        pool: Its sentences.
        sentences: How many there are.
        words: How many words these have, W.
        soft_labels: Files whose mean is learned from; none where no soft labels are.
        votes: The file of votes, or None.
        tag_set: The C classes.
    """

    pool: Pool
    sentences: int
    words: int
    soft_labels: Sequence[WordFile]
    votes: WordFile | None
    tag_set: TagSet

    @classmethod
    def read(
        cls, pool: str | Path, soft_labels: Sequence[str | Path], votes: str | Path | None
    ) -> "PoolLabels":
        """Open the files, and hold them against the pool.

        Args:
            pool: JSON lines of unlabelled sentences.
            soft_labels: The files of soft labels.
            votes: The file of votes, or None, but at least one file in all.

        Returns:
            Their labels.

        Raises:
            InputError: The pool is empty, or a file is of other sentences.
        """
        files = read_aligned(soft_labels, "probabilities")
        voted = WordFile.read(votes, "votes") if votes else None
        keys = np.concatenate([np.zeros(0, np.int64), *map(sentence_keys, Pool(pool).blocks())])
        if not len(keys):
            raise InputError.at(pool, found="no sentence", expected="at least one")
        checked = list(zip(soft_labels, files, strict=True))
        if votes and voted:
            checked.append((votes, voted))
        for path, file in checked:
            file.check(path, keys, pool)
        first = checked[0][1]
        return cls(Pool(pool), len(keys), int(first.offsets[-1]), files, voted, first.tag_set)

    def blocks(self) -> Iterator[tuple[list[Sentence], np.ndarray | None, np.ndarray | None]]:
        """Go through the pool.

        Yields:
            Sentences that follow one another; of their words the mean of all soft labels (W, C),
            and the votes (W,), or None where there are none.
        """
        voted = [self.votes] if self.votes else []
        files = aligned_blocks([*self.soft_labels, *voted])
        for sentences, block in zip(self.pool.blocks(), files, strict=True):
            rows = [file.values[:] for file in block]
            votes = rows.pop() if voted else None
            yield sentences, mean_probabilities(rows) if rows else None, votes


def make_lessons(
    labels: PoolLabels,
    people: HumanLabels,
    further: np.ndarray,
    settings: DistillationSettings,
    *,
    language: str,
    folder: str | Path,
) -> tuple[Column | None, Column | None]:
    """Put together what a student learns of the pool, and of labelled sentences after it.

    Args:
        labels: What models have said of the pool.
        people: What people have said of it.
        further: Class numbers of the words of sentences that follow the pool (L,): each is a
            soft label without doubt, and a vote.
        settings: How the student learns.
        language: ISO 639-1 code.
        folder: Where there is room for columns.

    Returns:
        Probabilities (W + L, C), float32, and class numbers, -1 for no vote (W + L,), int64;
        None where there are no soft labels, or no votes.

    Source: UniTrans, equations 8 to 11; the sentences that follow, after experience replay in
        continual learning (de Masson d'Autume et al., 2019).
    """
    soft, voted, shares = _as_the_pool_has_it(labels, settings, language, folder)
    lessons = _Lessons(labels, folder)
    reach = Reach()
    start = 0
    for sentences in labels.pool.blocks():
        words = _words(sentences)
        rows = slice(start, start + len(words))
        start = rows.stop
        probabilities = soft[rows] if soft is not None else None
        votes = voted[rows] if voted is not None else None
        if probabilities is not None and settings.type_sharing:
            probabilities = shares.draw(probabilities, words, settings.type_sharing)
        lessons.append(*people.apply(probabilities, votes, sentences, labels.tag_set, reach=reach))
    people.tell(reach, labels.words)
    lessons.append(np.eye(len(labels.tag_set.tags), dtype=np.float32)[further], further)
    return lessons.columns()


def _as_the_pool_has_it(
    labels: PoolLabels, settings: DistillationSettings, language: str, folder: str | Path
) -> tuple[Column | None, Column | None, TypeShares]:
    """Soft labels and votes without entities in lower case, and the types that words have."""
    drop = settings.lower_case is LowerCase.DROP
    forms = forms_of(labels.pool, language) if drop else {}
    kept, shares = _Lessons(labels, folder), TypeShares()
    for sentences, probabilities, votes in labels.blocks():
        if drop:
            cased = true_cased(sentences, forms, language)
            probabilities, votes = drop_lower_case(probabilities, votes, cased, labels.tag_set)
        if probabilities is not None and settings.type_sharing:
            shares.add(probabilities, _words(sentences))
        kept.append(probabilities, votes)
    return *kept.columns(), shares


class _Lessons:
    """Columns of soft labels and of votes that grow side by side."""

    def __init__(self, labels: PoolLabels, folder: str | Path) -> None:
        classes = len(labels.tag_set.tags)
        self._soft = ColumnWriter(folder, np.float32, (classes,)) if labels.soft_labels else None
        self._votes = ColumnWriter(folder, np.int64) if labels.votes else None

    def append(self, probabilities: np.ndarray | None, votes: np.ndarray | None) -> None:
        """Add rows to those columns that there are."""
        if self._soft and probabilities is not None:
            self._soft.append(probabilities)
        if self._votes and votes is not None:
            self._votes.append(votes)

    def columns(self) -> tuple[Column | None, Column | None]:
        """The columns, when all has been added."""
        return (
            self._soft.column() if self._soft else None,
            self._votes.column() if self._votes else None,
        )


def _words(sentences: Iterable[Sentence]) -> list[str]:
    """The words of sentences, one after the other."""
    return [token for sentence in sentences for token in sentence.tokens]
