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


def content(*templates):
    """The digest of the templates that a rule's output is made from."""
    folder = Path(workflow.basedir, "workflow", "templates")
    texts = [(folder / template).read_bytes() for template in templates]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:16]


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


def get_trainings(wildcards):
    """How each of a target's models learned, by model."""
    owners = {model: wildcards.target for model in MODELS} | {"source_teacher": SOURCE}
    return {
        model: expand(f"results/{owner}/{model}/seed{{seed}}/training.json", seed=SEEDS)
        for model, owner in owners.items()
    }


def get_teacher_predictions(wildcards):
    """What each teacher makes of the gold sentences, where there are any."""
    if wildcards.target not in SCORED:
        return {}
    return {
        teacher: expand(
            f"results/{wildcards.target}/predictions/{teacher}/seed{{seed}}.conll",
            seed=SEEDS,
        )
        for teacher in TEACHERS
    }


def get_lexicon(wildcards):
    """A target's dictionary, where it is translated word by word."""
    resolved = for_language(config, wildcards.target)
    if resolved["translation"]["method"] != "words":
        return {}
    return {"lexicon": f"results/{wildcards.target}/lexicon.tsv"}


def get_report(wildcards):
    """All figures and pages of all targets."""
    pages = ["annotate.jsonl"]
    pages += [
        f"report/{name}"
        for name in [
            "learning_curves.svg",
            "run_times.svg",
            "votes.svg",
            "translation.html",
            "entities.html",
        ]
    ]
    scored = [
        "report/scores.html",
        "report/scores.svg",
        "report/confusion.svg",
        "errors.html",
    ]
    return [
        *(["results/summary.svg"] if SCORED else []),
        *expand("results/{target}/{page}", target=TARGETS, page=pages),
        *expand("results/{target}/{page}", target=SCORED, page=scored),
    ]
