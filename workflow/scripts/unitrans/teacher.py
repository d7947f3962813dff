"""Train a teacher: an encoder, or a teacher, on a labelled corpus."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from transformers import PreTrainedModel

from unitrans.artifacts import write_json
from unitrans.corpus import Sentence, read_sentences
from unitrans.errors import InputError
from unitrans.features import make_features
from unitrans.tagger import freeze, load_tagger, load_tokenizer, new_tagger, write_tagger
from unitrans.tags import TagSet
from unitrans.training import LabelLoss, TrainingSettings, train


def label_classes(
    sentences: Sequence[Sentence], tag_set: TagSet, *, path: str | Path
) -> np.ndarray:
    """Number the labels of a corpus.

    Args:
        sentences: Labelled sentences.
        tag_set: The classes.
        path: Where they were read, for the error.

    Returns:
        One number a word, of all sentences in order (W,), int64.

    Raises:
        InputError: A tag is not in the tag set.
    """
    tags = [tag for sentence in sentences for tag in sentence.tags or ()]
    unknown = sorted(set(tags) - set(tag_set.tags))
    if unknown:
        raise InputError.at(path, found=f"tag {unknown[0]!r}", expected=f"one of {tag_set.tags}")
    return np.array([tag_set.index[tag] for tag in tags], dtype=np.int64)


def start_tagger(
    encoder: str | Path, tag_set: TagSet, *, start: str | Path | None, seed: int
) -> PreTrainedModel:
    """Make the model that training begins with.

    Args:
        encoder: The encoder's folder.
        tag_set: The classes.
        start: The folder of a tagger to go on from, or None for a fresh one.
        seed: Decides a fresh classification layer.

    Returns:
        The model.

    Raises:
        InputError: The tagger to go on from has other classes.
    """
    if start is None:
        return new_tagger(encoder, tag_set, seed=seed)
    model, known = load_tagger(start, encoder)
    if known != tag_set:
        raise InputError.at(start, found=f"classes {known.tags}", expected=f"{tag_set.tags}")
    return model


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
    freeze(model, embeddings=settings.freeze_embeddings, layers=settings.freeze_layers)
    loss = LabelLoss(np.concatenate(labels))
    curve = train(
        model,
        features,
        loss,
        settings,
        seed=seed,
        checkpoint=Path(checkpoint),
        processes=processes,
    )
    write_json(Path(folder) / "training.json", {"sentences": len(sentences), "curve": curve})
    write_tagger(model, encoder, folder, whole=False, start=start)
    Path(checkpoint).unlink(missing_ok=True)
