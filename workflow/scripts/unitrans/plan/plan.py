"""What a run is about: its languages, seeds and models, and where their files lie."""

import os
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from unitrans.distillation.lineage import MODELS, ORACLE, Lineage
from unitrans.plan.configuration import LABELLED, Config, for_language, lineages

NOTHING = "(?!)"  # a wildcard without any value matches nothing
ENCODER_FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
# What is read of a model's folder.
MODEL_FILES = (
    "*config.json",
    "tokenizer.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.*",
    "merges.txt",
    "*.model",
    "*.spm",
    "model*.safetensors",
    "model*.safetensors.index.json",
)
TAGGER_FILES = ("config.json", "model.safetensors")


class Plan:
    """A checked configuration, and what follows from it for all rules.

    Args:
        config: The configuration, defaults and the user's own merged.
        project: The folder of the project, from which relative paths of the configuration count.
        prefix: What stands before all paths of the workflow, where another one imports it with
            a prefix; ends in a slash, or is empty.
    """

    def __init__(self, config: Config, project: Path, prefix: str = "") -> None:
        self.config = config
        self.project = project
        self.prefix = prefix
        self.source: str = config["source"]
        self.targets: list[str] = list(config["targets"])
        self.seeds: list[int] = list(config["seeds"])
        self.variants = list(config["variants"])
        self.split: str = config["evaluation"]["split"]
        # A training of several GPUs has a process on each; other jobs ask for one at most.
        self.processes = max(1, config["gpus"])
        self.one_gpu = min(1, config["gpus"])

    @cached_property
    def scored(self) -> list[str]:
        """Languages with gold labels to score against; the others still get their tagger."""
        corpora = self.config["corpora"]
        return [language for language in self.targets if self.split in corpora[language]]

    @cached_property
    def labelled(self) -> list[str]:
        """Languages with a labelled corpus that models could learn from, used or not."""
        return [language for language, keys in self.config["corpora"].items() if "train" in keys]

    @cached_property
    def lineages(self) -> dict[str, dict[str, Lineage]]:
        """What the student and the variants of each target descend from."""
        return {target: lineages(self.config, target) for target in self.targets}

    @cached_property
    def _pupils(self) -> list[Lineage]:
        """The lineages of all targets."""
        return [lineage for some in self.lineages.values() for lineage in some.values()]

    @cached_property
    def all_seeds(self) -> list[int]:
        """The seeds of models, those of ensembles too: students of these may be teachers."""
        ensembles = (seed for one in self._pupils for seed in one.ensemble)
        return sorted({*self.seeds, *ensembles})

    @cached_property
    def ensembles(self) -> list[str]:
        """Seeds whose teachers are averaged, such as 122-649-705."""
        return sorted({one.members("") for one in self._pupils if one.ensemble})

    @cached_property
    def voters(self) -> list[str]:
        """Voters other than the three teachers, such as student+source_teacher."""
        return sorted({one.votes.strip("/") for one in self._pupils if one.votes})

    @property
    def compared(self) -> list[str]:
        """The models of the summary."""
        return [*MODELS, *self.config["summary"]["variants"]]

    def translation_method(self, target: str) -> str:
        """How a target's labelled corpus is made.

        Args:
            target: ISO 639-1 code.

        Returns:
            words, apertium, marian, parallel or labelled.
        """
        return str(for_language(self.config, target)["translation"]["method"])

    def translated_by(self, *, words: bool) -> str:
        """The targets that are translated word by word, or by whole sentences.

        Args:
            words: Which of the two.

        Returns:
            A pattern for a wildcard.
        """
        methods = {target: self.translation_method(target) for target in self.targets}
        return _pattern(
            one
            for one, method in methods.items()
            if method != LABELLED and (method == "words") == words
        )

    @property
    def translated_elsewhere(self) -> str:
        """The targets whose corpus came translated and labelled; a pattern for a wildcard."""
        return _pattern(one for one in self.targets if self.translation_method(one) == LABELLED)

    def wildcards(self) -> dict[str, str]:
        """Say what each wildcard of the workflow can be.

        Returns:
            A pattern for each; together they match no slash but between voters' names.
        """
        further = self.config["source_teacher"]["further_languages"]
        return {
            "language": _pattern([self.source, *further, *self.targets, *self.labelled]),
            "target": _pattern(self.targets),
            "split": "train|unlabelled|oracle|corrected|dev|test",
            "seed": _pattern(map(str, self.all_seeds)),
            "model": _pattern([*MODELS, ORACLE, *self.variants]),
            "members": _pattern(map(str, [*self.all_seeds, *self.ensembles])),
            "ensemble": _pattern(self.ensembles),
            "voters": _pattern(map(re.escape, self.voters)),
            "variant": _pattern([ORACLE, *self.variants]),
            "external": _pattern(self.config["external_teachers"]),
            "name": "[^/]+",
        }

    def path(self, path: str) -> str:
        """A path of the configuration as seen from the working directory.

        Relative ones count from the project's folder, so that a run in another directory
        (snakemake --directory) reads the same corpora.

        Args:
            path: The path as it is configured.

        Returns:
            The same file, relative to the working directory where it lies in the project, so that
            both can be moved together; else absolute, and so where a prefix would be put before
            it.
        """
        # Links are kept: data/ may be one, to wherever the corpora lie this month.
        full = Path(os.path.abspath(self.project / path))  # noqa: PTH100
        here = Path.cwd()
        is_near = full.is_relative_to(here) or full.is_relative_to(self.project)
        return os.path.relpath(full) if is_near and not self.prefix else str(full)

    def model_path(self, name: str | None) -> str | None:
        """A model's folder as seen from the working directory, or its name where it is none.

        Args:
            name: A folder or a name on the hub, if any.

        Returns:
            The path or the name.
        """
        return self.path(name) if name and (self.project / name).is_dir() else name

    def model_files(self, name: str) -> list[str]:
        """The files of a model's folder that are read; a note beside them is none of it.

        Args:
            name: A folder, a name on the hub, or the packaged encoder's.

        Returns:
            Their paths; none where it is no folder.
        """
        folder = self.project / name
        found = {file for pattern in MODEL_FILES for file in folder.glob(pattern) if file.is_file()}
        return [self.path(str(file)) for file in sorted(found)]

    def folder(self, model: str, target: str, seed: int | str) -> str:
        """The folder of a model.

        Args:
            model: Such as student, or a variant's name.
            target: The target language; the source teacher is the same for all.
            seed: Its seed.

        Returns:
            The path, with a slash at its end.
        """
        owner = self.source if model == "source_teacher" else target
        kind = f"variants/{model}/student" if model in self.variants else model
        return f"results/{owner}/{kind}/seed{seed}/"

    def soft_labels(self, target: str, models: Iterable[str], members: int | str) -> list[str]:
        """The soft labels of some models.

        Args:
            target: The target language.
            models: Their names.
            members: A seed, or the seeds of an ensemble, such as 122-649.

        Returns:
            A path for each model.
        """
        folder = f"results/{target}/soft_labels"
        return [f"{folder}/{model}/seed{members}.safetensors" for model in models]

    def shards(self, corpus: str) -> list[str]:
        """The names of the parts that jobs of their own work on.

        Args:
            corpus: source or pool.

        Returns:
            Such as 1-of-2 and 2-of-2.
        """
        count = self.config["shards"][corpus]
        return [f"{number}-of-{count}" for number in range(1, count + 1)]

    def shard(self, path: str, corpus: str) -> str:
        """The name of a shard's file.

        Args:
            path: The name of the whole.
            corpus: source or pool.

        Returns:
            A path with the wildcard scatteritem; for a single shard the name as it stands.
        """
        if self.config["shards"][corpus] == 1:
            return path
        whole = Path(path)
        return f"{whole.parent}/{whole.stem}.{{scatteritem}}{whole.suffix}"

    @property
    def encoder(self) -> list[str]:
        """The files of the prepared encoder."""
        return files("results/encoder/", ENCODER_FILES)

    @property
    def student(self) -> list[str]:
        """The files of the student that is used further: the first seed's; has wildcards."""
        return files(f"results/{{target}}/student/seed{self.seeds[0]}/", ENCODER_FILES)

    @property
    def corpora_stats(self) -> list[str]:
        """The counts of the corpora that scores depend on; has wildcards."""
        return [
            f"results/{self.source}/corpus/train.stats.json",
            "results/{target}/corpus/unlabelled.stats.json",
            f"results/{{target}}/corpus/{self.split}.stats.json",
        ]


def files(folder: str, names: Sequence[str]) -> list[str]:
    """The paths of some files of a folder.

    Args:
        folder: The folder, with a slash at its end.
        names: The files' names.

    Returns:
        Their paths.
    """
    return [folder + name for name in names]


def _pattern(values: Iterable[str]) -> str:
    """A pattern that matches these values and nothing else."""
    return "|".join(values) or NOTHING
