"""Vectors of words or subwords in their sentences, from a middle layer of an encoder."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from unitrans.corpora.sentences import Sentence
from unitrans.encoders.batches import budget_batches, ranges
from unitrans.encoders.checkpoint import load_checkpoint
from unitrans.encoders.features import Features, make_features
from unitrans.encoders.hidden_states import layer_reader
from unitrans.encoders.loading import positions
from unitrans.errors import InputError
from unitrans.jobs.artifacts import read_tensors, write_tensors
from unitrans.jobs.device import Precision, device, number_type

# A larger batch leaves the cache of a CPU core, a smaller one leaves a GPU idle.
BATCH_BYTES = {"cpu": 4096, "cuda": 65536}  # of one number for each subword


class Unit(StrEnum):
    """What is linked; links between subwords become links between their words."""

    WORD = "word"  # a word's vector is the mean of its subwords' vectors
    SUBWORD = "subword"


@dataclass(frozen=True, kw_only=True)
class VectorSettings:
    """How sentences become vectors.

    Attributes:
        unit: word or subword.
        layer: The layer whose output is read, from 1; 0 reads the embeddings.
        max_subwords: A window's length; longer sentences are read in overlapping windows.
        precision: auto, bfloat16 or float32.

    Raises:
        InputError: A value is not allowed.
    """

    unit: str = Unit.WORD
    layer: int = 7
    max_subwords: int = 512
    precision: str = Precision.AUTO

    def __post_init__(self) -> None:
        for key, allowed in (("unit", Unit), ("precision", Precision)):
            if (value := getattr(self, key)) not in list(allowed):
                raise InputError(f"alignment.{key}: found {value!r}; expected {', '.join(allowed)}")
        for key, least in (("layer", 0), ("max_subwords", 8)):
            value = getattr(self, key)
            if not isinstance(value, int) or value < least:
                raise InputError(
                    f"alignment.{key}: found {value!r}; expected a whole number from {least}"
                )


@dataclass(frozen=True)
class Vectors:
    """Unit vectors of the U words or subwords of a corpus.

    Attributes:
        values: Shape (U, H), float32, each row of length 1.
        words: For each row the number of its word in the sentence (U,).
        offsets: Where each sentence's rows start (sentences + 1).
        windowed: How many sentences were too long for one window.
    """

    values: np.ndarray
    words: np.ndarray
    offsets: np.ndarray
    windowed: int = 0

    def sentence(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Give one sentence's part.

        Args:
            number: Which sentence.

        Returns:
            Its vectors (U, H) and the words they stand for (U,).
        """
        rows = slice(self.offsets[number], self.offsets[number + 1])
        return self.values[rows], self.words[rows]

    def take(self, numbers: Sequence[int]) -> "Vectors":
        """Choose sentences.

        Args:
            numbers: Which, in the order wanted.

        Returns:
            Their vectors.
        """
        starts, ends = self.offsets[:-1][numbers], self.offsets[1:][numbers]
        rows = ranges(starts, ends - starts)
        offsets = np.concatenate([[0], np.cumsum(ends - starts)])
        return Vectors(self.values[rows], self.words[rows], offsets)


class Embedder:
    """An encoder, cut above the layer that is read.

    Attributes:
        settings: How sentences become vectors.
    """

    def __init__(self, encoder: str | Path, settings: VectorSettings) -> None:
        """Load the encoder.

        Args:
            encoder: Its checkpoint folder.
            settings: How sentences become vectors.

        Raises:
            InputError: The encoder lacks the layer, or cannot read such long windows.
        """
        model, tokenizer = load_checkpoint(encoder)
        depth = model.config.num_hidden_layers
        if settings.layer > depth:
            raise InputError(
                f"alignment.layer: found {settings.layer}; expected at most {depth}, "
                "the layers of the encoder"
            )
        longest = positions(model)
        if settings.max_subwords > longest:
            raise InputError(
                f"alignment.max_subwords: found {settings.max_subwords}; "
                f"expected at most {longest}, the longest that the encoder reads"
            )
        self.settings = settings
        self._read = layer_reader(model, settings.layer)
        # Nothing is trained here, so that the weights themselves may be of low precision.
        self._dtype = number_type(Precision(settings.precision), device())
        nn.Module.to(model, device(), self._dtype).eval()
        self._width: int = model.config.hidden_size
        self._tokenizer: Any = tokenizer

    def embed(self, sentences: Sequence[Sequence[str]]) -> Vectors:
        """Read sentences.

        Args:
            sentences: The words of each; a sentence may be empty.

        Returns:
            Their vectors.
        """
        features = make_features(
            [Sentence(str(number), tuple(words)) for number, words in enumerate(sentences)],
            self._tokenizer,
            max_subwords=self.settings.max_subwords,
        )
        pieces = np.concatenate([[0], np.cumsum(features.piece_counts[:])])
        by_word = self.settings.unit == Unit.WORD
        rows = features.words if by_word else int(pieces[-1])
        values = np.zeros((rows, self._width), dtype=np.float32)
        where = device()
        most = BATCH_BYTES[where.type] // self._dtype.itemsize
        with torch.inference_mode():
            for windows in budget_batches(features.lengths, most):
                batch = features.batch(windows).to(where)
                hidden = self._read(batch.input_ids, batch.attention_mask).float().flatten(0, 1)
                numbers = batch.words.numpy(force=True)
                counts = features.piece_counts[numbers]
                # All subwords, a blank before the others included, as SimAlign has it.
                starts = batch.positions.numpy(force=True) - features.blanks[numbers]
                place = torch.from_numpy(ranges(starts, counts))
                vectors = hidden[place.to(where)]  # subwords of all words, (U, H)
                if by_word:
                    vectors = _means(vectors, torch.from_numpy(counts).to(where))
                else:
                    numbers = ranges(pieces[numbers], counts)
                values[numbers] = nn.functional.normalize(vectors, dim=-1).numpy(force=True)
        return _gather(features, values, by_word=by_word)


def join_vectors(parts: Sequence[Vectors]) -> Vectors:
    """Put corpora one after the other.

    Args:
        parts: Their vectors, of at least one corpus.

    Returns:
        The vectors of all their sentences.
    """
    sizes = np.concatenate([np.diff(part.offsets) for part in parts])
    return Vectors(
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.words for part in parts]),
        np.concatenate([[0], np.cumsum(sizes)]),
        sum(part.windowed for part in parts),
    )


def _means(vectors: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """The mean of each word's subwords: (U, H) to (W, H)."""
    word = torch.repeat_interleave(torch.arange(len(counts), device=counts.device), counts)
    sums = vectors.new_zeros((len(counts), vectors.shape[-1])).index_add_(0, word, vectors)
    return sums / counts[:, None]


def _gather(features: Features, values: np.ndarray, *, by_word: bool) -> Vectors:
    """Say which rows are whose."""
    starts = features.sentence_offsets
    words = np.arange(features.words) - np.repeat(starts[:-1], np.diff(starts))
    continued = np.setdiff1d(features.word_offsets[:-1], starts)
    windowed = len(np.unique(np.searchsorted(starts, continued)))
    if by_word:
        return Vectors(values, words, starts, windowed)
    pieces = np.concatenate([[0], np.cumsum(features.piece_counts[:])])
    return Vectors(values, np.repeat(words, features.piece_counts[:]), pieces[starts], windowed)


def write_vectors(path: str | Path, vectors: Vectors, settings: VectorSettings) -> None:
    """Write vectors as safetensors, for use with every target language.

    Args:
        path: The file to write.
        vectors: The vectors.
        settings: How they were made; kept in the file's header.
    """
    tensors = {
        name: torch.from_numpy(getattr(vectors, name)) for name in ("values", "words", "offsets")
    }
    write_tensors(path, tensors, {"settings": json.dumps(asdict(settings))})


def read_vectors(path: str | Path, settings: VectorSettings) -> Vectors:
    """Read vectors.

    Args:
        path: The file to read.
        settings: How they must have been made.

    Returns:
        The vectors.

    Raises:
        InputError: The file holds something else, or vectors that were made otherwise.
    """
    tensors, metadata = read_tensors(path)
    if metadata.get("settings") != json.dumps(asdict(settings)):
        raise InputError.at(
            path, found=f"vectors made with {metadata.get('settings')}", expected=f"{settings}"
        )
    values, words, offsets = (tensors[name].numpy() for name in ("values", "words", "offsets"))
    return Vectors(values, words, offsets)
