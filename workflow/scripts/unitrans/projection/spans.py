"""Projection through word alignments: which target words a source entity has become."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from unitrans.corpora.casing import LowerCase
from unitrans.corpora.tags import Entity, bio_tags, entities
from unitrans.corpora.writing import Capitals, capitals_of
from unitrans.errors import InputError
from unitrans.projection.labels import Outcome, Projected, lost_capitals
from unitrans.projection.links import Link
from unitrans.projection.span_choice import (
    AlignedPair,
    Candidate,
    candidates,
    choose_jointly,
    extend_names,
    function_words,
    longest_run,
    most_similar,
    pair_up,
)
from unitrans.translation.words import TranslatedSentence


class SpanMethod(StrEnum):
    """How an entity's target words become a span."""

    RUNS = "runs"  # the longest run of aligned words, gaps of one closed
    SPANS = "spans"  # the span with the largest overlap, chosen jointly for all entities


class Keep(StrEnum):
    """Which sentences the projection keeps."""

    ALL = "all"
    FOUND = "found"  # those of which no entity was lost or filtered
    COMPLETE = "complete"  # those that lost no entity, nor a part of one


class Reason(StrEnum):
    """Why an entity was not projected, or not in full."""

    NO_LINK = "no_link"  # none of its words is aligned
    NO_SPAN = "no_span"  # its words are punctuation, or another entity has them
    LOW_SCORE = "low_score"  # its best span overlaps too little
    LOWER_CASE = "lower_case"  # the target language writes it in lower case throughout
    SOME_LINKS = "some_links"  # some of its words are not aligned with its span
    LENGTH_RATIO = "length_ratio"  # its sentence's two sides differ too much in length
    COVERAGE = "coverage"  # too few words of its sentence are aligned
    INCOMPLETE = "incomplete"  # its sentence was dropped for another entity


@dataclass(frozen=True, kw_only=True)
class SpanSettings:
    """How labels are projected through alignments.

    Attributes:
        method: runs or spans.
        keep: all sentences, those without a lost or filtered entity, or those whose every
            entity was projected in full.
        lower_case: drop takes the label from an entity that the translation writes in lower
            case throughout, though the source does not; keep leaves it.
        maximum_gap: spans: so many unaligned words may stand between two aligned ones.
        function_word_share: A lower-case word that makes up so much of a language's running
            words is a function word; 1 for none.
        function_word_weight: spans: what function words and punctuation count, beside 1 for
            all other words.
        extend_names: spans: whether names go on over capitalised words without a link, where
            capitals mark names: in German they never do.
        minimum_score: spans: an entity whose best span overlaps less is filtered.
        repair_similarity: An entity without a span gets the free span whose text is so
            similar, 1 for equal text; 0 for no repair.
        maximum_length_ratio: A sentence is dropped whose longer side has more than so many
            times the words of the shorter.
        minimum_coverage: A sentence is dropped of whose source words a smaller share is
            aligned.

    Raises:
        InputError: A value is not allowed.
    """

    method: str = SpanMethod.SPANS
    keep: str = Keep.FOUND
    lower_case: str = LowerCase.KEEP
    maximum_gap: int = 4
    function_word_share: float = 0.01
    function_word_weight: float = 0.1
    extend_names: bool = True
    minimum_score: float = 0.3
    repair_similarity: float = 0.8
    maximum_length_ratio: float = 3.0
    minimum_coverage: float = 0.3

    def __post_init__(self) -> None:
        choices = (("method", SpanMethod), ("keep", Keep), ("lower_case", LowerCase))
        for key, allowed in choices:
            if (value := getattr(self, key)) not in list(allowed):
                raise InputError(
                    f"span_projection.{key}: found {value!r}; expected {', '.join(allowed)}"
                )
        limits = {"maximum_gap": (0, 100), "maximum_length_ratio": (1, 1000)}
        for key in self.__dataclass_fields__:
            value = getattr(self, key)
            least, most = limits.get(key, (0, 1))
            if not isinstance(value, str) and not least <= value <= most:
                raise InputError(
                    f"span_projection.{key}: found {value!r}; "
                    f"expected a number from {least} to {most}"
                )


@dataclass(frozen=True)
class ProjectedSpans(Projected):
    """A sentence with labels projected through its alignment.

    Attributes:
        spans: The target span of each source entity; None without one.
        reasons: Why an entity was not projected in full; None where it was.
        dropped: Why the sentence is left out; None where it is kept.
    """

    spans: tuple[Entity | None, ...]
    reasons: tuple[Reason | None, ...]
    dropped: Reason | None = None


class Projector:
    """Projects the labels of sentences through their alignments."""

    def __init__(self, sentences: Sequence[TranslatedSentence], settings: SpanSettings) -> None:
        """Learn the function words of both languages, and what capitals mean in the target.

        Args:
            sentences: The whole corpus.
            settings: How.
        """
        share = settings.function_word_share
        self._settings = settings
        self._source_function_words = function_words((s.tokens for s in sentences), share)
        self._target_function_words = function_words((s.translation for s in sentences), share)
        self._extend_names = settings.extend_names and (
            capitals_of(s.translation for s in sentences) is not Capitals.NOUNS
        )

    def project(self, sentence: TranslatedSentence, links: Sequence[Link]) -> ProjectedSpans:
        """Project the labels of a sentence.

        Args:
            sentence: The sentence.
            links: Its alignment.

        Returns:
            Legal BIO tags for its target words, and what became of each entity.
        """
        settings = self._settings
        pair = pair_up(
            sentence.tokens,
            sentence.translation,
            links,
            source_function_words=self._source_function_words,
            target_function_words=self._target_function_words,
            light=settings.function_word_weight,
        )
        spans = entities(sentence.tags)
        choose = _choose_runs if settings.method == SpanMethod.RUNS else self._choose_spans
        chosen = choose(pair, spans)
        reasons = [
            self._judge(pair, span, choice) for span, choice in zip(spans, chosen, strict=True)
        ]
        found = [
            Entity(span.type, choice.start, choice.end)
            if choice is not None and reason is not Reason.LOW_SCORE
            else None
            for span, choice, reason in zip(spans, chosen, reasons, strict=True)
        ]
        self._repair(pair, spans, found, reasons)
        if settings.lower_case == LowerCase.DROP:
            _drop_lower_case(pair, spans, found, reasons)
        return self._filter(pair, found, reasons)

    def _choose_spans(
        self, pair: AlignedPair, spans: Sequence[Entity]
    ) -> Sequence[Candidate | None]:
        gap = self._settings.maximum_gap
        chosen = choose_jointly([candidates(pair, span, maximum_gap=gap) for span in spans])
        return extend_names(pair, chosen) if self._extend_names else chosen

    def _judge(self, pair: AlignedPair, span: Entity, choice: Candidate | None) -> Reason | None:
        """Why an entity is not projected, or not in full."""
        if choice is None:
            return Reason.NO_SPAN if pair.linked(span) else Reason.NO_LINK
        if choice.score < self._settings.minimum_score:
            return Reason.LOW_SCORE
        reached = {a for b in range(choice.start, choice.end) for a in pair.partners.get(b, ())}
        wanted = range(span.start, span.end)
        heaviest = max(pair.source_weights[a] for a in wanted)
        whole = all(a in reached for a in wanted if pair.source_weights[a] == heaviest)
        return None if whole else Reason.SOME_LINKS

    def _repair(
        self,
        pair: AlignedPair,
        spans: Sequence[Entity],
        found: list[Entity | None],
        reasons: list[Reason | None],
    ) -> None:
        """Look for the entities without a span by their text, and fill them in."""
        if not self._settings.repair_similarity:
            return
        free = _free(pair, found)
        for number, span in enumerate(spans):
            if found[number] is None:
                place = most_similar(
                    pair.source[span.start : span.end],
                    pair.target,
                    free=free,
                    least=self._settings.repair_similarity,
                )
                if place is not None:
                    found[number], reasons[number] = Entity(span.type, *place), None
                    free -= set(range(*place))

    def _filter(
        self, pair: AlignedPair, found: Sequence[Entity | None], reasons: Sequence[Reason | None]
    ) -> ProjectedSpans:
        """Decide about the sentence."""
        settings = self._settings
        lengths = sorted((len(pair.source), len(pair.target)))
        aligned = {a for some in pair.partners.values() for a in some}
        faults = [reason for reason in reasons if reason not in (None, Reason.LOWER_CASE)]
        missing = any(reason is not Reason.SOME_LINKS for reason in faults)
        dropped = None
        if lengths[1] > settings.maximum_length_ratio * lengths[0]:
            dropped = Reason.LENGTH_RATIO
        elif len(aligned) < settings.minimum_coverage * len(pair.source):
            dropped = Reason.COVERAGE
        elif (settings.keep == Keep.FOUND and missing) or (
            settings.keep == Keep.COMPLETE and faults
        ):
            dropped = Reason.INCOMPLETE
        return ProjectedSpans(
            tags=bio_tags(filter(None, found), len(pair.target)),
            outcomes=tuple(
                _outcome(span, reason, dropped) for span, reason in zip(found, reasons, strict=True)
            ),
            spans=tuple(found),
            reasons=tuple(reason or dropped for reason in reasons),
            dropped=dropped,
        )


def _choose_runs(pair: AlignedPair, spans: Sequence[Entity]) -> Sequence[Candidate | None]:
    """Each entity's longest run, from left to right; what one has, the next cannot take."""
    free = set(range(len(pair.target)))
    chosen = []
    for span in spans:
        run = longest_run(pair, span, free)
        if run is not None:
            free -= set(range(run.start, run.end))
        chosen.append(run)
    return chosen


def _drop_lower_case(
    pair: AlignedPair,
    spans: Sequence[Entity],
    found: list[Entity | None],
    reasons: list[Reason | None],
) -> None:
    """Take the spans of entities that lost their capitals."""
    for number, (span, new) in enumerate(zip(spans, list(found), strict=True)):
        if new is not None and lost_capitals(
            pair.source[span.start : span.end], pair.target[new.start : new.end]
        ):
            found[number], reasons[number] = None, Reason.LOWER_CASE


def _free(pair: AlignedPair, found: Sequence[Entity | None]) -> set[int]:
    """The target words that no entity has."""
    taken = {b for span in found if span for b in range(span.start, span.end)}
    return set(range(len(pair.target))) - taken


def _outcome(span: Entity | None, reason: Reason | None, dropped: Reason | None) -> Outcome:
    """What became of an entity."""
    if reason in (Reason.LOW_SCORE, Reason.LOWER_CASE):
        return Outcome.FILTERED
    if span is None:
        return Outcome.LOST
    if dropped:
        return Outcome.FILTERED
    return Outcome.PARTIAL if reason else Outcome.PROJECTED
