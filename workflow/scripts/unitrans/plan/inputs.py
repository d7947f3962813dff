"""Which files a job reads: input functions, given the plan and the job's wildcards.

Each returns paths, one or several, or a mapping of names to them for Snakemake's ``unpack``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from unitrans.corpora.ingest import SCORED
from unitrans.distillation.lineage import MODELS, ORACLE, STUDENT, TEACHERS
from unitrans.errors import InputError
from unitrans.jobs.files import is_missing
from unitrans.plan import params
from unitrans.plan.configuration import LABELLED, answers, corpus_settings, for_language
from unitrans.plan.params import lineage
from unitrans.plan.plan import ENCODER_FILES, TAGGER_FILES, Plan, files
from unitrans.translation.dictd import DICTD_SUFFIXES, dictd_stem
from unitrans.translation.transliteration import can_write

Wildcards = Any  # Snakemake's: each wildcard is an attribute and an item


def corpus(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The file of a corpus split; none for a dataset that is fetched by its name."""
    path = corpus_settings(plan.config, wildcards.language, wildcards.split).get("path")
    return [plan.path(path)] if path else []


def translated_corpus(plan: Plan, wildcards: Wildcards) -> str:
    """A corpus that another tool translated and projected."""
    return plan.path(for_language(plan.config, wildcards.target)["translation"]["path"])


def dictionary(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The files that a target's dictionary is read from; none for an induced one."""
    settings = for_language(plan.config, wildcards.target)["dictionary"]
    if settings["method"] == "vectors":
        return [plan.path(settings[key]) for key in ("source_vectors", "target_vectors")]
    if settings["method"] != "file":
        return []
    stem = dictd_stem(settings["path"])
    if stem is None:
        return [plan.path(settings["path"])]
    # One of a database's two files is named; a change of either is a change of the dictionary.
    index, packed, plain = (f"{stem}{suffix}" for suffix in DICTD_SUFFIXES)
    data = plain if is_missing(plan.project / packed) else packed
    return [plan.path(index), plan.path(data)]


def translator(plan: Plan, wildcards: Wildcards) -> list[str]:
    """What sentences are translated with, as far as it is files."""
    resolved = for_language(plan.config, wildcards.target)
    settings, method = resolved["sentence_translation"], resolved["translation"]["method"]
    if method == "parallel":
        return [plan.path(settings["path"])]
    return plan.model_files(settings["model"]) if method == "marian" else []


def translated_parts(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The parts of the translation that jobs of their own have made; none for a single shard."""
    method = for_language(plan.config, wildcards.target)["translation"]["method"]
    parts = plan.shards("source")
    if len(parts) == 1 or method == "parallel":
        return []
    return [f"results/{wildcards.target}/translation.{part}.json" for part in parts]


def links(plan: Plan, wildcards: Wildcards) -> list[str]:
    """Another aligner's file of links; none where words are aligned here."""
    path = for_language(plan.config, wildcards.target)["alignment"]["path"]
    return [plan.path(path)] if path else []


def alignment(plan: Plan, wildcards: Wildcards) -> dict[str, Any]:
    """What words are aligned with; nothing where another aligner's links are taken."""
    if links(plan, wildcards):
        return {}
    return {
        "source": f"results/{plan.source}/corpus/train.jsonl",
        "vectors": f"results/{plan.source}/alignment_vectors.safetensors",
        "encoder": plan.encoder,
    }


def sources(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The labelled corpora that a target could learn from.

    Returns:
        Their paths.

    Raises:
        InputError: There is none to choose.
    """
    languages = params.sources(plan, wildcards)
    if len(languages) < 2:
        raise InputError(
            f"config: corpora: found {len(languages)} labelled corpus to learn from; expected two "
            "or more to choose from, each a language with a train split"
        )
    return [f"results/{language}/corpus/train.jsonl" for language in languages]


def projected(plan: Plan, wildcards: Wildcards) -> str:
    """The translated, projected corpus that a teacher learns from."""
    target = wildcards.target
    if for_language(plan.config, target)["translation"]["borrow_names"] and not can_write(target):
        return f"results/{target}/borrowed_names/seed{wildcards.seed}.jsonl"
    return f"results/{target}/projection.jsonl"


def tuning(plan: Plan, wildcards: Wildcards) -> dict[str, list[str]]:
    """What the tuned teacher needs beside the projected corpus and the encoder."""
    settings = for_language(plan.config, wildcards.target)["tuned_teacher"]
    found = {}
    if settings["start"] != "encoder":
        folder = f"results/{plan.source}/{settings['start']}/seed{wildcards.seed}/"
        found["start"] = files(folder, TAGGER_FILES)
    if settings["corpus"] == "mixed":
        found["beside"] = [f"results/{plan.source}/corpus/train.jsonl"]
    return found


def tagger(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The files of the model that a target's corpus is tagged with."""
    return files(plan.folder(wildcards.model, wildcards.target, wildcards.seed), TAGGER_FILES)


def lessons(plan: Plan, wildcards: Wildcards) -> dict[str, Any]:
    """What a student needs: soft labels, votes, and what else it starts or learns from, if any."""
    target, seed, descent = wildcards.target, wildcards.seed, lineage(plan, wildcards)
    members = descent.members(seed)
    found: dict[str, Any] = {}
    if descent.soft_weight:
        found["soft_labels"] = plan.soft_labels(target, descent.soft_labels, members)
    if descent.vote_weight:
        found["votes"] = f"results/{target}/votes/{descent.votes}seed{members}.safetensors"
    if descent.start != "encoder":
        found["start"] = files(plan.folder(descent.start, target, seed), TAGGER_FILES)
    if descent.rehearse_source:
        found["source"] = f"results/{plan.source}/corpus/train.jsonl"
    # What people say reaches the student alone: variants show what it would be without.
    if not wildcards.get("variant"):
        found |= said(plan, wildcards)
    return found


def said(plan: Plan, wildcards: Wildcards) -> dict[str, Any]:
    """What people say of a target's pool, where they do: answers, and corrected sentences."""
    target = wildcards.target
    found: dict[str, Any] = answer_files(plan, wildcards)
    if own := corrected(plan, wildcards):
        found |= own
        splits = [one for one in SCORED if corpus_settings(plan.config, target, one)]
        found["held_out"] = [f"results/{target}/corpus/{split}.jsonl" for split in splits]
    return found


def answer_files(plan: Plan, wildcards: Wildcards) -> dict[str, Any]:
    """The files that say what names of a target are, where there are any."""
    paths = [plan.path(path) for path in answers(plan.config, wildcards.target)]
    return {"answers": paths} if paths else {}


def corrected(plan: Plan, wildcards: Wildcards) -> dict[str, str]:
    """The sentences of a target that somebody has corrected, where there are any."""
    split = "corrected"
    has_some = corpus_settings(plan.config, wildcards.target, split)
    return {split: f"results/{wildcards.target}/corpus/{split}.jsonl"} if has_some else {}


def questions(plan: Plan, wildcards: Wildcards) -> dict[str, Any]:
    """What is believed of the pool's names: by whom the student learns from, and the teachers."""
    target, seed = wildcards.target, plan.seeds[0]
    descent = plan.lineages[target][STUDENT]
    return {
        "learned": plan.soft_labels(target, descent.soft_labels, descent.members(seed)),
        "teachers": plan.soft_labels(target, TEACHERS, str(seed)),
        **answer_files(plan, wildcards),
    }


def voters(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The soft labels of voters other than the three teachers."""
    names = wildcards.voters.split("+")
    return plan.soft_labels(wildcards.target, names, wildcards.members)


def members(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The soft labels of one model for each seed of an ensemble."""
    return [
        path
        for seed in wildcards.ensemble.split("-")
        for path in plan.soft_labels(wildcards.target, [wildcards.model], seed)
    ]


def external_labels(plan: Plan, wildcards: Wildcards) -> str:
    """The file that an external teacher's labels of a target's pool are in.

    Returns:
        Its path.

    Raises:
        InputError: The configuration names none.
    """
    paths = plan.config["external_teachers"][wildcards.external]
    if wildcards.target not in paths:
        raise InputError(
            f"config: external_teachers.{wildcards.external}: found no file for "
            f"{wildcards.target}; expected one, since a model learns from it"
        )
    return plan.path(paths[wildcards.target])


def voter_names(plan: Plan, wildcards: Wildcards) -> list[str]:
    """All who can vote on a target's pool: the teachers, those from outside, the first rounds."""
    external = plan.config["external_teachers"]
    descent = plan.lineages[wildcards.target][STUDENT]
    outside = [name for name, paths in external.items() if wildcards.target in paths]
    return [*dict.fromkeys((*TEACHERS, *outside, *descent.soft_labels))]


def compared_voters(plan: Plan, wildcards: Wildcards) -> dict[str, Any]:
    """The soft labels of all voters, and corrected sentences where there are any."""
    target = wildcards.target
    names = voter_names(plan, wildcards)
    soft_labels = plan.soft_labels(target, names, str(plan.seeds[0]))
    return {"soft_labels": soft_labels, **corrected(plan, wildcards)}


def gold(plan: Plan, wildcards: Wildcards) -> str:
    """The gold sentences of a target.

    Returns:
        Their path.

    Raises:
        InputError: There are none, so the target cannot be scored.
    """
    target = wildcards.target
    if target not in plan.scored:
        raise InputError(
            f"config: corpora.{target}: found no {plan.split} split; expected gold sentences "
            f"to score against (the tagger itself needs none: ask for "
            f"results/{target}/student/seed{plan.seeds[0]}/model.safetensors)"
        )
    return f"results/{target}/corpus/{plan.split}.jsonl"


def predictions(plan: Plan, wildcards: Wildcards, models: Sequence[str]) -> list[str]:
    """The predictions of some models for every seed."""
    folder = f"results/{wildcards.target}/predictions"
    return [f"{folder}/{model}/seed{seed}.conll" for model in models for seed in plan.seeds]


def probabilities(plan: Plan, wildcards: Wildcards, models: Sequence[str]) -> list[str]:
    """What some models think of the gold sentences, for every seed."""
    paths = predictions(plan, wildcards, models)
    return [path.replace(".conll", ".safetensors") for path in paths]


def variant_predictions(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The predictions of a variant, and of the source teacher that it is held against."""
    return predictions(plan, wildcards, [wildcards.variant, "source_teacher"])


def vote_stats(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The statistics of the votes behind a student or a variant, for every seed.

    A single voter agrees with itself on every word, so its own teachers' votes are shown: of a
    student of the second round those of the first.

    Returns:
        Their paths; none for a model that nobody voted for.
    """
    if wildcards.get("variant") == ORACLE:
        return []
    descent = lineage(plan, wildcards)
    others = plan.lineages[wildcards.target]
    while descent.vote_weight and len(descent.voters) == 1 and descent.voters[0] in others:
        descent = others[descent.voters[0]]
    if not descent.vote_weight:
        return []
    folder = f"results/{wildcards.target}/votes/{descent.votes}"
    return [f"{folder}seed{descent.members(seed)}.stats.json" for seed in plan.seeds]


def whole_student(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The files of a student that stands on its own."""
    return files(plan.folder(STUDENT, wildcards.target, wildcards.seed), ENCODER_FILES)


def text(plan: Plan, wildcards: Wildcards) -> str:
    """A text of the user's own in a target language."""
    return plan.path(f"data/{wildcards.target}/{wildcards.name}.txt")


def scores(plan: Plan, wildcards: Wildcards) -> dict[str, str]:
    """The scores of a target, where it has gold labels."""
    target = wildcards.target
    return {"f1": f"results/{target}/f1.json"} if target in plan.scored else {}


def card_corpora(plan: Plan, wildcards: Wildcards) -> list[str]:
    """The statistics of the corpora that a student comes from, the scored one last."""
    target = wildcards.target
    splits = [f"{plan.source}/corpus/train", f"{target}/corpus/unlabelled"]
    if corpus_settings(plan.config, target, "corrected"):
        splits.append(f"{target}/corpus/corrected")
    splits += [f"{target}/corpus/{plan.split}"] if target in plan.scored else []
    return [f"results/{name}.stats.json" for name in splits]


def check_sentences(plan: Plan, wildcards: Wildcards) -> str:
    """Real sentences of a target: the gold ones, or the pool where there are none."""
    split = plan.split if wildcards.target in plan.scored else "unlabelled"
    return f"results/{wildcards.target}/corpus/{split}.jsonl"


def trainings(plan: Plan, wildcards: Wildcards) -> dict[str, list[str]]:
    """How each of a target's models learned, by model."""
    return {
        model: [plan.folder(model, wildcards.target, seed) + "training.json" for seed in plan.seeds]
        for model in MODELS
    }


def teacher_predictions(plan: Plan, wildcards: Wildcards) -> dict[str, list[str]]:
    """What each teacher makes of the gold sentences, where there are any."""
    if wildcards.target not in plan.scored:
        return {}
    return {teacher: predictions(plan, wildcards, [teacher]) for teacher in TEACHERS}


def lexicon(plan: Plan, wildcards: Wildcards) -> dict[str, str]:
    """A target's dictionary, where it is translated word by word."""
    method = for_language(plan.config, wildcards.target)["translation"]["method"]
    return {"lexicon": f"results/{wildcards.target}/lexicon.tsv"} if method == "words" else {}


def everything(plan: Plan, wildcards: Mapping[str, Any]) -> list[str]:
    """Scores, students with their cards, figures and pages of all targets."""
    pages = ["annotate.jsonl", "questions.tsv"]
    for name in ("learning_curves.svg", "run_times.svg", "votes.svg"):
        pages.append(f"report/{name}")
    pages += ["report/overview.html", "report/entities.html"]
    translated = [one for one in plan.targets if plan.translation_method(one) != LABELLED]
    scored = ["report/scores.html", "report/scores.svg", "report/confusion.svg", "errors.html"]
    return [
        *(f"results/{target}/f1.json" for target in plan.scored),
        *(
            plan.folder(STUDENT, target, seed) + name
            for target in plan.targets
            for seed in plan.seeds
            for name in ("README.md", "quality.json")
        ),
        *(["results/summary.svg"] if plan.scored else []),
        *(f"results/{target}/{page}" for target in plan.targets for page in pages),
        *(f"results/{target}/report/translation.html" for target in translated),
        *(f"results/{target}/{page}" for target in plan.scored for page in scored),
    ]
