"""Tag sets, tag schemes, entities, and the moves that BIO allows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from unitrans.errors import InputError

if TYPE_CHECKING:
    import numpy as np

    from unitrans.corpora.sentences import Sentence

OUTSIDE = "O"
# No apostrophes: they belong to names, as in Kievan Rus'.
QUOTATION_MARKS = frozenset('"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a')
QUOTATION_MARKS |= frozenset("\u3008\u3009\u300a\u300b\u300c\u300d\u300e\u300f") | {"``", "''"}


class Scheme(StrEnum):
    """How a corpus writes the borders of an entity in its tags."""

    BIO = "bio"  # B- opens every entity (also called IOB2)
    IOB1 = "iob1"  # B- only where an entity follows one of its own type
    BIOES = "bioes"  # E- ends and S- is a single word
    BILOU = "bilou"  # L- ends and U- is a single word

    @property
    def borders(self) -> str:
        """The letters that may stand before the hyphen of a tag."""
        return {Scheme.BIOES: "BIES", Scheme.BILOU: "BILU"}.get(self, "BI")


class Entity(NamedTuple):
    """An entity of a sentence: words ``start`` to ``end`` (exclusive) are of ``type``."""

    type: str
    start: int
    end: int


@dataclass(frozen=True)
class TagSet:
    """The classes of a tagger: O, then B- and I- of every type, in the order given.

    Attributes:
        types: Entity types, such as PER.

    Raises:
        InputError: There is no type, or one stands twice.
    """

    types: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.types or len(set(self.types)) != len(self.types):
            raise InputError(f"entity types: found {list(self.types)}; expected distinct names")

    @classmethod
    def of(cls, tags: Iterable[str]) -> "TagSet":
        """Find the tag set that a list of tags by class number belongs to.

        Args:
            tags: O, then B- and I- of every type.

        Returns:
            The tag set.

        Raises:
            InputError: They are others, or in another order.
        """
        named = list(tags)
        types = dict.fromkeys(
            tag[2:] for tag in named if isinstance(tag, str) and has_form(tag, "BI")
        )
        types.pop("", None)
        found = cls(tuple(types)) if types else None
        if found is None or list(found.tags) != named:
            raise InputError(
                f"found classes {', '.join(map(str, named))[:120]}; expected "
                f"{', '.join(found.tags) if found else 'O, then B- and I- of every type'}, "
                "in this order"
            )
        return found

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The C tags by class number."""
        return (OUTSIDE, *(f"{border}-{kind}" for kind in self.types for border in "BI"))

    @cached_property
    def index(self) -> dict[str, int]:
        """The class number of each tag."""
        return {tag: number for number, tag in enumerate(self.tags)}

    @cached_property
    def continuations(self) -> "np.ndarray":
        """The class that goes on with each class inside a word (C,): I-X after B-X, O after O."""
        import numpy as np

        return np.array([self.index[tag.replace("B-", "I-", 1)] for tag in self.tags])

    @cached_property
    def approaches(self) -> "np.ndarray":
        """The class of a blank before each class (C,): I-X before I-X, O before B-X and O."""
        import numpy as np

        return np.array([self.index[tag] if tag[0] == "I" else 0 for tag in self.tags])

    @cached_property
    def legal_moves(self) -> "np.ndarray":
        """Which class may follow which.

        Shape (C + 1, C), boolean; the last row is the start of a sentence. I-X may only
        follow B-X or I-X.
        """
        import numpy as np

        before = (*self.tags, OUTSIDE)
        return np.array(
            [
                [not tag.startswith("I-") or old[2:] == tag[2:] for tag in self.tags]
                for old in before
            ]
        )


def entities(tags: Sequence[str]) -> list[Entity]:
    """Find the entities of a BIO sequence, as conlleval counts them.

    An I- without a B- before it, or of another type than the tag before it, opens an entity.

    Args:
        tags: W BIO tags.

    Returns:
        The entities from left to right; they never overlap.

    Source: conlleval (Tjong Kim Sang, CoNLL-2000), startOfChunk and endOfChunk.
    """
    found: list[Entity] = []
    start, kind = 0, ""
    for position, tag in enumerate((*tags, OUTSIDE)):
        border, _, new = tag.partition("-")
        if kind and (border != "I" or new != kind):
            found.append(Entity(kind, start, position))
            kind = ""
        if border != OUTSIDE and not kind:
            start, kind = position, new
    return found


def bio_tags(spans: Iterable[Entity], length: int) -> tuple[str, ...]:
    """Write entities as BIO tags.

    Args:
        spans: Entities that do not overlap.
        length: W, the number of words.

    Returns:
        W tags.
    """
    tags = [OUTSIDE] * length
    for kind, start, end in spans:
        tags[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - start - 1)]
    return tuple(tags)


def has_form(tag: str, borders: str) -> bool:
    """Whether a tag is O, or a border letter, a hyphen and a type.

    Args:
        tag: Any text.
        borders: The border letters that are allowed, such as ``BI``.

    Returns:
        True for a tag of that form.
    """
    return tag == OUTSIDE or (len(tag) > 2 and tag[0] in borders and tag[1] == "-")


def recognise_scheme(sentences: Iterable[Sequence[str]]) -> Scheme:
    """Tell the scheme of a corpus from all its tags.

    An E- or S- tag means BIOES, an L- or U- tag BILOU. Otherwise it is IOB1 where an I- opens
    an entity somewhere and no B- stands but behind a word of its own type; else BIO.

    Args:
        sentences: The tags of each sentence, each of the form that some scheme allows.

    Returns:
        The scheme.

    Raises:
        InputError: The tags mix BIOES and BILOU.
    """
    borders: set[str] = set()
    opened_by_i = b_opens_freely = False
    for tags in sentences:
        before = OUTSIDE
        for tag in tags:
            if tag != OUTSIDE:
                borders.add(tag[0])
                follows_its_type = before[2:] == tag[2:]
                opened_by_i |= tag[0] == "I" and not follows_its_type
                b_opens_freely |= tag[0] == "B" and not follows_its_type
            before = tag
    bioes, bilou = borders & set("ES"), borders & set("LU")
    if bioes and bilou:
        raise InputError(
            f"found tags with {' and '.join(sorted(bioes | bilou))}; expected one tag scheme, "
            "bioes or bilou"
        )
    if bioes or bilou:
        return Scheme.BIOES if bioes else Scheme.BILOU
    return Scheme.IOB1 if opened_by_i and not b_opens_freely else Scheme.BIO


def to_bio(tags: Sequence[str], scheme: Scheme) -> tuple[tuple[str, ...], int]:
    """Write the tags of a sentence in BIO, with the entities that conlleval would count.

    A tag that goes on with an entity where none of its type is open opens one: the rule of
    IOB1, and a slip of the annotation in every other scheme.

    Args:
        tags: W tags of the given scheme.
        scheme: How they write borders.

    Returns:
        W BIO tags, and how many slips were mended.
    """
    written: list[str] = []
    open_type, slips = "", 0
    for tag in tags:
        if tag == OUTSIDE:
            written.append(OUTSIDE)
            open_type = ""
            continue
        border, kind = tag[0], tag[2:]
        goes_on = border in "IEL" and kind == open_type
        slips += border in "IEL" and not goes_on and scheme is not Scheme.IOB1
        written.append(f"{'I' if goes_on else 'B'}-{kind}")
        open_type = "" if border in "ESLU" else kind
    return tuple(written), slips


def without_edge_quotes(tokens: Sequence[str], tags: Sequence[str]) -> tuple[str, ...]:
    """Take the quotation marks around an entity out of it.

    Of twelve annotated corpora one counts them in, and then for one entity in a hundred. A mark
    whose partner stands inside the entity is part of it: *Grupo " Magenta "*.

    Args:
        tokens: W words.
        tags: W BIO tags.

    Returns:
        W BIO tags.
    """
    if QUOTATION_MARKS.isdisjoint(tokens):
        return tuple(tags)
    found = []
    for kind, start, end in entities(tags):
        while start < end and (cut := _quotes_at_edges(tokens[start:end])) != (0, 0):
            start, end = start + cut[0], max(start + cut[0], end - cut[1])
        if start < end:
            found.append(Entity(kind, start, end))
    return tuple(bio_tags(found, len(tokens)))


def _quotes_at_edges(words: Sequence[str]) -> tuple[int, int]:
    """How many quotation marks, 0 or 1, to take from the start and from the end."""
    first, last = words[0] in QUOTATION_MARKS, words[-1] in QUOTATION_MARKS
    if first and last:
        return 1, 1
    if not QUOTATION_MARKS.isdisjoint(words[1:-1]):
        return 0, 0
    return int(first), int(last)


def label_classes(
    sentences: "Sequence[Sentence]", tag_set: TagSet, *, path: str | Path
) -> "np.ndarray":
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
    import numpy as np

    tags = [tag for sentence in sentences for tag in sentence.tags or ()]
    unknown = sorted(set(tags) - set(tag_set.tags))
    if unknown:
        raise InputError.at(path, found=f"tag {unknown[0]!r}", expected=f"one of {tag_set.tags}")
    return np.array([tag_set.index[tag] for tag in tags], dtype=np.int64)
