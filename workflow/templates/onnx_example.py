"""Tag words with ONNX Runtime: python example.py Ana García vive en Bogotá .

Needs: pip install onnxruntime tokenizers
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

FOLDER = Path(__file__).parent
tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
session = onnxruntime.InferenceSession(FOLDER / "model.int8.onnx")  # or model.onnx
labels = json.loads((FOLDER / "config.json").read_text("utf-8"))["id2label"]


def tag(words: list[str]) -> list[tuple[str, str]]:
    """Give each word its most probable tag: that of its first subword."""
    encoding = tokenizer.encode(words, is_pretokenized=True)
    ids = np.array([encoding.ids])
    (logits,) = session.run(["logits"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    first = {word: place for place, word in reversed(list(enumerate(encoding.word_ids)))}
    best = logits[0].argmax(-1)
    return [(word, labels[str(best[first[number]])]) for number, word in enumerate(words)]


for word, label in tag(sys.argv[1:]):
    print(word, label)
