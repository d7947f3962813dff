"""Train the student on the unlabelled pool, from soft labels and votes."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from unitrans.corpora.sentences import evenly_spaced, read_sentences
from unitrans.corpora.tags import label_classes
from unitrans.distillation.lessons import PoolLabels, make_lessons
from unitrans.distillation.loss import DistillationSettings, StudentLoss
from unitrans.distillation.people import TIMES, HumanLabels
from unitrans.encoders.features import store_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.taggers.folder import FORMAT
from unitrans.taggers.trainer import TrainingSettings
from unitrans.taggers.training import start_tagger, train_and_write


def train_student(
    pool: str | Path,
    folder: str | Path,
    *,
    whole: bool,
    soft_labels: Sequence[str | Path],
    votes: str | Path | None,
    encoder: str | Path,
    start: str | Path | None,
    source: str | Path | None = None,
    answers: Sequence[str | Path] = (),
    corrected: str | Path | None = None,
    held_out: Sequence[str | Path] = (),
    settings: TrainingSettings,
    distillation: DistillationSettings,
    language: str,
    seed: int,
    checkpoint: str | Path,
    processes: int = 1,
) -> None:
    """Train the student and write it.

    Args:
        pool: JSON lines of unlabelled sentences.
        folder: Where the model and training.json go.
        whole: True for a folder that stands on its own; False to leave out what the model
            shares with the encoder, as a teacher does.
        soft_labels: Files whose mean is learned from; none where no soft labels are.
        votes: The file of votes, or None.
        encoder: The encoder's folder.
        start: The folder of a model to start from, or None for the encoder.
        source: JSON lines of labelled source sentences to learn from as well; of them as many
            as the pool has are taken, evenly spaced. None for the pool alone.
        answers: Files that say what single names of the pool are.
        corrected: JSON lines of labelled target sentences, or None.
        held_out: JSON lines of sentences to score on; of the corrected ones these are left out.
        settings: The hyperparameters.
        distillation: How it learns from soft labels and votes.
        language: ISO 639-1 code; the folder tells it to those who tag raw text.
        seed: Decides first weights, order and dropout.
        checkpoint: Where a killed training leaves its state.
        processes: How many processes share each update, on a GPU each.

    Raises:
        InputError: The soft labels or the votes are of other sentences than the pool.

    Source: UniTrans, section 3.4 (theta_stu).
    """
    labels = PoolLabels.read(pool, soft_labels, votes)
    tag_set = labels.tag_set
    people = HumanLabels.read(answers, corrected, held_out, types=tag_set.types, language=language)
    further = TIMES * people.corrected
    if source:
        further += evenly_spaced(read_sentences(source, labelled=True), labels.sentences)
    scratch = Path(checkpoint).parent
    loss = StudentLoss(
        *make_lessons(
            labels,
            people,
            label_classes(further, tag_set, path=source or pool),
            distillation,
            language=language,
            folder=scratch,
        ),
        distillation,
        tag_set,
    )
    features = store_features(
        chain(labels.pool.blocks(), [further]),
        load_tokenizer(encoder),
        max_subwords=settings.max_subwords,
        folder=scratch,
    )
    model = start_tagger(encoder, tag_set, start=start, seed=seed)
    model.config.unitrans = {
        "format": FORMAT,
        "language": language,
        "max_subwords": settings.max_subwords,
    }
    train_and_write(
        model,
        features,
        loss,
        settings,
        folder=folder,
        encoder=encoder,
        start=start,
        whole=whole,
        seed=seed,
        checkpoint=checkpoint,
        processes=processes,
        kept=whole,  # a variant may be deleted once others have learned from it
    )
