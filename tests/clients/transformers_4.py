"""Tag a text with transformers and with optimum: python transformers_4.py FOLDER TEXT."""

import json
import sys

import transformers
from optimum.onnxruntime import ORTModelForTokenClassification
from transformers import AutoTokenizer, pipeline

folder, text = sys.argv[1:]
task, strategy = "token-classification", "simple"
taggers = {
    "transformers": pipeline(task, model=folder, aggregation_strategy=strategy),
    "optimum": pipeline(
        task,
        model=ORTModelForTokenClassification.from_pretrained(folder),
        tokenizer=AutoTokenizer.from_pretrained(folder),
        aggregation_strategy=strategy,
    ),
}
groups = {
    name: [(one["entity_group"], one["start"], one["end"]) for one in tagger(text)]
    for name, tagger in taggers.items()
}
print(json.dumps(groups | {"version": transformers.__version__}))
