"""Find the entities of a text with ONNX Runtime.

pip install onnxruntime tokenizers
python example.py "Ana García vive en Bogotá."
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

FOLDER = Path(__file__).parent
tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
session = onnxruntime.InferenceSession(FOLDER / "onnx/model_quantized.onnx")  # or onnx/model.onnx
config = json.loads((FOLDER / "config.json").read_text("utf-8"))
labels = config["id2label"]
# A longer text is read in windows.
tokenizer.enable_truncation(config["unitrans"]["max_subwords"])


def entities(text: str) -> list[tuple[str, str]]:
    """Find the entities: their types, and what stands in the text."""
    found: list[list] = []
    first = tokenizer.encode(text)
    for encoding in (first, *first.overflowing):
        ids = np.array([encoding.ids])
        (logits,) = session.run(["logits"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        for best, (start, end) in zip(logits[0].argmax(-1), encoding.offsets, strict=True):
            border, _, kind = labels[str(best)].partition("-")
            if border == "B":
                found.append([kind, start, end])
            elif border == "I":  # the model decodes: it goes on with the entity before
                found[-1][2] = end
    return [(kind, text[start:end].strip()) for kind, start, end in found]


for kind, name in entities(" ".join(sys.argv[1:])):
    print(kind, name)
