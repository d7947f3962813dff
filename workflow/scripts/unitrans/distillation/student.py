"""Train the student on the unlabelled pool, from soft labels and votes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from unitrans.corpora.casing import LowerCase, true_cased
from unitrans.corpora.sentences import evenly_spaced, read_sentences
from unitrans.distillation.loss import DistillationSettings, StudentLoss
from unitrans.distillation.people import TIMES, HumanLabels
from unitrans.distillation.pool import drop_lower_case, share_types
from unitrans.distillation.soft_labels import WordFile, mean_probabilities, read_aligned
from unitrans.encoders.features import make_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.taggers.teacher import label_classes
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
    sentences = read_sentences(pool, labelled=False)
    files = read_aligned(soft_labels, "probabilities")
    voted = WordFile.read(votes, "votes") if votes else None
    tokenizer = load_tokenizer(encoder)
    lessons = list(zip(soft_labels, files, strict=True))
    if votes and voted:
        lessons.append((votes, voted))
    for path, file in lessons:
        file.check(path, sentences, pool)
    probabilities = mean_probabilities([file.values for file in files]) if files else None
    classes = voted.values if voted else None
    tag_set = lessons[0][1].tag_set
    if distillation.lower_case is LowerCase.DROP:
        cased = true_cased(sentences, language)
        probabilities, classes = drop_lower_case(probabilities, classes, cased, tag_set)
    if probabilities is not None and distillation.type_sharing:
        words = [token for sentence in sentences for token in sentence.tokens]
        probabilities = share_types(probabilities, words, distillation.type_sharing)
    people = HumanLabels.read(answers, corrected, held_out, types=tag_set.types, language=language)
    probabilities, classes = people.apply(probabilities, classes, sentences, tag_set)
    further = TIMES * people.corrected
    if source:
        further += evenly_spaced(read_sentences(source, labelled=True), len(sentences))
    if further:
        labels = label_classes(further, tag_set, path=source or pool)
        probabilities, classes = rehearse(probabilities, classes, labels)
        sentences = [*sentences, *further]
    features = make_features(sentences, tokenizer, max_subwords=settings.max_subwords)
    loss = StudentLoss(probabilities, classes, distillation, tag_set)
    model = start_tagger(encoder, tag_set, start=start, seed=seed)
    model.config.unitrans = {"language": language, "max_subwords": settings.max_subwords}
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


def rehearse(
    probabilities: np.ndarray | None, votes: np.ndarray | None, labels: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Put the labels of other sentences after the pool's soft labels and votes.

    Args:
        probabilities: Soft labels (W, C), or None.
        votes: Class numbers, -1 for no vote (W,), or None.
        labels: Class numbers of the words that follow (L,).

    Returns:
        Both, (W + L, C) and (W + L,): a label is a soft label without doubt, and a vote.

    Source: after experience replay in continual learning (de Masson d'Autume et al., 2019).
    """
    if probabilities is not None:
        certain = np.eye(probabilities.shape[1], dtype=np.float32)[labels]
        probabilities = np.concatenate([probabilities, certain])
    if votes is not None:
        votes = np.concatenate([votes, labels])
    return probabilities, votes
