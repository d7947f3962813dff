"""Vectors of words: from an encoder that reads them in a corpus, or from a file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn.functional import normalize

from unitrans.corpora.casing import lower
from unitrans.corpora.raw_text import clean_word
from unitrans.corpora.shards import BLOCK_SENTENCES
from unitrans.encoders.hidden_states import layer_reader
from unitrans.encoders.pieces import blank_piece
from unitrans.errors import InputError
from unitrans.jobs.device import Precision, autocast, device
from unitrans.jobs.files import open_text
from unitrans.jobs.log import progress

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

MAXIMUM_SUBWORDS = 128  # what a longer sentence has beyond them is not read
OCCURRENCES = 200  # of a word whose mean is not made better by further sentences
LARGEST = 1e15  # of a vector's numbers: their squares add up to what float32 holds
VEC_LINE = "a word and its numbers, below 1e15, separated by spaces, as many in every line"


def encoder_vectors(
    words: Sequence[str],
    sentences: Iterable[Sequence[str]],
    model: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerBase",
    *,
    prefix: str,
    depth: float,
    alone_weight: float,
    batch_size: int,
    language: str = "",
) -> torch.Tensor:
    """Give each word its mean vector in a corpus beside its vector on its own.

    Args:
        words: N lower-cased words.
        sentences: The tokens of each sentence of the corpus.
        model: The encoder; loses the layers above the one that is read.
        tokenizer: Its fast tokenizer.
        prefix: Text before every sentence; empty for encoders that know none.
        depth: Which layer, as a share of all of them.
        alone_weight: Weight of the word on its own against the word in context.
        batch_size: Sentences in a batch.
        language: ISO 639-1 code of the corpus.

    Returns:
        Unit vectors of shape (N, 2D), each half centred.
    """
    halves = (
        (sentences, 1.0, "sentences"),
        ([(word,) for word in words], alone_weight, "words"),
    )
    # Both are written where they stay: a copy of one is 0.3 GB for 200,000 words.
    vectors = torch.empty(len(words), len(halves) * model.config.hidden_size)
    for half, (some, weight, unit) in zip(vectors.chunk(len(halves), dim=1), halves, strict=True):
        mean_vectors(
            words,
            some,
            model,
            tokenizer,
            prefix=prefix,
            depth=depth,
            batch_size=batch_size,
            unit=unit,
            language=language,
            out=half,
        )
        centred(half, out=half).mul_(weight)
    return normalize(vectors, dim=1, out=vectors)


def mean_vectors(
    words: Sequence[str],
    sentences: Iterable[Sequence[str]],
    model: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerBase",
    *,
    prefix: str,
    depth: float,
    batch_size: int,
    unit: str = "sentences",
    language: str = "",
    out: torch.Tensor | None = None,
) -> torch.Tensor:
    """Average the hidden states of each word over its occurrences.

    A sentence is passed over whose words have all been seen ``OCCURRENCES`` times before: of a
    large corpus this leaves out most of what would change no mean any more.

    Args:
        words: N lower-cased words.
        sentences: The tokens of each sentence.
        model: The encoder; loses the layers above the one that is read.
        tokenizer: Its fast tokenizer.
        prefix: Text before every sentence.
        depth: Which layer, as a share of all of them.
        batch_size: Sentences in a batch.
        unit: What the log calls a sentence.
        language: ISO 639-1 code of the corpus.
        out: Where the means go (N, D), float32, on the CPU; None for a new tensor.

    Returns:
        Shape (N, D), float32, on the CPU; a word that does not occur gets the mean of all others.
    """
    rows = {word: row for row, word in enumerate(words)}
    lead = prefix.split()
    blank = blank_piece(tokenizer)
    where = device()
    torch.nn.Module.to(model, where).eval()
    read = layer_reader(model, round(depth * model.config.num_hidden_layers))
    total = torch.empty(len(words), model.config.hidden_size) if out is None else out
    total.zero_()
    counts = torch.zeros(len(words))
    empty = True
    for block in _needed(sentences, rows, language):
        empty = False
        encoded = tokenizer(
            [[*lead, *tokens] for tokens in block],
            is_split_into_words=True,
            truncation=True,
            max_length=MAXIMUM_SUBWORDS,
            return_attention_mask=False,
        )
        pieces = encoded["input_ids"]
        order = sorted(range(len(pieces)), key=lambda number: (-len(pieces[number]), number))
        batches = [order[at : at + batch_size] for at in range(0, len(order), batch_size)]
        with torch.inference_mode():
            for batch in progress(batches, total=len(batches), unit=f"batches of {unit}"):
                padded = tokenizer.pad(
                    {"input_ids": [pieces[number] for number in batch]}, return_tensors="pt"
                ).to(where)
                with autocast(Precision.AUTO, where):
                    hidden = read(padded["input_ids"], padded["attention_mask"])
                hidden = hidden.float().cpu()  # B x T x D
                places, targets, weights = _places(
                    [pieces[number] for number in batch],
                    [encoded.word_ids(number) for number in batch],
                    [block[number] for number in batch],
                    rows,
                    skip=len(lead),
                    blank=blank,
                    language=language,
                )
                total.index_add_(0, targets, hidden[places[0], places[1]] * weights[:, None])
                counts.index_add_(0, targets, weights)
    if empty:
        raise InputError("word vectors: found no sentence; expected at least one")
    means = total.div_(counts.clamp(min=1).unsqueeze(1))
    # A word that stands only in what was cut off has no side to lean to.
    means[counts == 0] = means[counts > 0].mean(0)
    return means


def _needed(
    sentences: Iterable[Sequence[str]], rows: Mapping[str, int], language: str
) -> Iterator[list[Sequence[str]]]:
    """Sentences in blocks, without those whose words have all been seen often enough.

    Args:
        sentences: The tokens of each sentence.
        rows: The row of each known word.
        language: ISO 639-1 code of the corpus.

    Yields:
        Some sentences that follow one another.
    """
    seen = [0] * len(rows)
    block: list[Sequence[str]] = []
    for tokens in sentences:
        own = [row for token in tokens if (row := rows.get(lower(token, language))) is not None]
        if all(seen[row] >= OCCURRENCES for row in own):
            continue
        for row in own:
            seen[row] += 1
        block.append(tokens)
        if len(block) == BLOCK_SENTENCES:
            yield block
            block = []
    if block:
        yield block


def _places(
    pieces: Sequence[Sequence[int]],
    word_ids: Sequence[Sequence[int | None]],
    sentences: Sequence[Sequence[str]],
    rows: dict[str, int],
    *,
    skip: int,
    blank: int,
    language: str,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Find the subwords of known words in a batch, without blanks before others.

    Args:
        pieces: The subwords of each sentence.
        word_ids: The word number of each subword, None for special ones.
        sentences: The tokens of each sentence.
        rows: The row of each known word.
        skip: Words of the prefix.
        blank: The subword that is nothing but a blank.
        language: ISO 639-1 code of the corpus.

    Returns:
        Places in the batch, shape (2, S) of sentence and subword; the row of the word of
        each, shape (S,); and one over the word's number of subwords, shape (S,).
    """
    places, targets, weights = [], [], []
    for number, (ids, tokens) in enumerate(zip(word_ids, sentences, strict=True)):
        subwords: dict[int, list[int]] = {}
        for position, word in enumerate(ids):
            if word is not None and word >= skip:
                subwords.setdefault(word - skip, []).append(position)
        for word, positions in subwords.items():
            row = rows.get(lower(tokens[word], language))
            if row is not None:
                if len(positions) > 1 and pieces[number][positions[0]] == blank:
                    del positions[0]
                places += [(number, position) for position in positions]
                targets += [row] * len(positions)
                weights += [1 / len(positions)] * len(positions)
    return (
        torch.tensor(places, dtype=torch.long).reshape(-1, 2).T,
        torch.tensor(targets, dtype=torch.long),
        torch.tensor(weights),
    )


def centred(vectors: torch.Tensor, *, out: torch.Tensor | None = None) -> torch.Tensor:
    """Move vectors to zero mean, then to unit length.

    Args:
        vectors: Shape (N, D).
        out: Where the result goes, which may be the vectors themselves; None for a new tensor.

    Returns:
        Shape (N, D).
    """
    moved = torch.sub(vectors, vectors.mean(0), out=out)
    return normalize(moved, dim=1, out=moved)


def read_vectors(
    path: str | Path, *, maximum_words: int, language: str = ""
) -> tuple[list[str], torch.Tensor]:
    """Read word vectors in fastText's text format, with or without its first line of sizes.

    Words that differ in case only share the vector of the first, which is the commoner.

    Args:
        path: The ``.vec`` file.
        maximum_words: Vectors to keep, from the start of the file.
        language: ISO 639-1 code of the words.

    Returns:
        N lower-cased words and their vectors, shape (N, D).

    Raises:
        InputError: The file is missing, or a line is malformed.
    """
    words: dict[str, np.ndarray] = {}
    width = 0
    with open_text(path, "word vectors") as handle:
        for number, line in enumerate(handle, 1):
            word, *numbers = line.rstrip("\n ").split(" ")
            if number == 1 and len(numbers) == 1:
                continue
            width = width or len(numbers)
            vector = _vector(numbers)
            if not word or vector is None or len(vector) != width:
                raise InputError.at(path, number, found=repr(line[:40]), expected=VEC_LINE)
            if word := clean_word(word):
                words.setdefault(lower(word, language), vector)
            if len(words) == maximum_words:
                break
    if not words:
        raise InputError.at(path, found="no vector", expected="at least one")
    return list(words), torch.from_numpy(np.stack(list(words.values())))


def _vector(numbers: Sequence[str]) -> np.ndarray | None:
    """Read numbers; None where one is none or too large to be squared, or where none is there."""
    try:
        vector = np.array(numbers, dtype=np.float64)
    except ValueError:
        return None
    is_sound = vector.size and (np.abs(vector) < LARGEST).all()  # False for what is no number
    return vector.astype(np.float32) if is_sound else None
