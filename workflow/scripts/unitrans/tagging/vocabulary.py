"""A tagger without the subwords that its language does not need.

Most of a multilingual encoder's weights are in its table of subwords, and one language needs few of
them. Words that consist of the others are split into smaller pieces; all other words stay the same.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from copy import deepcopy
from math import log
from typing import Any

import numpy as np
import torch
from simplemma.strategies.dictionaries.dictionary_factory import (
    SUPPORTED_LANGUAGES,
    DefaultDictionaryFactory,
)
from tokenizers import Tokenizer
from transformers import (
    AutoModelForTokenClassification,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.writing import script_name, scripts_of
from unitrans.encoders.pieces import CONTINUED_MARK, WORD_MARKS, opening_pieces

MODELS = ("Unigram", "WordPiece")  # in others a piece is made from others that must be there, too
WORD_MARK = WORD_MARKS[0]
MOST_FORMS = 200_000  # of a dictionary; some have millions
# Of trigrams: what is added to each count, and how many letters may follow two others.
SMOOTHING, LETTERS = 0.3, 60
SPECIAL_IDS = ("pad_token_id", "bos_token_id", "eos_token_id")


def can_trim(tokenizer: PreTrainedTokenizerFast) -> bool:
    """Whether pieces of a tokenizer can be left out.

    Args:
        tokenizer: The tokenizer.

    Returns:
        True for SentencePiece's unigram models and BERT's WordPiece.
    """
    return json.loads(tokenizer.backend_tokenizer.to_str())["model"]["type"] in MODELS


def kept_pieces(
    tokenizer: PreTrainedTokenizerFast,
    pool: Iterable[Sentence],
    source: Iterable[Sentence],
    *,
    language: str,
    most: int,
) -> np.ndarray:
    """Choose the pieces that a language needs.

    They are taken, until there are enough, in this order: special ones; single characters of the
    scripts in use, so that every word can be split; what the corpora have, most frequent first;
    what opens a word with a capital, since names are what a tagger looks for; what the language's
    dictionary has; and what looks most like a word of the pool.

    Args:
        tokenizer: The tokenizer.
        pool: The target's sentences.
        source: The sentences that the tagger has learned from before.
        language: The target, ISO 639-1.
        most: How many pieces to keep, unless special ones and characters are more.

    Returns:
        Their numbers in ascending order (P,).
    """
    words = Counter(token for corpus in (pool, source) for one in corpus for token in one.tokens)
    scripts = scripts_of(words)
    texts = {number: piece for piece, number in tokenizer.get_vocab().items()}
    own = [n for n, piece in texts.items() if set(map(script_name, bare(piece))) <= scripts]
    kept = {*tokenizer.all_special_ids, *tokenizer.added_tokens_decoder}
    kept |= {number for number in own if len(bare(texts[number])) <= 1}
    opens = opening_pieces(tokenizer)
    names = [n for n in sorted(own) if opens[n] and looks_like_name(bare(texts[n]))]
    forms = Counter(dictionary_forms(language))
    order = [*_pieces_of(words, tokenizer), *names, *_pieces_of(forms, tokenizer)]
    spelling = Counter(token for one in pool for token in one.tokens)
    spelled = {n: (WORD_MARK if opens[n] else "") + bare(texts[n]) for n in own}
    for number in (*order, *by_likeness(spelled, spelling)):
        if len(kept) >= most:
            break
        kept.add(number)
    return np.array(sorted(kept))


def bare(piece: str) -> str:
    """Take the marks off a piece.

    Args:
        piece: The piece, as a vocabulary has it.

    Returns:
        What stands in the text.
    """
    return piece.removeprefix(WORD_MARK).removeprefix(CONTINUED_MARK)


def looks_like_name(text: str) -> bool:
    """Tell what may be the start of a name from what may be an abbreviation or a headline.

    Args:
        text: A piece without marks.

    Returns:
        Whether a capital and at least two small letters, and nothing else, are in it.
    """
    return len(text) > 2 and text.isalpha() and text[0].isupper() and text[1:].islower()


def dictionary_forms(language: str) -> list[str]:
    """Find the words of a language that simplemma knows, inflected ones included.

    Args:
        language: ISO 639-1 code.

    Returns:
        Words, and each with a first capital; none for a language that it does not know.
    """
    if language not in SUPPORTED_LANGUAGES:
        return []
    known = sorted(DefaultDictionaryFactory().get_dictionary(language))
    some = known[:: -(-len(known) // MOST_FORMS)]
    return [form for word in some for form in (word, word.capitalize())]


def by_likeness(pieces: Mapping[int, str], words: Mapping[str, int]) -> list[int]:
    """Sort pieces: those first that are spelled like words of one language more than of others.

    Args:
        pieces: What each piece spells, by its number, with a mark before it where it opens a word.
            The lower the number, the more frequent the piece in all languages together.
        words: The words of a language, and how often each stands.

    Returns:
        The numbers, by the logarithm of the probability of the piece's letters (trigrams) in the
        language over that in all pieces, plus that of the piece by its rank.
    """
    here = _Trigrams({WORD_MARK + word + WORD_MARK: count for word, count in words.items()})
    everywhere = _Trigrams(Counter(pieces.values()))
    score = {
        number: here.log_probability(text) - everywhere.log_probability(text) - log(rank)
        for rank, (number, text) in enumerate(sorted(pieces.items()), 1)
    }
    return sorted(score, key=lambda number: (-score[number], number))


class _Trigrams:
    """How words are spelled: the probability of each letter after the two before."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self.counts: Counter[str] = Counter()
        self.before: Counter[str] = Counter()
        for word, count in words.items():
            for gram in self._grams(word):
                self.counts[gram] += count
                self.before[gram[:-1]] += count

    @staticmethod
    def _grams(text: str) -> list[str]:
        return [text[max(0, place - 2) : place + 1] for place in range(1, len(text))]

    def log_probability(self, text: str) -> float:
        return sum(
            log((self.counts[gram] + SMOOTHING) / (self.before[gram[:-1]] + SMOOTHING * LETTERS))
            for gram in self._grams(text)
        )


def _pieces_of(words: Mapping[str, int], tokenizer: PreTrainedTokenizerFast) -> list[int]:
    """The pieces of words, most frequent first."""
    if not words:
        return []
    encoded = tokenizer(
        [[word] for word in words], is_split_into_words=True, add_special_tokens=False
    ).input_ids
    found: Counter[int] = Counter()
    for pieces, count in zip(encoded, words.values(), strict=True):
        for piece in pieces:
            found[piece] += count
    return sorted(found, key=lambda number: (-found[number], number))


def trim_tokenizer(tokenizer: PreTrainedTokenizerFast, kept: np.ndarray) -> PreTrainedTokenizerFast:
    """Leave pieces out of a tokenizer; the others get new numbers, in the same order.

    Args:
        tokenizer: The tokenizer.
        kept: The numbers of the pieces to keep, ascending (P,).

    Returns:
        A tokenizer of P pieces.
    """
    number = {int(old): new for new, old in enumerate(kept)}
    state = json.loads(tokenizer.backend_tokenizer.to_str())
    model = state["model"]
    if model["type"] == "Unigram":
        model["vocab"] = [row for old, row in enumerate(model["vocab"]) if old in number]
        model["unk_id"] = number[model["unk_id"]]
    else:
        model["vocab"] = {
            piece: number[old] for piece, old in model["vocab"].items() if old in number
        }
    for token in state["added_tokens"]:
        token["id"] = number[token["id"]]
    _renumber(state["post_processor"], number)
    state["truncation"] = state["padding"] = None
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(state)),
        model_max_length=tokenizer.model_max_length,
        **tokenizer.special_tokens_map,
    )


def _renumber(step: Any, number: dict[int, int]) -> None:  # noqa: ANN401 (of a JSON document)
    """Give the special pieces around a sentence their new numbers, in place."""
    if not isinstance(step, dict):
        return
    for token in step.get("special_tokens", {}).values():
        token["ids"] = [number[old] for old in token["ids"]]
    for name in ("sep", "cls"):
        if name in step:
            step[name][1] = number[step[name][1]]
    for part in step.get("processors", ()):
        _renumber(part, number)


def trim_model(model: PreTrainedModel, kept: np.ndarray) -> PreTrainedModel:
    """Leave rows out of a tagger's table of subwords.

    Args:
        model: The tagger.
        kept: The numbers of the rows to keep, ascending (P,).

    Returns:
        A tagger with a table of P rows that is otherwise the same.
    """
    number = {int(old): new for new, old in enumerate(kept)}
    config = deepcopy(model.config)
    config.vocab_size = len(kept)
    for name in SPECIAL_IDS:
        old = getattr(config, name, None)
        if isinstance(old, int):
            setattr(config, name, number.get(old))
    state = model.state_dict()
    table = next(
        name for name, weight in state.items() if weight is not None and _is_table(weight, model)
    )
    state[table] = state[table][torch.from_numpy(kept)]
    trimmed = AutoModelForTokenClassification.from_config(config)
    trimmed.load_state_dict(state)
    return trimmed.eval()


def _is_table(weight: torch.Tensor, model: PreTrainedModel) -> bool:
    """Whether a weight is the table of subwords."""
    table: Any = model.get_input_embeddings()
    return weight.data_ptr() == table.weight.data_ptr()
