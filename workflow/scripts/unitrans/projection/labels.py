"""Projection: bring the labels of source words to the words of the translation."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from unitrans.corpora.casing import LowerCase
from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.corpora.tags import TagSet, bio_tags, entities
from unitrans.corpora.writing import Capitals, capitals_of
from unitrans.errors import InputError
from unitrans.jobs.artifacts import write_json
from unitrans.jobs.log import LOGGER
from unitrans.translation.words import TranslatedSentence, read_translation


class Outcome(StrEnum):
    """What became of an entity."""

    PROJECTED = "projected"
    PARTIAL = "partial"  # some of its words found no counterpart
    LOST = "lost"  # none did
    FILTERED = "filtered"  # a counterpart was found and then refused


@dataclass(frozen=True, kw_only=True)
class ProjectionSettings:
    """How labels are projected onto words that were translated one by one.

    Attributes:
        lower_case: drop takes the label from an entity that the translation writes in lower
            case throughout, though the source does not: where a language writes "español"
            or "norsk", CoNLL's guidelines see no entity. keep leaves it.

    Raises:
        InputError: A value is not allowed.
    """

    lower_case: str = LowerCase.DROP

    def __post_init__(self) -> None:
        if self.lower_case not in list(LowerCase):
            raise InputError(
                f"projection.lower_case: found {self.lower_case!r}; expected {', '.join(LowerCase)}"
            )


@dataclass(frozen=True)
class Projected:
    """A sentence with projected labels.

    Attributes:
        tags: One BIO tag for each target word.
        outcomes: What became of each source entity, from left to right.
    """

    tags: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


def project_corpus(
    translation: str | Path,
    output: str | Path,
    stats: str | Path,
    *,
    entity_types: Sequence[str],
    settings: ProjectionSettings,
) -> None:
    """Project the labels of a translation, from file to file.

    Args:
        translation: The translated sentences.
        output: The labelled target sentences to write.
        stats: The counts to write.
        entity_types: The types that tags may have.
        settings: How.

    Raises:
        InputError: A sentence cannot be projected, or a tag is unknown.
    """
    tag_set = TagSet(tuple(entity_types))
    pairs = []
    for number, sentence in read_translation(translation):
        if unknown := sorted(set(sentence.tags) - set(tag_set.tags)):
            raise InputError.at(
                translation, number, found=f"tag {unknown[0]!r}", expected=", ".join(tag_set.tags)
            )
        try:
            pairs.append((sentence, copy_labels(sentence, settings)))
        except InputError as error:
            raise InputError(f"{translation}:{number}: {error}") from error
    capitals = capitals_of(source.translation for source, _ in pairs)
    if capitals is Capitals.NONE:
        LOGGER.info("the translation has no capitals: lower_case decides nothing")
    write_sentences(
        output, (Sentence(source.id, source.translation, new.tags) for source, new in pairs)
    )
    counts = count(pairs, len(pairs), tag_set.types)
    write_json(stats, {"method": "copy", "capitals": capitals, **counts})


def copy_labels(sentence: TranslatedSentence, settings: ProjectionSettings) -> Projected:
    """Copy labels one to one.

    Args:
        sentence: A sentence with as many target words as source words.
        settings: Whether entities in lower case keep their label.

    Returns:
        The same tags, but for entities that are filtered.

    Raises:
        InputError: The two sides differ in length.

    Source: UniTrans, section 3.2.
    """
    if len(sentence.translation) != len(sentence.tokens):
        raise InputError(
            f"found {len(sentence.translation)} target words; "
            f"expected {len(sentence.tokens)}, one for each source word"
        )
    spans = entities(sentence.tags)
    outcomes = tuple(
        Outcome.FILTERED
        if settings.lower_case == LowerCase.DROP
        and lost_capitals(sentence.tokens[start:end], sentence.translation[start:end])
        else Outcome.PROJECTED
        for _, start, end in spans
    )
    kept = [
        span for span, outcome in zip(spans, outcomes, strict=True) if outcome != Outcome.FILTERED
    ]
    return Projected(bio_tags(kept, len(sentence.tokens)), outcomes)


def lost_capitals(source: Sequence[str], target: Sequence[str]) -> bool:
    """Whether words have capitals in the source only; scripts without case have none to lose.

    Args:
        source: The words of an entity.
        target: What they became.

    Returns:
        True for ``Spanish`` and ``español``.
    """
    return " ".join(target).islower() and not " ".join(source).islower()


def count(
    pairs: Iterable[tuple[TranslatedSentence, Projected]], kept: int, types: Iterable[str]
) -> dict[str, Any]:
    """Count what became of sentences, entities and words.

    Args:
        pairs: All sentences with their projections.
        kept: How many were kept.
        types: The entity types in order.

    Returns:
        A JSON value: sentences kept and dropped; entities by outcome, in all and per type;
        how many words of the source stand as they are in the translation.
    """
    outcomes: Counter[tuple[str, Outcome]] = Counter()
    words: Counter[str] = Counter()
    total = 0
    for sentence, new in pairs:
        total += 1
        spans = entities(sentence.tags)
        outcomes.update(
            (span.type, outcome) for span, outcome in zip(spans, new.outcomes, strict=True)
        )
        words.update(_fates(sentence))
    return {
        "sentences": {"kept": kept, "dropped": total - kept},
        "entities": {
            str(outcome): sum(outcomes[kind, outcome] for kind in types) for outcome in Outcome
        },
        "per_type": {
            kind: {str(outcome): outcomes[kind, outcome] for outcome in Outcome} for kind in types
        },
        "source_words": {key: words[key] for key in ("changed", "unchanged", "no_word")},
        "changed_share": round(words["changed"] / max(words["changed"] + words["unchanged"], 1), 4),
    }


def _fates(sentence: TranslatedSentence) -> Iterable[str]:
    """Say of each source word whether the translation has it as it is."""
    target = Counter(token.lower() for token in sentence.translation)
    for token in sentence.tokens:
        lower = token.lower()
        if not any(letter.isalpha() for letter in token):
            yield "no_word"
        elif target[lower] > 0:
            target[lower] -= 1
            yield "unchanged"
        else:
            yield "changed"
