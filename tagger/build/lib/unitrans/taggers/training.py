"""From a model to start with to a trained one on disk, for teachers and students alike."""

from functools import partial
from pathlib import Path

from transformers import PreTrainedModel

from unitrans.corpora.tags import TagSet
from unitrans.encoders.features import Features
from unitrans.encoders.loading import WEIGHTS, check_window
from unitrans.errors import InputError
from unitrans.jobs.artifacts import write_json
from unitrans.taggers.losses import WordLoss
from unitrans.taggers.model import freeze, load_tagger, new_tagger, write_tagger
from unitrans.taggers.trainer import Trainer, TrainingSettings


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


def train(
    model: PreTrainedModel,
    features: Features,
    loss: WordLoss,
    settings: TrainingSettings,
    *,
    seed: int,
    checkpoint: Path,
    processes: int = 1,
) -> Trainer:
    """Train a model, by one process or by several.

    Args:
        model: The tagger, with frozen weights marked; trained in place.
        features: The corpus.
        loss: What it makes small.
        settings: The hyperparameters.
        seed: Decides order and dropout.
        checkpoint: A file to go on from; the caller removes it.
        processes: How many processes share each update.

    Returns:
        The trainer at its end, with the learning curve.

    Raises:
        InputError: The loss is no longer a number, or there are fewer GPUs than processes.
    """
    prepare = partial(
        Trainer,
        features=features,
        settings=settings,
        seed=seed,
        checkpoint=checkpoint,
        processes=processes,
    )
    if processes > 1:
        from unitrans.taggers.parallel import train_in_parallel  # accelerate imports for seconds

        train_in_parallel(partial(prepare, model, loss=loss), processes)
    trainer = prepare(model, loss=loss)
    trainer.run()
    return trainer


def train_and_write(
    model: PreTrainedModel,
    features: Features,
    loss: WordLoss,
    settings: TrainingSettings,
    *,
    folder: str | Path,
    encoder: str | Path,
    start: str | Path | None,
    whole: bool,
    seed: int,
    checkpoint: str | Path,
    processes: int,
    kept: bool = True,
) -> None:
    """Train a model and write it; its checkpoint goes once the model is safe on disk.

    Args:
        model: The tagger that training begins with; trained in place.
        features: The corpus.
        loss: What it makes small.
        settings: The hyperparameters.
        folder: Where the model and training.json go.
        encoder: The encoder's folder.
        start: The folder of the tagger that the model comes from, or None for the encoder.
        whole: True for a folder that stands on its own; False to leave out what the model
            shares with the encoder.
        seed: Decides order and dropout.
        checkpoint: Where a killed training leaves its state.
        processes: How many processes share each update, on a GPU each.
        kept: Whether the weights keep a second name until the run has recorded the job. Of a
            model that is deleted during the run, it would hold the space.

    Raises:
        InputError: A window is longer than what the encoder reads, or there are fewer layers to
            freeze than asked for.
    """
    check_window(model, settings.max_subwords)
    freeze(model, embeddings=settings.freeze_embeddings, layers=settings.freeze_layers)
    trainer = train(
        model,
        features,
        loss,
        settings,
        seed=seed,
        checkpoint=Path(checkpoint),
        processes=processes,
    )
    sentences = len(features.sentence_offsets) - 1
    write_json(Path(folder) / "training.json", {"sentences": sentences, "curve": trainer.curve})
    write_tagger(model, encoder, folder, whole=whole, start=start)
    if kept:
        trainer.keep(Path(folder) / WEIGHTS)
    Path(checkpoint).unlink(missing_ok=True)
