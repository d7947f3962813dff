"""Names of the pool in the place of translated ones: entities as the target language has them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from unitrans.artifacts import write_json
from unitrans.corpus import Sentence, read_sentences, write_sentences
from unitrans.distillation import WordFile
from unitrans.errors import InputError
from unitrans.prediction import viterbi
from unitrans.tags import Entity, bio_tags, entities

# A name counts where the teacher gives each of its words this much for its tag.
CONFIDENCE = 0.9

Names = Mapping[str, Sequence[tuple[str, ...]]]


def find_names(sentences: Sequence[Sentence], labels: WordFile) -> dict[str, list[tuple[str, ...]]]:
    """Find the names in the pool that a teacher is sure of.

    Args:
        sentences: The pool.
        labels: The teacher's soft labels of it.

    Returns:
        For each type, its different names, each a tuple of words, in the order of the pool.
    """
    classes = viterbi(labels.values, labels.offsets, labels.tag_set)
    sure = labels.values[np.arange(len(classes)), classes] >= CONFIDENCE
    names: dict[str, dict[tuple[str, ...], None]] = {kind: {} for kind in labels.tag_set.types}
    for sentence, begin in zip(sentences, labels.offsets, strict=False):
        tags = [labels.tag_set.tags[tag] for tag in classes[begin : begin + len(sentence.tokens)]]
        for kind, start, end in entities(tags):
            if sure[begin + start : begin + end].all():
                names[kind][sentence.tokens[start:end]] = None
    return {kind: list(found) for kind, found in names.items()}


def rename(
    sentence: Sentence, names: Names, share: float, generator: np.random.Generator
) -> tuple[Sentence, list[Entity]]:
    """Put other names in the place of some of a sentence's entities.

    Args:
        sentence: A labelled sentence.
        names: Names by type; entities of a type without any stay.
        share: The probability that an entity is replaced.
        generator: Where chance comes from.

    Returns:
        The sentence, whose length may differ, and the entities that were replaced, as they
        stood in the one before.
    """
    tokens: list[str] = []
    spans, replaced, done = [], [], 0
    for entity in entities(sentence.tags or ()):
        tokens += sentence.tokens[done : entity.start]
        name = sentence.tokens[entity.start : entity.end]
        if names.get(entity.type) and generator.random() < share:
            name = names[entity.type][int(generator.integers(len(names[entity.type])))]
            replaced.append(entity)
        spans.append(Entity(entity.type, len(tokens), len(tokens) + len(name)))
        tokens += name
        done = entity.end
    tokens += sentence.tokens[done:]
    return Sentence(sentence.id, tuple(tokens), bio_tags(spans, len(tokens))), replaced


def insert_pool_names(
    projection: str | Path,
    pool: str | Path,
    soft_labels: str | Path,
    output: str | Path,
    stats: str | Path,
    *,
    share: float,
    seed: int,
) -> None:
    """Replace entities of the projected corpus by names of the pool, from file to file.

    Args:
        projection: The labelled target sentences.
        pool: The unlabelled ones.
        soft_labels: What the source teacher says of the pool.
        output: The labelled sentences to write.
        stats: The counts to write.
        share: The share of entities to replace.
        seed: Decides which, and by what.

    Raises:
        InputError: The soft labels are of other sentences than the pool.
    """
    sentences = read_sentences(pool, labelled=False)
    labels = WordFile.read(soft_labels, "probabilities")
    if not np.array_equal(np.diff(labels.offsets), [len(s.tokens) for s in sentences]):
        raise InputError.at(soft_labels, found="other sentences", expected=f"those of {pool}")
    names = find_names(sentences, labels)
    generator = np.random.default_rng(seed)
    projected = read_sentences(projection, labelled=True)
    renamed = [rename(sentence, names, share, generator) for sentence in projected]
    total = Counter(entity.type for s in projected for entity in entities(s.tags or ()))
    replaced = Counter(entity.type for _, found in renamed for entity in found)
    write_json(
        stats,
        {
            kind: {"names": len(names[kind]), "entities": total[kind], "replaced": replaced[kind]}
            for kind in labels.tag_set.types
        },
    )
    write_sentences(output, (sentence for sentence, _ in renamed))
