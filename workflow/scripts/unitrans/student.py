"""Train the student on the unlabelled pool, from soft labels and votes."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from unitrans.artifacts import write_json
from unitrans.corpus import read_sentences
from unitrans.distillation import (
    DistillationSettings,
    Start,
    StudentLoss,
    WordFile,
    mean_probabilities,
    read_aligned,
)
from unitrans.errors import InputError
from unitrans.features import make_features
from unitrans.tagger import freeze, load_tokenizer, write_tagger
from unitrans.teacher import start_tagger
from unitrans.training import Trainer, TrainingSettings


def train_student(
    pool: str | Path,
    folder: str | Path,
    *,
    soft_labels: Mapping[str, str | Path],
    votes: str | Path,
    encoder: str | Path,
    tuned_teacher: str | Path,
    settings: TrainingSettings,
    distillation: DistillationSettings,
    language: str,
    seed: int,
    checkpoint: str | Path,
) -> None:
    """Train the student and write it as a folder that stands on its own.

    Args:
        pool: JSON lines of unlabelled sentences.
        folder: Where the model, its tokenizer and training.json go.
        soft_labels: The file of each teacher, by the teacher's name.
        votes: The file of votes.
        encoder: The encoder's folder.
        tuned_teacher: The folder of the tuned teacher.
        settings: The hyperparameters.
        distillation: What the student learns from.
        language: ISO 639-1 code; the folder tells it to those who tag raw text.
        seed: Decides first weights, order and dropout.
        checkpoint: Where a killed training leaves its state.

    Raises:
        InputError: The soft labels or the votes are of other sentences than the pool.

    Source: UniTrans, section 3.4 (theta_stu).
    """
    sentences = read_sentences(pool, labelled=False)
    files = dict(
        zip(soft_labels, read_aligned(list(soft_labels.values()), "probabilities"), strict=True)
    )
    voted = WordFile.read(votes, "votes")
    tokenizer = load_tokenizer(encoder)
    features = make_features(sentences, tokenizer, max_subwords=settings.max_subwords)
    for path, file in (*zip(soft_labels.values(), files.values(), strict=True), (votes, voted)):
        if not np.array_equal(file.offsets, features.sentence_offsets):
            raise InputError.at(path, found="other sentences", expected=f"those of {pool}")
    probabilities = mean_probabilities(
        {teacher: file.values for teacher, file in files.items()}, distillation.soft_labels
    )
    start = tuned_teacher if distillation.start is Start.TUNED_TEACHER else None
    model = start_tagger(encoder, voted.tag_set, start=start, seed=seed)
    model.config.unitrans = {"language": language, "max_subwords": settings.max_subwords}
    freeze(model, embeddings=settings.freeze_embeddings, layers=settings.freeze_layers)
    loss = StudentLoss(probabilities, voted.values, distillation)
    trainer = Trainer(model, features, loss, settings, seed=seed, checkpoint=Path(checkpoint))
    curve = trainer.run()
    write_json(Path(folder) / "training.json", {"sentences": len(sentences), "curve": curve})
    write_tagger(model, encoder, folder, whole=True)
    trainer.checkpoint.unlink(missing_ok=True)
