import pytest

from unitrans.distillation.lineage import TEACHERS, Lineage, ancestors, check_lineages
from unitrans.errors import InputError


def lineage(**changes):
    settings = {
        "start": "tuned_teacher",
        "soft_labels": TEACHERS,
        "voters": TEACHERS,
        "ensemble": (),
        "soft_weight": 1.0,
        "vote_weight": 1.0,
        "rehearse_source": False,
    }
    return Lineage(**(settings | changes))


@pytest.mark.parametrize(
    ("changes", "parents"),
    [
        ({}, set(TEACHERS)),
        ({"start": "encoder"}, set(TEACHERS)),
        ({"vote_weight": 0, "soft_labels": ["tuned_teacher"]}, {"tuned_teacher"}),
        ({"soft_weight": 0, "voters": ["student"], "start": "encoder"}, {"student"}),
        ({"soft_weight": 0, "voters": ["student"]}, {"student", "tuned_teacher"}),
    ],
)
def test_parents_are_the_models_that_are_used(changes, parents):
    assert lineage(**changes).parents == parents


def test_votes_and_members_have_names_of_their_own():
    assert lineage().votes == ""
    assert lineage(voters=["student", "tuned_teacher"]).votes == "student+tuned_teacher/"
    assert lineage().members(122) == "122"
    assert lineage(ensemble=[122, 649]).members(5) == "122-649"


def test_ancestors_go_back_to_the_teachers():
    family = {
        "student": lineage(),
        "second": lineage(soft_labels=["student"], vote_weight=0, start="encoder"),
        "third": lineage(soft_labels=["second"], vote_weight=0, start="encoder"),
    }
    check_lineages(family)
    assert ancestors("third", family) == {"second", "student", *TEACHERS}
    assert ancestors("student", family) == set(TEACHERS)


@pytest.mark.parametrize(
    ("family", "message"),
    [
        ({"student": lineage(), "a": lineage(voters=["x"])}, r"a: found model 'x'; expected"),
        ({"student": lineage(), "a": lineage(voters=["oracle"])}, r"a: found model 'oracle'"),
        ({"student": lineage(soft_labels=["student"])}, r"student: found itself among"),
        (
            {"student": lineage(voters=["a"]), "a": lineage(start="student")},
            r"student: found itself among",
        ),
        ({"student": lineage(), "encoder": lineage()}, r"variants: found 'encoder'"),
        ({"student": lineage(), "oracle": lineage()}, r"variants: found 'oracle'"),
    ],
)
def test_impossible_families_are_refused(family, message):
    with pytest.raises(InputError, match=message):
        check_lineages(family)


def test_an_external_teacher_teaches_but_is_no_start():
    check_lineages({"student": lineage(voters=["llm"])}, ["llm"])
    with pytest.raises(InputError, match=r"student: start: found external teacher 'llm'"):
        check_lineages({"student": lineage(start="llm")}, ["llm"])


@pytest.mark.parametrize("name", ["student", "encoder", "oracle", "tuned_teacher", "a"])
def test_an_external_teacher_has_a_name_of_its_own(name):
    with pytest.raises(InputError, match=f"external_teachers: found '{name}'"):
        check_lineages({"student": lineage(), "a": lineage()}, [name])


def test_a_student_has_something_to_learn_from():
    with pytest.raises(InputError, match=r"soft_weight and vote_weight: found 0 and 0"):
        lineage(soft_weight=0, vote_weight=0)
