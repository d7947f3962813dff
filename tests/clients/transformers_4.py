"""Tag texts with transformers and with optimum: python transformers_4.py FOLDER TEXTS.json.

Prints, for each of the two, what it finds in each text of the file's list.
"""

import json
import sys
from pathlib import Path

import transformers
from optimum.onnxruntime import ORTModelForTokenClassification
from transformers import AutoTokenizer, pipeline

folder, texts = sys.argv[1], json.loads(Path(sys.argv[2]).read_text("utf-8"))
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
    name: [
        [(one["entity_group"], one["start"], one["end"]) for one in tagger(text)] for text in texts
    ]
    for name, tagger in taggers.items()
}
print(json.dumps(groups | {"version": transformers.__version__}))
