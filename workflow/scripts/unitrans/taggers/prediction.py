"""Class probabilities for every word of a corpus, and the best legal tags."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import PreTrainedModel

from unitrans.corpora.sentences import UNSEEN, Sentence
from unitrans.corpora.tags import TagSet
from unitrans.encoders.batches import CORE_SUBWORDS, budget_batches
from unitrans.encoders.features import Features, make_features
from unitrans.encoders.loading import check_window, load_tokenizer
from unitrans.jobs.device import Precision, device, number_type
from unitrans.jobs.log import LOGGER
from unitrans.jobs.log import progress as log_progress
from unitrans.taggers.model import load_tagger, word_logits

BATCH_SUBWORDS = {"cpu": CORE_SUBWORDS, "cuda": 65536}  # a smaller batch leaves a GPU idle


def judge(
    blocks: Iterable[Sequence[Sentence]],
    *,
    tagger: str | Path,
    encoder: str | Path,
    max_subwords: int,
    precision: Precision | str,
) -> tuple[Iterator[tuple[Sequence[Sentence], np.ndarray]], TagSet]:
    """Let a tagger in a folder judge every word of a corpus, a part at a time.

    Args:
        blocks: The corpus in parts; no batch has sentences of two of them.
        tagger: The tagger's folder.
        encoder: The folder of the encoder it started from.
        max_subwords: A window's length.
        precision: auto, bfloat16 or float32.

    Returns:
        Of each part, its sentences and their probabilities (W, C), float32; and the classes.
    """
    model, tag_set = load_tagger(tagger, encoder)
    check_window(model, max_subwords)
    tokenizer = load_tokenizer(encoder)

    def judged() -> Iterator[tuple[Sequence[Sentence], np.ndarray]]:
        for sentences in blocks:
            features = make_features(sentences, tokenizer, max_subwords=max_subwords)
            LOGGER.info("%d words to tag", features.words)
            values = predict_probabilities(model, features, precision=Precision(precision))
            tokens = (token for sentence in sentences for token in sentence.tokens)
            unseen = [place for place, token in enumerate(tokens) if token == UNSEEN]
            values[unseen] = np.eye(1, values.shape[1])  # outside all entities, for certain
            yield sentences, values

    return judged(), tag_set


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
        progress: Passes the batches on, and reports how many are done.

    Returns:
        Probabilities (W, C), float32, in the order of the corpus.
    """
    where = device()
    nn.Module.to(model, where, number_type(precision, where)).eval()
    budget = BATCH_SUBWORDS[where.type]
    batches = budget_batches(features.lengths, budget)
    if len(batches) > 1:
        # The last batch is as large as its width allows, by windows that it has already: of each
        # other size kernels are compiled and kept, so that memory would grow with the corpus.
        size = max(1, budget // int(features.lengths[batches[-1][0]]))
        batches[-1] = np.resize(batches[-1], size)
    probabilities = np.zeros((features.words, len(model.config.id2label or ())), dtype=np.float32)
    with torch.inference_mode():
        for windows in progress(batches, total=len(batches), unit="batches"):
            batch = features.batch(windows).to(where)
            logits = word_logits(model, batch)
            probabilities[batch.words.cpu().numpy()] = logits.softmax(-1).cpu().numpy()
    return probabilities
