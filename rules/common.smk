"""What all rules share: the checked configuration, the wildcards, and input functions.

Reads the whole configuration; makes no file.
"""

import os
import sys
from pathlib import Path

SCRIPTS = Path(workflow.basedir, "workflow", "scripts")
sys.path.insert(0, str(SCRIPTS))

from snakemake.exceptions import WorkflowError
from unitrans.plan.configuration import (
    FILES,
    check_config,
    corpus_settings,
    digest,
    for_language,
    lineages,
)
from unitrans.errors import InputError
from unitrans.distillation.lineage import MODELS, ORACLE, TEACHERS
from unitrans.jobs.provenance import code_digest
from unitrans.jobs.environment import VARIABLES

# Jobs run in processes of their own: they find this checkout's library before any
# installed one.
os.environ.update(VARIABLES | os.environ | {"PYTHONPATH": str(SCRIPTS)})

try:
    check_config(config, Path(workflow.basedir))
except InputError as error:
    raise WorkflowError(str(error)) from None

SOURCE = config["source"]
TARGETS = config["targets"]
SEEDS = config["seeds"]
# Languages with gold labels to score against; the others still get their tagger.
SCORED = [
    language
    for language in TARGETS
    if config["evaluation"]["split"] in config["corpora"][language]
]
# Which targets are translated word by word, and which by whole sentences, as wildcards.
BY_WORD, BY_SENTENCE = (
    "|".join(
        target
        for target in TARGETS
        if (for_language(config, target)["translation"]["method"] == "words") == by_word
    )
    or "(?!)"  # matches nothing
    for by_word in (True, False)
)
FILE_KEYS = {key for keys in FILES.values() for key in keys}
# A training of several GPUs has a process on each; other jobs ask for one at most.
PROCESSES = max(1, config["gpus"])
ONE_GPU = min(1, config["gpus"])
CORPORA_STATS = [
    f"results/{SOURCE}/corpus/train.stats.json",
    "results/{target}/corpus/unlabelled.stats.json",
    f"results/{{target}}/corpus/{config['evaluation']['split']}.stats.json",
]
ENCODER = expand(
    "results/encoder/{file}",
    file=[
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    ],
)


wildcard_constraints:
    language="|".join(
        [SOURCE, *config["source_teacher"]["further_languages"], *TARGETS]
    ),
    target="|".join(TARGETS),
    split="train|unlabelled|oracle|dev|test",


def code(script):
    """The digest of a rule's script and of all library modules that it imports."""
    return code_digest(SCRIPTS / script)


def get_settings(section, omit=()):
    """An input function for params: a section of the configuration, for the target's language."""

    def settings(wildcards):
        resolved = dict(for_language(config, wildcards.get("target"))[section])
        for key in omit:
            del resolved[key]
        for key in FILE_KEYS & resolved.keys():
            resolved[key] = resolved[key] and get_path(resolved[key])
        if "model" in resolved:
            resolved["model"] = get_model(resolved["model"])
        return resolved

    return settings


def get_training(model):
    """An input function for params: the settings of a model's training."""

    def settings(wildcards):
        names = wildcards.get("target"), wildcards.get("variant")
        resolved = for_language(config, *names)
        return {**resolved["training"], **resolved[model]}

    return settings


def get_corpus(wildcards):
    """The settings of a corpus split, all that concerns other splits left out."""
    return corpus_settings(config, wildcards.language, wildcards.split)


def get_corpus_file(wildcards):
    """The file of a corpus split; none for a dataset that is fetched by its name."""
    path = get_corpus(wildcards).get("path")
    return [get_path(path)] if path else []


def get_path(path):
    """A path of the configuration as seen from the working directory.

    Relative ones count from the project's folder, so that a run in another directory
    (snakemake --directory) reads the same corpora.
    """
    return os.path.relpath(Path(workflow.basedir, path).resolve())


def get_model(name):
    """A model's folder as seen from the working directory, or its name where it is none."""
    local = name and Path(workflow.basedir, name).is_dir()
    return get_path(name) if local else name


def get_model_files(name):
    """The files of a model's folder; none for the packaged encoder or a name on the hub."""
    folder = Path(workflow.basedir, name)
    return [get_path(file) for file in sorted(folder.glob("*")) if file.is_file()]


def get_dictionary_files(wildcards):
    """The files that a target's dictionary is read from; none for an induced one."""
    settings = for_language(config, wildcards.target)["dictionary"]
    paths = [settings.get(key) for key in ("path", "source_vectors", "target_vectors")]
    return [get_path(path) for path in paths if path]


def get_tagger(wildcards):
    """The files of the model that a target's corpus is tagged with."""
    folder = get_folder(wildcards.model, wildcards.target, wildcards.seed)
    return multiext(folder, "config.json", "model.safetensors")


def get_gold(wildcards):
    """The gold sentences of a target; without any it cannot be scored."""
    split = config["evaluation"]["split"]
    if wildcards.target not in SCORED:
        raise WorkflowError(
            f"config: corpora.{wildcards.target}: found no {split} split; expected gold sentences "
            f"to score against (the tagger itself needs none: ask for "
            f"results/{wildcards.target}/student/seed{SEEDS[0]}/model.safetensors)"
        )
    return f"results/{wildcards.target}/corpus/{split}.jsonl"


def get_predictions(models):
    """An input function: the predictions of some models for every seed."""
    return expand(
        "results/{{target}}/predictions/{model}/seed{seed}.conll",
        model=models,
        seed=SEEDS,
    )


def get_probabilities(models):
    """An input function: what some models think of the gold sentences, for every seed."""
    predictions = get_predictions(models)
    return [path.replace(".conll", ".safetensors") for path in predictions]
