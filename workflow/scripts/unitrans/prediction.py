"""Class probabilities for every word of a corpus, and the best legal tags."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import PreTrainedModel

from unitrans.corpus import Sentence
from unitrans.device import Precision, device, number_type
from unitrans.features import Features, budget_batches, make_features
from unitrans.joblog import LOGGER
from unitrans.joblog import progress as log_progress
from unitrans.tagger import load_tagger, load_tokenizer, word_logits
from unitrans.tags import TagSet

# A larger batch leaves the cache of a CPU core, a smaller one leaves a GPU idle.
BATCH_SUBWORDS = {"cpu": 2048, "cuda": 65536}
VITERBI_SENTENCES = 1024


def tag_probabilities(
    blocks: Iterable[Sequence[Sentence]],
    *,
    tagger: str | Path,
    encoder: str | Path,
    max_subwords: int,
    precision: Precision | str,
) -> tuple[np.ndarray, np.ndarray, TagSet]:
    """Let a tagger in a folder judge every word of a corpus.

    Args:
        blocks: The corpus in parts; no batch has sentences of two of them.
        tagger: The tagger's folder.
        encoder: The folder of the encoder it started from.
        max_subwords: A window's length.
        precision: auto, bfloat16 or float32.

    Returns:
        Probabilities (W, C), float32; where each sentence's words start (sentences + 1); the
        classes.
    """
    model, tag_set = load_tagger(tagger, encoder)
    tokenizer = load_tokenizer(encoder)
    parts = [np.zeros((0, len(tag_set.tags)), dtype=np.float32)]
    lengths = [np.zeros(0, dtype=np.int64)]
    for sentences in blocks:
        features = make_features(sentences, tokenizer, max_subwords=max_subwords)
        LOGGER.info("tagging %d words", features.words)
        parts.append(predict_probabilities(model, features, precision=Precision(precision)))
        lengths.append(np.diff(features.sentence_offsets))
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    return np.concatenate(parts), offsets, tag_set


def predict_probabilities(
    model: PreTrainedModel,
    features: Features,
    *,
    precision: Precision,
    progress: Callable[..., Iterable[np.ndarray]] = log_progress,
) -> np.ndarray:
    """Let a tagger judge every word.

    Args:
        model: The tagger; put into evaluation mode, and its weights into the precision.
        features: The corpus.
        precision: auto, bfloat16 or float32.
        progress: Passes the batches on, and says how far it is.

    Returns:
        Probabilities (W, C), float32, in the order of the corpus.
    """
    where = device()
    nn.Module.to(model, where, number_type(precision, where)).eval()
    batches = budget_batches(features.lengths, BATCH_SUBWORDS[where.type])
    probabilities = np.zeros((features.words, len(model.config.id2label or ())), dtype=np.float32)
    with torch.inference_mode():
        for windows in progress(batches, total=len(batches), unit="batches"):
            batch = features.batch(windows).to(where)
            logits = word_logits(model, batch)
            probabilities[batch.words.cpu().numpy()] = logits.softmax(-1).cpu().numpy()
    return probabilities


def viterbi(probabilities: np.ndarray, offsets: np.ndarray, tag_set: TagSet) -> np.ndarray:
    """Find each sentence's most probable class sequence among the legal ones.

    Args:
        probabilities: (W, C).
        offsets: Where each sentence's words start (sentences + 1).
        tag_set: Its legal moves; all others are forbidden.

    Returns:
        Class numbers (W,).

    Source: UniTrans, section 3.5 (decoding); Viterbi 1967.
    """
    with np.errstate(divide="ignore"):
        scores = np.log(probabilities.astype(np.float64))
        moves = np.log(tag_set.legal_moves.astype(np.float64))
    # A class that underflowed to zero is worse than any other, but better than an illegal move.
    scores = np.maximum(scores, np.log(np.finfo(np.float64).tiny))
    best = np.zeros(len(probabilities), dtype=np.int64)
    order = np.argsort(np.diff(offsets), kind="stable")
    for start in range(0, len(order), VITERBI_SENTENCES):
        _viterbi_block(scores, offsets, order[start : start + VITERBI_SENTENCES], moves, best)
    return best


def viterbi_tags(
    probabilities: np.ndarray, offsets: np.ndarray, tag_set: TagSet
) -> list[tuple[str, ...]]:
    """Decode, and name the classes.

    Args:
        probabilities: (W, C).
        offsets: Where each sentence's words start (sentences + 1).
        tag_set: The classes.

    Returns:
        The tags of each sentence; legal BIO.
    """
    tags = np.array(tag_set.tags)[viterbi(probabilities, offsets, tag_set)]
    return [tuple(part.tolist()) for part in np.split(tags, offsets[1:-1])]


def _viterbi_block(
    scores: np.ndarray,
    offsets: np.ndarray,
    sentences: Sequence[int] | np.ndarray,
    moves: np.ndarray,
    best: np.ndarray,
) -> None:
    """Decode sentences of similar length side by side, into ``best``."""
    starts, lengths = offsets[sentences], np.diff(offsets)[sentences]
    width, classes = int(lengths.max()), scores.shape[1]
    places = starts[:, None] + np.minimum(np.arange(width), lengths[:, None] - 1)  # (B, W)
    padded = scores[places]  # (B, W, C)
    back = np.zeros((len(starts), width, classes), dtype=np.int64)
    total = padded[:, 0] + moves[-1]  # (B, C)
    for word in range(1, width):
        paths = total[:, :, None] + moves[None, :-1]  # (B, C before, C after)
        back[:, word] = paths.argmax(1)
        arrived = paths.max(1) + padded[:, word]
        total = np.where((word < lengths)[:, None], arrived, total)
    rows = np.arange(len(starts))
    state = total.argmax(1)
    for word in range(width - 1, -1, -1):
        inside = word < lengths
        best[places[inside, word]] = state[inside]
        # A sentence that ended before this word has not begun to walk back yet.
        state = np.where(inside & (word > 0), back[rows, word, state], state)
