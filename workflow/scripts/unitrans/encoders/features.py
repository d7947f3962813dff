"""Words to subwords: what an encoder reads, and where each word's prediction is taken.

Sentences become windows of at most ``max_subwords``. A longer sentence gets several that
overlap; each word belongs to exactly one of them, so the words of all windows in order are
the words of all sentences in order, and arrays over words need no bookkeeping.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from unitrans.corpora.sentences import Sentence
from unitrans.encoders.batches import ranges
from unitrans.encoders.pieces import blank_piece
from unitrans.errors import InputError
from unitrans.jobs.columns import Column, ColumnWriter

if TYPE_CHECKING:
    import torch

# A long sentence's windows share this part of their subwords: context for the words at the seam.
OVERLAP = 0.25


class WordTokenizer(Protocol):
    """What splits words into subwords: a fast tokenizer of transformers, or one that acts so.

    Attributes:
        pad_token_id: The subword that fills a batch up.
        unk_token_id: The subword for what has none.
        mask_token_id: The subword that hides another; None where there is none.
    """

    pad_token_id: int
    unk_token_id: int
    mask_token_id: int | None

    def __call__(
        self,
        text: Any,  # noqa: ANN401 (as transformers has it)
        *,
        is_split_into_words: bool = False,
        add_special_tokens: bool = True,
    ) -> Any:  # noqa: ANN401
        """Split; the result has ``input_ids``."""

    def convert_tokens_to_ids(self, token: str) -> Any:  # noqa: ANN401
        """The number of a subword; another one or None where there is no such subword."""


class Arrays(NamedTuple):
    """What one step of a model reads, as NumPy has it.

    Attributes:
        input_ids: Subwords, padded (B, T).
        attention_mask: 1 for a subword, 0 for padding (B, T).
        positions: Where each subword that is judged stands in the flattened (B * T) batch (W,):
            that of every word, or all of them.
        words: The number, in the whole corpus, of the word that each belongs to (W,).
        order: 0 for the subword that a word is judged by, 1 for a later one, -1 for a blank
            before it (W,).
    """

    input_ids: np.ndarray
    attention_mask: np.ndarray
    positions: np.ndarray
    words: np.ndarray
    order: np.ndarray


class Batch(NamedTuple):
    """The same as tensors."""

    input_ids: "torch.Tensor"
    attention_mask: "torch.Tensor"
    positions: "torch.Tensor"
    words: "torch.Tensor"
    order: "torch.Tensor"

    def to(self, device: "torch.device") -> "Batch":
        """Move all tensors.

        Args:
            device: Where to.

        Returns:
            The batch there.
        """
        return Batch(*(tensor.to(device, non_blocking=True) for tensor in self))


@dataclass(frozen=True)
class Features:
    """The windows of a corpus as flat arrays.

    A word is judged by its first subword, but not by one that is nothing but the blank before it:
    SentencePiece begins many words so, above all in scripts without spaces, and what the encoder
    makes of a blank says little of the word.

    Attributes:
        pieces: Subword ids of all windows, special ones included; this and the next two in memory
            or on disk.
        piece_offsets: Where each window starts in ``pieces`` (windows + 1).
        first_pieces: For each word of the corpus, the place of that subword in its window.
        blanks: For each word of the corpus, 1 if a blank stands before that subword, else 0.
        piece_counts: For each word of the corpus, how many subwords it has, the blank included.
        word_offsets: The words that belong to each window (windows + 1).
        sentence_offsets: The words of each sentence (sentences + 1).
        padding: The subword id that fills a batch up.
        special: The ids around every sentence, and the padding.
        mask: The id that stands for a hidden subword; None where the tokenizer has none.
    """

    pieces: np.ndarray | Column
    piece_offsets: np.ndarray
    first_pieces: np.ndarray | Column
    blanks: np.ndarray | Column
    piece_counts: np.ndarray | Column
    word_offsets: np.ndarray
    sentence_offsets: np.ndarray
    padding: int
    special: tuple[int, ...]
    mask: int | None

    @property
    def lengths(self) -> np.ndarray:
        """Subwords of each window."""
        return np.diff(self.piece_offsets)

    @property
    def words(self) -> int:
        """Words in the corpus."""
        return len(self.first_pieces)

    def batch(self, windows: Sequence[int] | np.ndarray, *, every_subword: bool = False) -> Batch:
        """Put windows together, padded to the longest.

        Args:
            windows: Their numbers (B,).
            every_subword: Whether all subwords of a word are judged, or one alone.

        Returns:
            The batch.
        """
        import torch

        arrays = self.arrays(windows, every_subword=every_subword)
        return Batch(*(torch.from_numpy(array) for array in arrays))

    def arrays(self, windows: Sequence[int] | np.ndarray, *, every_subword: bool = False) -> Arrays:
        """Put windows together, padded to the longest.

        Args:
            windows: Their numbers (B,).
            every_subword: Whether all subwords of a word are judged, or one alone.

        Returns:
            The batch.
        """
        width = int(self.lengths[windows].max())  # T
        input_ids = np.full((len(windows), width), self.padding, dtype=np.int64)
        mask = np.zeros((len(windows), width), dtype=np.int64)
        positions, words, order = [], [], []
        for row, window in enumerate(windows):
            start, end = self.piece_offsets[window], self.piece_offsets[window + 1]
            input_ids[row, : end - start] = self.pieces[start:end]
            mask[row, : end - start] = 1
            first, last = self.word_offsets[window], self.word_offsets[window + 1]
            starts = self.first_pieces[first:last]
            begins, counts = starts, np.ones_like(starts)
            if every_subword:
                begins, counts = starts - self.blanks[first:last], self.piece_counts[first:last]
            places = ranges(begins, counts)
            positions.append(row * width + places)
            words.append(np.repeat(np.arange(first, last), counts))
            order.append(np.sign(places - np.repeat(starts, counts)))
        return Arrays(input_ids, mask, *map(np.concatenate, (positions, words, order)))

    def masked(self, batch: Batch, share: float) -> Batch:
        """Hide subwords at random; those around a sentence and the padding stay.

        Args:
            batch: On the CPU, where the random numbers come from.
            share: How many of the subwords are hidden, from 0 to 1.

        Returns:
            The batch with the mask in their places.

        Raises:
            InputError: The tokenizer has no mask.
        """
        import torch

        if self.mask is None:
            raise InputError(
                f"masking: found {share}; expected 0 with this encoder, whose tokenizer has no mask"
            )
        ids = batch.input_ids
        hidden = torch.rand(ids.shape) < share
        hidden &= torch.isin(ids, torch.tensor(self.special), invert=True)
        return batch._replace(input_ids=ids.masked_fill(hidden, self.mask))


def make_features(
    sentences: Sequence[Sentence], tokenizer: WordTokenizer, *, max_subwords: int
) -> Features:
    """Split words into subwords and sentences into windows.

    A word without a subword (a lone control character, say) gets the unknown one; a word
    with very many keeps the first, since only the first is classified.

    Args:
        sentences: The corpus.
        tokenizer: The encoder's.
        max_subwords: A window's length, special subwords included.

    Returns:
        The features.
    """
    prefix, suffix = _special_pieces(tokenizer)
    blank = blank_piece(tokenizer)
    capacity = max_subwords - len(prefix) - len(suffix)
    subwords = _subwords_of_words(sentences, tokenizer, most=max(1, int(capacity * OVERLAP)))
    pieces: list[int] = []
    first_pieces: list[int] = []
    blanks: list[int] = []
    piece_counts: list[int] = []
    piece_offsets, word_offsets, sentence_offsets = [0], [0], [0]
    for sentence in sentences:
        words = [subwords[token] for token in sentence.tokens]
        counts = [len(word) for word in words]
        skipped = [int(len(word) > 1 and word[0] == blank) for word in words]
        blanks.extend(skipped)
        piece_counts.extend(counts)
        for start, first, last, end in _windows(counts, capacity):
            pieces.extend(prefix)
            place = len(prefix)
            for number in range(start, end):
                if first <= number < last:
                    first_pieces.append(place + skipped[number])
                pieces.extend(words[number])
                place += counts[number]
            pieces.extend(suffix)
            piece_offsets.append(len(pieces))
            word_offsets.append(len(first_pieces))
        sentence_offsets.append(len(first_pieces))
    return Features(
        pieces=np.array(pieces, dtype=np.int32),
        piece_offsets=np.array(piece_offsets),
        first_pieces=np.array(first_pieces, dtype=np.int64),
        blanks=np.array(blanks, dtype=np.int64),
        piece_counts=np.array(piece_counts, dtype=np.int64),
        word_offsets=np.array(word_offsets),
        sentence_offsets=np.array(sentence_offsets),
        padding=tokenizer.pad_token_id,
        special=(*prefix, *suffix, tokenizer.pad_token_id),
        mask=tokenizer.mask_token_id,
    )


def store_features(
    blocks: Iterable[Sequence[Sentence]],
    tokenizer: WordTokenizer,
    *,
    max_subwords: int,
    folder: str | Path,
) -> Features:
    """Do the same for a corpus in parts, and keep on disk what there is of every word.

    Args:
        blocks: The corpus in parts, at least one.
        tokenizer: The encoder's.
        max_subwords: A window's length, special subwords included.
        folder: Where there is room for it.

    Returns:
        The features.
    """
    # Numbers of the width that is read, of which no place in a window needs more than 32 bits.
    names = ("pieces", "first_pieces", "blanks", "piece_counts")
    columns = {name: ColumnWriter(folder, np.int32) for name in names}
    offsets: dict[str, list[np.ndarray]] = {}
    part = None
    for sentences in blocks:
        part = make_features(sentences, tokenizer, max_subwords=max_subwords)
        for name in ("piece_offsets", "word_offsets", "sentence_offsets"):
            offsets.setdefault(name, []).append(np.diff(getattr(part, name)))
        for name, column in columns.items():
            column.append(getattr(part, name)[:])
    assert part is not None
    return replace(
        part,
        pieces=columns["pieces"].column(),
        first_pieces=columns["first_pieces"].column(),
        blanks=columns["blanks"].column(),
        piece_counts=columns["piece_counts"].column(),
        piece_offsets=_starts(offsets["piece_offsets"]),
        word_offsets=_starts(offsets["word_offsets"]),
        sentence_offsets=_starts(offsets["sentence_offsets"]),
    )


def _starts(lengths: Sequence[np.ndarray]) -> np.ndarray:
    """Where each window or sentence starts, from the lengths of all, in parts; and the end."""
    return np.concatenate([[0], np.cumsum(np.concatenate(lengths))])


def _special_pieces(tokenizer: WordTokenizer) -> tuple[list[int], list[int]]:
    """What the encoder wants before and after a sentence, such as [CLS] and [SEP]."""
    probe = tokenizer("a", add_special_tokens=False).input_ids
    whole = tokenizer("a").input_ids
    for start in range(len(whole)):
        if whole[start : start + len(probe)] == probe:
            return whole[:start], whole[start + len(probe) :]
    return [], []


def _subwords_of_words(
    sentences: Sequence[Sentence], tokenizer: WordTokenizer, most: int
) -> dict[str, list[int]]:
    """Each distinct word's subword ids, split once however often the word stands."""
    vocabulary = sorted({token for sentence in sentences for token in sentence.tokens})
    if not vocabulary:
        return {}
    encoded = tokenizer(
        [[word] for word in vocabulary], is_split_into_words=True, add_special_tokens=False
    ).input_ids
    unknown = [tokenizer.unk_token_id]
    return {word: ids[:most] or unknown for word, ids in zip(vocabulary, encoded, strict=True)}


def _windows(counts: Sequence[int], capacity: int) -> Iterator[tuple[int, int, int, int]]:
    """Cut a sentence into overlapping windows.

    Args:
        counts: Subwords of each word (W,), none above a quarter of the capacity.
        capacity: Subwords that fit in a window.

    Yields:
        For each window: the first word it shows, the first and last (exclusive) that belong
        to it, and the last (exclusive) it shows.
    """
    total = np.concatenate([[0], np.cumsum(counts)])
    start = first = 0
    while True:
        end = int(np.searchsorted(total, total[start] + capacity, side="right")) - 1
        if end == len(counts):
            yield start, first, end, end
            return
        # The next window shows this one's last quarter again; the seam is in its middle.
        overlap = max(1, int(capacity * OVERLAP))
        following = int(np.searchsorted(total, total[end] - overlap, side="left"))
        following = min(max(following, start + 1), end)
        seam = max((following + end + 1) // 2, first + 1)
        yield start, first, seam, end
        start, first = following, seam
