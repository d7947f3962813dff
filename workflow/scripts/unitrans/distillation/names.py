"""Names of the pool in the place of names that no rule can write in its script."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import numpy as np

from unitrans.corpora.sentences import Sentence, read_sentences, write_sentences
from unitrans.corpora.shards import Pool
from unitrans.corpora.tags import Entity, TagSet, bio_tags, entities
from unitrans.corpora.writing import script_name, script_of
from unitrans.distillation.lessons import PoolLabels
from unitrans.jobs.artifacts import replacing
from unitrans.jobs.log import LOGGER
from unitrans.taggers.decoding import viterbi_tags

Name = tuple[str, ...]

# Only what the source teacher is sure of wherever it stands: English is far from such languages,
# and it takes many common words for names.
MINIMUM_PROBABILITY = 0.9
MINIMUM_SHARE = 0.8


def borrow_names(
    projection: str | Path,
    pool: str | Path,
    soft_labels: str | Path,
    output: str | Path,
    names: str | Path,
    *,
    seed: int,
) -> None:
    """Give a translated corpus names of the pool for those that stayed in another script.

    A tagger that only ever saw names in Latin letters would look for Latin letters.

    Args:
        projection: The labelled translation.
        pool: The unlabelled target corpus.
        soft_labels: What the source teacher says of it.
        output: The labelled translation to write.
        names: The table of names to write, tab-separated: type, name, count.
        seed: Seeds the choice; each sentence draws for itself.

    Raises:
        InputError: A file is damaged, or of other sentences than the pool.
    """
    labels = PoolLabels.read(pool, [soft_labels], None)
    script = script_of(sentence.tokens for sentence in Pool(pool))
    found = find_names(labels, script)
    with replacing(names) as temporary, temporary.open("w", encoding="utf-8") as handle:
        writer = csv.writer(handle, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE)
        writer.writerow(["type", "name", "count"])
        for kind, counts in found.items():
            for name, count in counts.most_common():
                writer.writerow([kind, " ".join(name), count])
    sentences = read_sentences(projection, labelled=True)
    replaced = [with_names(sentence, found, script, seed) for sentence in sentences]
    write_sentences(output, replaced)
    LOGGER.info(
        "the pool lends %s", ", ".join(f"{len(some)} {kind}" for kind, some in found.items())
    )


def find_names(labels: PoolLabels, script: str) -> dict[str, Counter[Name]]:
    """Find the names that a model is sure of nearly wherever they stand.

    Args:
        labels: What it says of the pool.
        script: The script that names have to be written in.

    Returns:
        The names of each type, with how often they were found; the most frequent first.
    """
    found: dict[str, Counter[Name]] = {kind: Counter() for kind in labels.tag_set.types}
    for sentences, probabilities, _ in labels.blocks():
        assert probabilities is not None
        for sentence, kind, start, end in _sure_entities(sentences, probabilities, labels.tag_set):
            name = sentence.tokens[start:end]
            if is_in(name, script):
                found[kind][name] += 1
    seen = _occurrences(labels.pool, {name for counts in found.values() for name in counts})
    return {
        kind: Counter({name: n for name, n in counts.items() if n >= MINIMUM_SHARE * seen[name]})
        for kind, counts in found.items()
    }


def _sure_entities(
    sentences: Sequence[Sentence], probabilities: np.ndarray, tag_set: TagSet
) -> Iterator[tuple[Sentence, str, int, int]]:
    """Go through the entities all of whose words have a probable enough class."""
    offsets = np.cumsum([0, *(len(sentence.tokens) for sentence in sentences)])
    numbers = {tag: number for number, tag in enumerate(tag_set.tags)}
    tags = viterbi_tags(probabilities, offsets, tag_set)
    for sentence, offset, row in zip(sentences, offsets[:-1], tags, strict=True):
        for kind, start, end in entities(row):
            classes = [numbers[tag] for tag in row[start:end]]
            own = probabilities[np.arange(offset + start, offset + end), classes]
            if own.min() >= MINIMUM_PROBABILITY:
                yield sentence, kind, start, end


def _occurrences(pool: Iterable[Sentence], names: set[Name]) -> Counter[Name]:
    """Count how often each name's words stand in the pool, whatever they are there."""
    lengths: dict[str, set[int]] = {}
    for name in names:
        lengths.setdefault(name[0], set()).add(len(name))
    seen: Counter[Name] = Counter()
    for sentence in pool:
        for start, word in enumerate(sentence.tokens):
            for length in lengths.get(word, ()):
                if (words := sentence.tokens[start : start + length]) in names:
                    seen[words] += 1
    return seen


def is_in(words: Iterable[str], script: str) -> bool:
    """Whether all letters of some words are of one script."""
    return all(
        script_name(letter) == script for word in words for letter in word if letter.isalpha()
    )


def with_names(
    sentence: Sentence, names: Mapping[str, Mapping[Name, int]], script: str, seed: int
) -> Sentence:
    """Put names of the pool in the place of those in another script.

    Args:
        sentence: A labelled sentence.
        names: The names of each type, with how often they stand in the pool.
        script: The pool's script.
        seed: Seeds the choice.

    Returns:
        The sentence; each such entity is another one of its type, drawn by the root of its
        count, so that frequent names do not crowd out the others.
    """
    random = Random(f"{seed} {sentence.id}")
    words: list[str] = []
    spans: list[Entity] = []
    done = 0
    for kind, start, end in entities(sentence.tags or ()):
        name = sentence.tokens[start:end]
        known = names.get(kind)
        if known and not is_in(name, script):
            [name] = random.choices(list(known), [count**0.5 for count in known.values()])
        words += sentence.tokens[done:start]
        spans.append(Entity(kind, len(words), len(words) + len(name)))
        words += name
        done = end
    words += sentence.tokens[done:]
    return Sentence(sentence.id, tuple(words), bio_tags(spans, len(words)))
