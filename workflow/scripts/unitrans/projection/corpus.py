"""What a projection through alignments kept and lost: projected files, counts, and a sample."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.corpora.tags import Entity, TagSet, entities
from unitrans.errors import InputError
from unitrans.jobs.artifacts import write_json, write_text
from unitrans.jobs.log import LOGGER
from unitrans.projection.labels import Outcome, count
from unitrans.projection.links import Link, read_links
from unitrans.projection.spans import ProjectedSpans, Projector, Reason, SpanSettings
from unitrans.translation.words import TranslatedSentence, read_translation

SAMPLES = 20  # sentences of each kind in the readable file


def project_spans(
    translation: str | Path,
    alignments: str | Path,
    output: str | Path,
    stats: str | Path,
    sample: str | Path,
    *,
    entity_types: Sequence[str],
    settings: SpanSettings,
) -> None:
    """Project the labels of a translation through its alignment, from file to file.

    Args:
        translation: The translated sentences.
        alignments: Their alignment, a line for each.
        output: The labelled target sentences to write.
        stats: The counts to write.
        sample: Sentences side by side to write, for people to read.
        entity_types: The types that tags may have.
        settings: How.

    Raises:
        InputError: A tag is unknown, or no sentence is left.
    """
    tag_set = TagSet(tuple(entity_types))
    numbered = read_translation(translation)
    for number, sentence in numbered:
        if unknown := sorted(set(sentence.tags) - set(tag_set.tags)):
            raise InputError.at(
                translation, number, found=f"tag {unknown[0]!r}", expected=", ".join(tag_set.tags)
            )
    sentences = [sentence for _, sentence in numbered]
    links = read_links(alignments, sentences)
    projector = Projector(sentences, settings)
    pairs = [
        (sentence, projector.project(sentence, some))
        for sentence, some in zip(sentences, links, strict=True)
    ]
    kept = [pair for pair in pairs if pair[1].dropped is None]
    if not kept:
        raise InputError.at(translation, found="no sentence that passes", expected="some")
    write_sentences(
        output, (Sentence(source.id, source.translation, new.tags) for source, new in kept)
    )
    counts = count_spans(pairs, links, tag_set.types)
    write_json(stats, {"method": str(settings.method), **counts})
    write_text(sample, format_sample(pairs))
    shares = counts["shares"]
    LOGGER.info(
        "kept %.1f%% of sentences and %.1f%% of entities; %.1f%% of source words aligned",
        *(100 * shares[key] for key in ("sentences_kept", "entities_kept", "words_aligned")),
    )


def count_spans(
    pairs: Sequence[tuple[TranslatedSentence, ProjectedSpans]],
    links: Sequence[Sequence[Link]],
    types: Sequence[str],
) -> dict[str, Any]:
    """Count what became of sentences, entities and words.

    Args:
        pairs: All sentences with their projections.
        links: Their alignment.
        types: The entity types in order.

    Returns:
        A JSON value: the counts of ``projection.count``, the reasons in all and per type, and
        the shares of sentences and entities kept and of words aligned.
    """
    kept = sum(new.dropped is None for _, new in pairs)
    counts = count(pairs, kept, types)
    reasons = Counter(
        (span.type, reason)
        for sentence, new in pairs
        for span, reason in zip(entities(sentence.tags), new.reasons, strict=True)
        if reason
    )
    entity_total = sum(counts["entities"].values())
    entities_kept = sum(counts["entities"][kind] for kind in (Outcome.PROJECTED, Outcome.PARTIAL))
    aligned = sum(len({source for source, _ in some}) for some in links)
    words = sum(len(sentence.tokens) for sentence, _ in pairs)
    return {
        **counts,
        "dropped": {
            str(reason): sum(new.dropped is reason for _, new in pairs)
            for reason in (Reason.LENGTH_RATIO, Reason.COVERAGE, Reason.INCOMPLETE)
        },
        "reasons": {
            str(reason): {kind: reasons[kind, reason] for kind in types} for reason in Reason
        },
        "shares": {
            "sentences_kept": round(kept / len(pairs), 4),
            "entities_kept": round(entities_kept / max(entity_total, 1), 4),
            "words_aligned": round(aligned / words, 4),
        },
    }


def format_sample(pairs: Sequence[tuple[TranslatedSentence, ProjectedSpans]]) -> str:
    """Set sentences side by side, some of each kind, evenly spaced.

    Args:
        pairs: All sentences with their projections.

    Returns:
        For each sentence its source and target in brackets and a line for each entity.
    """
    kinds: dict[str, list[tuple[TranslatedSentence, ProjectedSpans]]] = {
        str(outcome): [] for outcome in (*Outcome, "without entities")
    }
    rank = [Outcome.LOST, Outcome.FILTERED, Outcome.PARTIAL, Outcome.PROJECTED]
    for pair in pairs:
        worst = next((outcome for outcome in rank if outcome in pair[1].outcomes), None)
        kinds[str(worst or "without entities")].append(pair)
    parts = []
    for kind, some in kinds.items():
        step = max(1, -(-len(some) // SAMPLES))
        parts.append(f"=== {kind}: {len(some)} sentences, {len(some[::step])} shown\n")
        parts += [_describe(*pair) for pair in some[::step]]
    return "\n".join(parts)


def _describe(sentence: TranslatedSentence, new: ProjectedSpans) -> str:
    """One sentence of the readable file."""
    spans = entities(sentence.tags)
    lines = [
        f"{sentence.id}" + (f" (dropped: {new.dropped})" if new.dropped else ""),
        f"  source  {bracketed(sentence.tokens, spans)}",
        f"  target  {bracketed(sentence.translation, entities(new.tags))}",
    ]
    for span, found, outcome, reason in zip(
        spans, new.spans, new.outcomes, new.reasons, strict=True
    ):
        source = " ".join(sentence.tokens[span.start : span.end])
        target = " ".join(sentence.translation[found.start : found.end]) if found else "-"
        why = f" ({reason})" if reason else ""
        lines.append(f"    {span.type}: {source} -> {target}: {outcome}{why}")
    return "\n".join(lines) + "\n"


def bracketed(words: Sequence[str], spans: Sequence[Entity]) -> str:
    """Write a sentence with its entities in brackets.

    Args:
        words: Its words.
        spans: Its entities, none overlapping.

    Returns:
        Such as ``[PER Ingrid] came .``
    """
    written = list(words)
    for kind, start, end in spans:
        written[start] = f"[{kind} {written[start]}"
        written[end - 1] += "]"
    return " ".join(written)
