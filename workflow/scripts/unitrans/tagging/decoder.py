"""Decoding as a part of the model, for programs that only read logits.

They take the best class of each subword by itself, so that a name falls apart where its subwords
differ. With this behind the model, every program finds what the project's own tagger finds.
"""

from math import ceil, log2

import torch
from torch import nn
from transformers import PreTrainedTokenizerFast

from unitrans.corpora.tags import TagSet
from unitrans.encoders.pieces import blank_piece, opening_pieces

FORBIDDEN = -1e4  # the logarithm of an illegal move's probability


class DecodedTagger(nn.Module):
    """A tagger whose logits agree with the most probable legal sequence of tags.

    Words are decoded by the subword that they are judged by; later ones go on with its class, a
    blank before it leads up to it, and special ones are O. Where that is not a subword's most
    probable class, the logits of the two change places, so that the largest probability is still
    the model's.

    Instead of walking along the sentence, the steps of Viterbi's algorithm are combined in pairs,
    pairs of pairs, and so on, from both ends: products of matrices in which plus is the largest
    and times is plus. An exporter knows the operations, and no loop is needed.

    Args:
        model: The tagger.
        tokenizer: Its tokenizer.
        tag_set: Its C classes.
        longest: The most subwords that it reads.

    Source: UniTrans, section 3.5 (decoding); parallel prefix: Hillis and Steele 1986.
    """

    opens: torch.Tensor
    blank: torch.Tensor
    special: torch.Tensor
    moves: torch.Tensor
    identity: torch.Tensor
    inside: torch.Tensor
    before: torch.Tensor

    def __init__(
        self,
        model: nn.Module,
        tokenizer: PreTrainedTokenizerFast,
        tag_set: TagSet,
        *,
        longest: int,
    ) -> None:
        super().__init__()
        self.model = model
        self.doublings = ceil(log2(longest))
        special = torch.zeros(len(tokenizer), dtype=torch.bool)
        special[tokenizer.all_special_ids] = True
        blank = torch.arange(len(tokenizer)) == blank_piece(tokenizer)
        legal = torch.from_numpy(tag_set.legal_moves)
        moves = torch.zeros(legal.shape).masked_fill(~legal, FORBIDDEN)[:-1]
        classes = len(tag_set.tags)
        identity = torch.full((classes, classes), FORBIDDEN).fill_diagonal_(0)
        self.register_buffer("opens", torch.from_numpy(opening_pieces(tokenizer)))
        self.register_buffer("blank", blank)
        self.register_buffer("special", special)
        self.register_buffer("moves", moves)
        self.register_buffer("identity", identity)
        self.register_buffer("inside", torch.from_numpy(tag_set.continuations))
        self.register_buffer("before", torch.from_numpy(tag_set.approaches))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Score subwords.

        Args:
            input_ids: (B, T).
            attention_mask: (B, T).

        Returns:
            Logits (B, T, C), decoded; and the model's own.
        """
        own = self.model(input_ids=input_ids, attention_mask=attention_mask).logits.float()
        special = self.special[input_ids]  # (B, T)
        opens = self.opens[input_ids]
        # A blank that other subwords of its word follow is not what the word is judged by.
        blank = self.blank[input_ids] & _next(~opens & ~special)
        opens = opens & ~blank | _previous(blank)
        tags = self.decode(own.log_softmax(-1), opens)
        spread = torch.where(opens, tags, self.inside[tags])
        spread = torch.where(blank, self.before[_next(tags)], spread)
        return self._exchange(own, torch.where(special, 0, spread)), own

    @staticmethod
    def _exchange(logits: torch.Tensor, tags: torch.Tensor) -> torch.Tensor:
        """Let the largest logit and that of the decoded class change places (B, T, C)."""
        highest = logits.amax(-1, keepdim=True)
        own = logits.gather(-1, tags[..., None])
        chosen = nn.functional.one_hot(tags, logits.shape[-1])
        best = nn.functional.one_hot(logits.argmax(-1), logits.shape[-1])
        return logits + (highest - own) * (chosen - best)

    def decode(self, scores: torch.Tensor, opens: torch.Tensor) -> torch.Tensor:
        """Find the most probable legal sequence.

        Args:
            scores: Logarithms of the probabilities (B, T, C).
            opens: Whether a word is judged by a subword (B, T).

        Returns:
            Class numbers (B, T); a subword that no word is judged by has that of the word before.
        """
        steps = self.moves + scores[:, :, None]  # (B, T, C before, C after)
        steps = torch.where(opens[..., None, None], steps, self.identity)
        before = self._products(steps)
        after = self._products(steps.flip(1).transpose(2, 3))  # of what follows, and of itself
        # A sentence may open as it may go on after O, the first class.
        reached = before[:, :, 0]  # the best way to each class (B, T, C)
        left = after.amax(2).flip(1)  # the best way on from each class before the subword
        onwards = torch.cat([left[:, 1:], torch.zeros_like(left[:, :1])], dim=1)
        return (reached + onwards).argmax(-1)

    def _products(self, steps: torch.Tensor) -> torch.Tensor:
        """The products of each matrix with all those before it (B, T, C, C)."""
        width = steps.shape[1]
        for doubling in range(self.doublings):
            none = self.identity.expand(steps.shape[0], 2**doubling, -1, -1)
            earlier = torch.cat([none, steps], dim=1)[:, :width]
            steps = (earlier[..., None] + steps[:, :, None]).amax(3)
        return steps


def _previous(values: torch.Tensor) -> torch.Tensor:
    """The value of the subword before, at each place (B, T); zero at the first."""
    return torch.cat([torch.zeros_like(values[:, :1]), values[:, :-1]], dim=1)


def _next(values: torch.Tensor) -> torch.Tensor:
    """The value of the subword after, at each place (B, T); zero at the last."""
    return torch.cat([values[:, 1:], torch.zeros_like(values[:, :1])], dim=1)
