import numpy as np
import pytest

from unitrans.corpora.tags import (
    Entity,
    Scheme,
    TagSet,
    bio_tags,
    entities,
    has_form,
    recognise_scheme,
    to_bio,
    without_edge_quotes,
)
from unitrans.errors import InputError


def test_tags_are_outside_then_two_of_each_type_in_order():
    tag_set = TagSet(("PER", "LOC"))
    assert tag_set.tags == ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
    assert tag_set.index["I-LOC"] == 4


@pytest.mark.parametrize("types", [(), ("PER", "PER")])
def test_tag_set_refuses_no_types_and_repeated_types(types):
    with pytest.raises(InputError, match="distinct"):
        TagSet(types)


def test_an_inside_tag_may_only_follow_its_own_type():
    tag_set = TagSet(("PER", "LOC"))
    legal, index = tag_set.legal_moves, tag_set.index
    before = [*tag_set.tags, "start"]
    assert legal.shape == (6, 5)
    assert [before[row] for row in np.flatnonzero(legal[:, index["I-PER"]])] == ["B-PER", "I-PER"]
    assert legal[:, [index["O"], index["B-PER"], index["B-LOC"]]].all()


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("", []),
        ("O O", []),
        ("B-PER I-PER O", [Entity("PER", 0, 2)]),
        ("B-PER B-PER", [Entity("PER", 0, 1), Entity("PER", 1, 2)]),
        ("I-PER I-LOC I-LOC", [Entity("PER", 0, 1), Entity("LOC", 1, 3)]),
        ("O I-PER", [Entity("PER", 1, 2)]),
        ("B-work-of-art I-work-of-art", [Entity("work-of-art", 0, 2)]),
    ],
)
def test_entities_are_counted_as_conlleval_counts(tags, expected):
    assert entities(tags.split()) == expected


def test_entities_and_tags_are_inverse():
    tags = ("B-PER", "I-PER", "B-PER", "O", "B-LOC")
    assert bio_tags(entities(tags), len(tags)) == tags


@pytest.mark.parametrize(
    ("tag", "borders", "expected"),
    [
        ("O", "BI", True),
        ("B-PER", "BI", True),
        ("S-PER", "BI", False),
        ("S-PER", "BIES", True),
        ("X-PER", "BI", False),
        ("B_PER", "BI", False),
        ("B-", "BI", False),
        ("PER", "BI", False),
        ("", "BI", False),
    ],
)
def test_form_of_tags(tag, borders, expected):
    assert has_form(tag, borders) is expected


@pytest.mark.parametrize(
    ("corpus", "scheme"),
    [
        (["B-PER I-PER O B-LOC"], Scheme.BIO),
        (["O O"], Scheme.BIO),
        (["I-PER I-PER B-PER O", "I-LOC"], Scheme.IOB1),
        (["I-PER I-LOC"], Scheme.IOB1),
        (["I-PER O", "B-PER O"], Scheme.BIO),  # a BIO corpus with a slip
        (["B-PER E-PER"], Scheme.BIOES),
        (["S-PER"], Scheme.BIOES),
        (["B-PER I-PER L-PER U-LOC"], Scheme.BILOU),
    ],
)
def test_scheme_is_recognised_from_all_tags(corpus, scheme):
    assert recognise_scheme(tags.split() for tags in corpus) is scheme


def test_mixed_schemes_are_refused():
    with pytest.raises(InputError, match="one tag scheme"):
        recognise_scheme([["B-PER", "E-PER"], ["U-LOC"]])


@pytest.mark.parametrize(
    ("tags", "scheme", "expected", "slips"),
    [
        ("B-PER I-PER O B-PER", Scheme.BIO, "B-PER I-PER O B-PER", 0),
        ("O I-PER I-PER I-LOC", Scheme.BIO, "O B-PER I-PER B-LOC", 2),
        ("I-PER I-PER B-PER I-LOC", Scheme.IOB1, "B-PER I-PER B-PER B-LOC", 0),
        ("B-PER I-PER E-PER S-PER O", Scheme.BIOES, "B-PER I-PER I-PER B-PER O", 0),
        ("S-PER S-PER", Scheme.BIOES, "B-PER B-PER", 0),
        ("B-PER E-PER I-PER", Scheme.BIOES, "B-PER I-PER B-PER", 1),
        ("B-PER L-PER U-LOC U-LOC", Scheme.BILOU, "B-PER I-PER B-LOC B-LOC", 0),
    ],
)
def test_every_scheme_becomes_bio(tags, scheme, expected, slips):
    assert to_bio(tags.split(), scheme) == (tuple(expected.split()), slips)


def test_bio_from_any_scheme_is_legal():
    tag_set = TagSet(("PER", "LOC"))
    rng = np.random.default_rng(7)
    for scheme in Scheme:
        choices = [
            "O",
            *(f"{border}-{kind}" for border in scheme.borders for kind in tag_set.types),
        ]
        written, _ = to_bio([str(tag) for tag in rng.choice(choices, 500)], scheme)
        moves = [tag_set.index[tag] for tag in written]
        assert tag_set.legal_moves[[len(tag_set.tags), *moves[:-1]], moves].all()


@pytest.mark.parametrize(
    ("text", "tags", "expected"),
    [
        ("« Газпром", "B-ORG I-ORG", "O B-ORG"),
        ("Газпром »", "B-ORG I-ORG", "B-ORG O"),
        ("« Газпром »", "B-ORG I-ORG I-ORG", "O B-ORG O"),
        ("« « Oslo » »", "B-LOC I-LOC I-LOC I-LOC I-LOC", "O O B-LOC O O"),
        ('Grupo " Magenta "', "B-ORG I-ORG I-ORG I-ORG", "B-ORG I-ORG I-ORG I-ORG"),
        ("《 展望 》 杂志", "B-ORG I-ORG I-ORG I-ORG", "B-ORG I-ORG I-ORG I-ORG"),
        ("« »", "B-ORG I-ORG", "O O"),
        ("Kievan Rus '", "B-LOC I-LOC I-LOC", "B-LOC I-LOC I-LOC"),
        ("« Oslo » Bergen", "O B-LOC O B-LOC", "O B-LOC O B-LOC"),
    ],
)
def test_no_entity_has_a_quotation_mark_at_its_edge(text, tags, expected):
    assert without_edge_quotes(text.split(), tags.split()) == tuple(expected.split())
