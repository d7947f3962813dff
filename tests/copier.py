"""A tiny Marian model that repeats what it reads."""

import json
import random

import sentencepiece
import torch
from transformers import MarianConfig, MarianMTModel, MarianTokenizer

WORDS = ["Oslo", "Bern", "Ana", "Luis", "banco", "casa", "llama", "ve"]


def make_vocabulary(folder):
    """Two SentencePiece models of the eight words, and the numbers of their pieces."""
    text = folder / "text.txt"
    draw = random.Random(1)
    text.write_text("".join(" ".join(draw.choices(WORDS, k=4)) + "\n" for _ in range(300)))
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(folder / "source"),
        vocab_size=40,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (folder / "source.model").rename(folder / "source.spm")
    (folder / "target.spm").write_bytes((folder / "source.spm").read_bytes())
    model = sentencepiece.SentencePieceProcessor(str(folder / "source.spm"))
    pieces = [model.id_to_piece(number) for number in range(model.get_piece_size())]
    names = ["</s>", "<unk>", *(p for p in pieces if p not in ("<s>", "</s>", "<unk>")), "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({name: n for n, name in enumerate(names)}))
    return MarianTokenizer.from_pretrained(folder)


def train_to_copy(model, tokenizer, steps):
    draw = random.Random(2)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
    loss = torch.tensor(0.0)
    for _ in range(steps):
        texts = [" ".join(draw.choices(WORDS, k=draw.randint(2, 4))) for _ in range(32)]
        batch = tokenizer(texts, text_target=texts, return_tensors="pt", padding=True)
        batch["labels"][batch["labels"] == tokenizer.pad_token_id] = -100
        loss = model(**batch).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return loss.item()


def make_copier(folder):
    """Train a Marian model to repeat sentences of eight words, and write it to a folder."""
    tokenizer = make_vocabulary(folder)
    torch.manual_seed(0)
    config = MarianConfig(
        vocab_size=len(tokenizer.get_vocab()),
        d_model=64,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=128,
        decoder_ffn_dim=128,
        max_position_embeddings=32,
        dropout=0.0,
        pad_token_id=tokenizer.pad_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        forced_eos_token_id=None,
        scale_embedding=True,
        init_std=0.1,
    )
    model = MarianMTModel(config)
    assert train_to_copy(model, tokenizer, steps=400) < 0.05
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
