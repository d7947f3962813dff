"""Whose pupil a student is, and the variants of it that a configuration names."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from unitrans.errors import InputError

TEACHERS = ("source_teacher", "translated_teacher", "tuned_teacher")
STUDENT = "student"
ORACLE = "oracle"  # trained on the pool's gold labels, for comparison only
ENCODER = "encoder"
MODELS = (STUDENT, *TEACHERS)


@dataclass(frozen=True)
class Lineage:
    """The models that a student descends from.

    Attributes:
        start: Whose weights it starts from: encoder, or a model.
        soft_labels: The models whose mean probabilities are the soft labels.
        voters: The models that vote; of one alone, every word has a vote.
        ensemble: Seeds whose models are averaged, kind by kind, before both; empty for the
            models of the student's own seed.
        soft_weight: The weight of the soft labels; at 0 none are needed.
        vote_weight: The weight of the votes; at 0 none are needed.
        rehearse_source: Whether it learns from labelled source sentences as well.

    Raises:
        InputError: There is nothing to learn from.
    """

    start: str
    soft_labels: tuple[str, ...]
    voters: tuple[str, ...]
    ensemble: tuple[int, ...]
    soft_weight: float
    vote_weight: float
    rehearse_source: bool

    def __post_init__(self) -> None:
        for name in ("soft_labels", "voters", "ensemble"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if not self.soft_weight and not self.vote_weight:
            raise InputError("soft_weight and vote_weight: found 0 and 0; expected one above")

    @property
    def parents(self) -> set[str]:
        """The models that must be there before the student is trained."""
        return {
            *(self.soft_labels if self.soft_weight else ()),
            *(self.voters if self.vote_weight else ()),
            *({self.start} - {ENCODER}),
        }

    @property
    def votes(self) -> str:
        """The folder of its votes, below ``votes/``; empty where the three teachers vote."""
        return "" if self.voters == TEACHERS else "+".join(self.voters) + "/"

    def members(self, seed: int | str) -> str:
        """Name the seeds of its teachers.

        Args:
            seed: The student's own.

        Returns:
            The seeds, a hyphen between two.
        """
        return "-".join(map(str, self.ensemble)) or str(seed)


def check_lineages(lineages: Mapping[str, Lineage], external: Collection[str] = ()) -> None:
    """Refuse models that are not there, and students that descend from themselves.

    Args:
        lineages: That of the student and of each variant.
        external: Teachers of which there are soft labels only.

    Raises:
        InputError: A model is unknown, or its own ancestor; a name stands for two; or a student
            is to start from an external teacher.
    """
    taken = sorted({*MODELS, ORACLE, ENCODER, *lineages} & set(external))
    if taken:
        raise InputError(
            f"external_teachers: found {taken[0]!r}; expected a name of no other model"
        )
    reserved = sorted({*TEACHERS, ORACLE, ENCODER} & set(lineages))
    if reserved:
        raise InputError(f"variants: found {reserved[0]!r}; expected a name of no other model")
    known = {*TEACHERS, *lineages, *external}
    for name, lineage in lineages.items():
        unknown = sorted(lineage.parents - known)
        if unknown:
            raise InputError(
                f"{name}: found model {unknown[0]!r}; expected one of: {', '.join(sorted(known))}"
            )
        if lineage.start in external:
            raise InputError(
                f"{name}: start: found external teacher {lineage.start!r}; expected a model of the "
                "pipeline, which has weights"
            )
    for name in lineages:
        if name in ancestors(name, lineages):
            raise InputError(f"{name}: found itself among its teachers; expected other models")


def ancestors(name: str, lineages: Mapping[str, Lineage]) -> set[str]:
    """Find all models that one descends from.

    Args:
        name: The student or a variant.
        lineages: That of the student and of each variant.

    Returns:
        Their names; its own among them only where it descends from itself.
    """
    found: set[str] = set()
    waiting = [name]
    while waiting:
        lineage = lineages.get(waiting.pop())
        new = lineage.parents - found if lineage else set()
        found |= new
        waiting += new
    return found
