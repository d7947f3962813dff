"""What becomes of the sentences of a split: cleaned, left out, chosen, named."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from unitrans.corpora.formats import Parsed
from unitrans.corpora.raw_text import clean_word
from unitrans.corpora.sentences import UNSEEN, Sentence, all_differ, digest
from unitrans.corpora.tags import OUTSIDE
from unitrans.errors import InputError

UNLABELLED, ORACLE = "unlabelled", "oracle"
POOL = (UNLABELLED, ORACLE)  # the same sentences, without their labels and with them
SCORED = ("dev", "test")  # no sentence of these is ever dropped


class Cleaner:
    """Cleans the words of sentences, and says afterwards what it met.

    A word with nothing to see is left out, and so is a sentence of nothing else; in dev and test
    it stays, as a word outside all entities, so that the gold has as many words as its file.

    Args:
        source: The file, for messages.
        split: train, unlabelled, oracle, dev or test.

    Attributes:
        read: Sentences with something to see.
        unseen: Words with nothing to see.
    """

    def __init__(self, source: str, split: str) -> None:
        self.read = 0
        self.unseen = 0
        self._source = source
        self._scored = split in SCORED
        self._names: array | None = array("q")  # eight bytes each; None where one has none

    def clean(self, parsed: Iterable[Parsed]) -> Iterator[tuple[int, Sentence]]:
        """Clean sentences.

        Args:
            parsed: The sentences as read, with BIO tags.

        Yields:
            The number of each sentence in the file, from 1, and the sentence, with the name
            that the file gives it, or none.

        Raises:
            InputError: A word inside an entity has nothing to see.
        """
        for number, sentence in enumerate(parsed, 1):
            if sentence.id is None:
                self._names = None
            elif self._names is not None:
                self._names.append(digest([sentence.id]))
            tokens, tags = tuple(map(clean_word, sentence.tokens)), sentence.tags
            if not all(tokens):
                tokens, tags = self._without_unseen(sentence, tokens)
            if tokens:
                self.read += 1
                yield number, Sentence(sentence.id or "", tokens, tags)

    @property
    def named(self) -> bool:
        """Whether the file has given every sentence a name of its own."""
        return self._names is not None and all_differ(self._names)

    def _without_unseen(
        self, sentence: Parsed, tokens: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
        """The words and tags of a sentence in which some words have nothing to see."""
        tags = sentence.tags
        places = [place for place, token in enumerate(tokens) if not token]
        self.unseen += len(places)
        for place in places:
            if tags and tags[place] != OUTSIDE:
                raise InputError.at(
                    self._source,
                    sentence.lines[place],
                    found=f"a word with nothing to see, {sentence.tokens[place]!r}, "
                    f"inside an entity ({tags[place]})",
                    expected="a word that can be seen",
                )
        if self._scored:
            return tuple(token or UNSEEN for token in tokens), tags
        kept = [place for place, token in enumerate(tokens) if token]
        return tuple(tokens[place] for place in kept), tags and tuple(tags[n] for n in kept)


def drop_sentences(
    numbered: Iterable[tuple[int, Sentence]],
    *,
    split: str,
    shortest: int,
    longest: int,
    dropped: Counter[str],
) -> Iterator[tuple[int, Sentence]]:
    """Leave out what is too long and, of the pool, what is too short or stands twice.

    Args:
        numbered: Sentences with their numbers.
        split: train, unlabelled, oracle, dev or test; of dev and test none is left out.
        shortest: Words of a sentence of the pool at least.
        longest: Words of a sentence at most.
        dropped: Takes in how many are left out for which reason.

    Yields:
        The others.
    """
    if split in SCORED:
        yield from numbered
        return
    seen: set[int] = set()
    for number, sentence in numbered:
        if len(sentence.tokens) > longest:
            dropped["too_long"] += 1
        elif split not in POOL:
            yield number, sentence
        elif len(sentence.tokens) < shortest:
            dropped["too_short"] += 1
        elif (key := digest(sentence.tokens)) in seen:
            dropped["duplicate"] += 1
        else:
            seen.add(key)
            yield number, sentence


def take_sentences(
    numbered: Iterable[tuple[int, Sentence]], wanted: np.ndarray, *, prefix: str | None
) -> Iterator[Sentence]:
    """Take the chosen sentences, under their names.

    Args:
        numbered: S sentences with their numbers in the file.
        wanted: Whether each is taken (S,).
        prefix: What comes before a sentence's number in its name; None for the file's names.

    Yields:
        The sentences, in order.
    """
    for (number, sentence), taken in zip(numbered, wanted, strict=True):
        if taken:
            yield replace(sentence, id=f"{prefix}-{number}") if prefix else sentence
