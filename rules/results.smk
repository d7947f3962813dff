"""What the rules share that take a finished student further: input functions and paths.

Makes no file. Configuration: evaluation.split.
"""

import hashlib

# The student that tags texts, is exported and shown: the one of the first seed.
STUDENT = expand(
    "results/{{target}}/student/seed{seed}/{file}",
    seed=SEEDS[0],
    file=[
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    ],
)


wildcard_constraints:
    name="[^/]+",


def content(template):
    """The digest of a template that a rule's output is made from."""
    text = Path(workflow.basedir, "workflow", "templates", template).read_bytes()
    return hashlib.sha256(text).hexdigest()[:16]


def get_text(wildcards):
    """A text of the user's own in a target language."""
    return get_path(f"data/{wildcards.target}/{wildcards.name}.txt")


def get_scores(wildcards):
    """The scores of a target, where it has gold labels."""
    scored = wildcards.target in SCORED
    return {"f1": f"results/{wildcards.target}/f1.json"} if scored else {}


def get_card_corpora(wildcards):
    """The statistics of the corpora that a student comes from, the scored one last."""
    target, split = wildcards.target, config["evaluation"]["split"]
    splits = [f"{SOURCE}/corpus/train", f"{target}/corpus/unlabelled"]
    splits += [f"{target}/corpus/{split}"] if target in SCORED else []
    return [f"results/{name}.stats.json" for name in splits]


def get_check_sentences(wildcards):
    """Real sentences of a target: the gold ones, or the pool where there are none."""
    scored = wildcards.target in SCORED
    split = config["evaluation"]["split"] if scored else "unlabelled"
    return f"results/{wildcards.target}/corpus/{split}.jsonl"
