"""Train a teacher: an encoder, or a teacher, on a labelled corpus."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from unitrans.corpora.sentences import read_sentences
from unitrans.corpora.tags import TagSet, label_classes
from unitrans.encoders.features import make_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.taggers.losses import LabelLoss
from unitrans.taggers.trainer import TrainingSettings
from unitrans.taggers.training import start_tagger, train_and_write


def train_teacher(
    corpora: Sequence[str | Path],
    folder: str | Path,
    *,
    encoder: str | Path,
    start: str | Path | None,
    tag_set: TagSet,
    settings: TrainingSettings,
    seed: int,
    checkpoint: str | Path,
    processes: int = 1,
) -> None:
    """Train a teacher and write it.

    Args:
        corpora: Files of JSON lines of labelled sentences, mixed where there are several.
        folder: Where config.json, model.safetensors and training.json go.
        encoder: The encoder's folder.
        start: The folder of the teacher to train further, or None.
        tag_set: The classes.
        settings: The hyperparameters.
        seed: Decides first weights, order and dropout.
        checkpoint: Where a killed training leaves its state.
        processes: How many processes share each update, on a GPU each.

    Source: UniTrans, sections 3.2 and 3.3 (theta_src, theta_trans, theta_teach).
    """
    sentences, labels = [], []
    for corpus in corpora:
        part = read_sentences(corpus, labelled=True)
        sentences += part
        labels.append(label_classes(part, tag_set, path=corpus))
    tokenizer = load_tokenizer(encoder)
    features = make_features(sentences, tokenizer, max_subwords=settings.max_subwords)
    model = start_tagger(encoder, tag_set, start=start, seed=seed)
    train_and_write(
        model,
        features,
        LabelLoss(np.concatenate(labels)),
        settings,
        folder=folder,
        encoder=encoder,
        start=start,
        whole=False,
        seed=seed,
        checkpoint=checkpoint,
        processes=processes,
    )
