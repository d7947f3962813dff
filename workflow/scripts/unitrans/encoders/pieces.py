"""The tokenizer's own division of text, made to agree with the division into words."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from transformers import PreTrainedTokenizerBase

# Punctuation and symbols, each of which is a word of its own in corpora.
MARKS = r"[\p{P}\p{S}]"
# What the first piece of a word begins with, in SentencePiece's models and in byte-level ones;
# in WordPiece the later ones have a mark.
WORD_MARKS = ("▁", "Ġ")
CONTINUED_MARK = "##"


def split_at_marks(tokenizer: "PreTrainedTokenizerBase") -> None:
    """Let plain text give the same pieces as its words one by one, in scripts with spaces.

    SentencePiece's tokenizers divide text at spaces only: the comma of ``Oslo, Norway`` is
    another piece than the word ``,``, which has a space before it. Divided at every mark as
    well, text gives the same pieces whether a corpus has split it into words or not, so that a
    tagger finds in plain text what it has learnt from words. Others, such as BERT's, divide
    there already.

    Args:
        tokenizer: A fast tokenizer; changed in place where it is one of SentencePiece's.
    """
    from tokenizers import Regex, pre_tokenizers

    backend: Any = tokenizer.backend_tokenizer
    found = _find(json.loads(backend.to_str())["pre_tokenizer"], "Metaspace")
    if found is None:
        return
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Split(Regex(MARKS), "isolated"),
            pre_tokenizers.Metaspace(replacement=found["replacement"], prepend_scheme="always"),
        ]
    )


def _find(step: Any, name: str) -> dict[str, Any] | None:  # noqa: ANN401 (of a JSON document)
    """The step of a name, wherever it stands in the tokenizer's division of text."""
    if step is None or step["type"] == name:
        return step
    steps = (_find(one, name) for one in step.get("pretokenizers", ()))
    return next((one for one in steps if one is not None), None)


def blank_piece(tokenizer: Any) -> int:  # noqa: ANN401 (whatever knows its subwords' numbers)
    """Find the piece that is nothing but the blank before a word.

    Args:
        tokenizer: The tokenizer.

    Returns:
        Its number; -1 where there is none.
    """
    numbers = map(tokenizer.convert_tokens_to_ids, WORD_MARKS)
    return next((n for n in numbers if n not in (None, tokenizer.unk_token_id)), -1)


def opening_pieces(tokenizer: "PreTrainedTokenizerBase") -> "np.ndarray":
    """Tell which pieces are the first of a word.

    Args:
        tokenizer: A fast tokenizer.

    Returns:
        For each piece of the vocabulary whether it is one (V,); special ones are none. All others
        are where the tokenizer marks neither first nor later pieces.
    """
    import numpy as np

    pieces = tokenizer.get_vocab()
    special = set(tokenizer.all_special_ids)
    mark = next((m for m in WORD_MARKS if any(piece.startswith(m) for piece in pieces)), "")
    opens = np.zeros(len(tokenizer), dtype=bool)
    for piece, number in pieces.items():
        later = piece.startswith(CONTINUED_MARK) if not mark else not piece.startswith(mark)
        opens[number] = not later and number not in special
    if not mark and tokenizer.unk_token_id is not None:
        opens[tokenizer.unk_token_id] = True  # WordPiece's stands for a whole word
    return opens
