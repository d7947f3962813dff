"""What students descend from: constants, wildcards and input functions of variants.

Reads student, variants, external_teachers and summary of the configuration; makes no file.
"""

import re

VARIANTS = list(config["variants"])
LINEAGES = {target: lineages(config, target) for target in TARGETS}
PUPILS = [lineage for some in LINEAGES.values() for lineage in some.values()]
# Those of ensembles too: students of these may be teachers.
ALL_SEEDS = sorted({*SEEDS, *(seed for one in PUPILS for seed in one.ensemble)})
# Seeds whose teachers are averaged, such as 122-649-705, and voters other than the three.
ENSEMBLES = sorted({one.members("") for one in PUPILS if one.ensemble})
VOTERS = sorted({one.votes.strip("/") for one in PUPILS if one.votes})
COMPARED = [*MODELS, *config["summary"]["variants"]]


# A wildcard without any value matches nothing.
wildcard_constraints:
    seed="|".join(map(str, ALL_SEEDS)),
    model="|".join([*MODELS, ORACLE, *VARIANTS]),
    members="|".join(map(str, [*ALL_SEEDS, *ENSEMBLES])),
    ensemble="|".join(ENSEMBLES) or "(?!)",
    voters="|".join(map(re.escape, VOTERS)) or "(?!)",
    variant="|".join([ORACLE, *VARIANTS]),
    external="|".join(config["external_teachers"]) or "(?!)",


def get_folder(model, target, seed):
    """The folder of a model."""
    owner = SOURCE if model == "source_teacher" else target
    kind = f"variants/{model}/student" if model in VARIANTS else model
    return f"results/{owner}/{kind}/seed{seed}/"


def get_lineage(wildcards):
    """What a target's student, or a variant of it, descends from."""
    return LINEAGES[wildcards.target][wildcards.get("variant", "student")]


def get_lessons(wildcards):
    """What a student needs: soft labels, votes, and the model that it starts from, if any."""
    target, seed, lineage = wildcards.target, wildcards.seed, get_lineage(wildcards)
    members, files = lineage.members(seed), {}
    if lineage.soft_weight:
        files["soft_labels"] = get_soft_labels(target, lineage.soft_labels, members)
    if lineage.vote_weight:
        files["votes"] = (
            f"results/{target}/votes/{lineage.votes}seed{members}.safetensors"
        )
    if lineage.start != "encoder":
        folder = get_folder(lineage.start, target, seed)
        files["start"] = multiext(folder, "config.json", "model.safetensors")
    return files


def get_soft_labels(target, models, members):
    """The soft labels of some models, for one seed or a mean of seeds."""
    return [
        f"results/{target}/soft_labels/{model}/seed{members}.safetensors"
        for model in models
    ]


def get_checkpoint(wildcards):
    """Where a student's training leaves its state."""
    model = wildcards.get("variant", "student")
    return f"checkpoints/{model}/{wildcards.target}.{wildcards.seed}.safetensors"


def get_voters(wildcards):
    """The soft labels of voters other than the three teachers."""
    voters = wildcards.voters.split("+")
    return get_soft_labels(wildcards.target, voters, wildcards.members)


def get_members(wildcards):
    """The soft labels of one model for each seed of an ensemble."""
    return expand(
        "results/{target}/soft_labels/{model}/seed{seed}.safetensors",
        target=wildcards.target,
        model=wildcards.model,
        seed=wildcards.ensemble.split("-"),
    )


def get_external(wildcards):
    """The file that an external teacher's labels of a target's pool are in."""
    files = config["external_teachers"][wildcards.external]
    if wildcards.target not in files:
        raise WorkflowError(
            f"config: external_teachers.{wildcards.external}: found no file for "
            f"{wildcards.target}; expected one, since a model learns from it"
        )
    return get_path(files[wildcards.target])


def get_vote_stats(wildcards):
    """The statistics of the votes behind a student or a variant, for every seed."""
    lineage = get_lineage(wildcards) if wildcards.get("variant") != ORACLE else None
    if lineage is None or not lineage.vote_weight:
        return []
    folder = f"results/{wildcards.target}/votes/{lineage.votes}"
    return [f"{folder}seed{lineage.members(seed)}.stats.json" for seed in SEEDS]


def get_models(wildcards):
    """The models of a target's scores, or a variant and what it is compared with."""
    variant = wildcards.get("variant")
    return [variant, "source_teacher"] if variant else [*MODELS]


def get_digest(wildcards):
    """The digest of all settings that a target's scores depend on, or a variant's."""
    return digest(config, wildcards.target, wildcards.get("variant"))
