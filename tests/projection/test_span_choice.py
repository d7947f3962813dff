import pytest

from unitrans.corpora.tags import Entity
from unitrans.projection.span_choice import (
    Candidate,
    candidates,
    choose_jointly,
    extend_names,
    function_words,
    longest_run,
    most_similar,
    pair_up,
)

LIGHT = {"de", "la", "el", "of", "the", "'s"}


def pair(source, target, links, light=0.1):
    return pair_up(
        tuple(source.split()),
        tuple(target.split()),
        [tuple(map(int, link.split("-"))) for link in links.split()],
        source_function_words=LIGHT,
        target_function_words=LIGHT,
        light=light,
    )


def best(one, span, maximum_gap=4):
    found = candidates(one, span, maximum_gap=maximum_gap)
    return " ".join(one.target[found[0].start : found[0].end]) if found else None


def test_function_words_are_frequent_and_in_lower_case():
    corpus = [("la", "Comisión", "de", "x1", ",")] * 6 + [("casa",)] * 2
    assert function_words(corpus, 0.1) == {"la", "de"}


def test_a_short_corpus_has_no_function_words():
    assert function_words([("la", "casa")] * 4, 0.1) == frozenset()


def test_articles_between_aligned_words_are_bridged():
    one = pair("Union policy", "la política de la Unión hoy", "0-4 1-1")
    assert best(one, Entity("MISC", 0, 2)) == "política de la Unión"


def test_a_gap_wider_than_allowed_is_not_bridged():
    one = pair("Union policy", "la política de la Unión hoy", "0-4 1-1")
    assert best(one, Entity("MISC", 0, 2), maximum_gap=1) == "política"


def test_articles_at_the_edges_stay_out():
    one = pair("Conference of Presidents", "de la Conferencia de Presidentes", "0-2 1-0 1-3 2-4")
    assert best(one, Entity("ORG", 0, 3)) == "Conferencia de Presidentes"


def test_a_word_linked_with_function_words_alone_stays_out():
    one = pair("White Paper of the", "sobre el Libro Blanco", "0-3 1-2 2-0 3-1")
    assert best(one, Entity("MISC", 0, 4)) == "Libro Blanco"


def test_a_name_keeps_its_own_article():
    one = pair("Rosa de la Vega", "dijo Rosa de la Vega", "0-1 1-2 2-3 3-4")
    assert best(one, Entity("PER", 1, 4)) == "de la Vega"


def test_brackets_stay_with_what_they_close():
    one = pair("Treaty ( COM )", "el Tratado ( COM ) .", "0-1 1-2 2-3 3-4")
    assert best(one, Entity("MISC", 0, 4)) == "Tratado ( COM )"


def test_a_compound_stands_for_all_of_its_words():
    one = pair("the budget control committee met", "der Kontrollausschuss tagte", "2-1 3-1 4-2")
    assert best(one, Entity("ORG", 1, 4)) == "Kontrollausschuss"


def test_a_stray_link_far_away_is_left_out():
    one = pair("Bank of Spain", "Banco de España sube hoy el tipo x de", "0-0 1-1 1-8 2-2")
    assert best(one, Entity("ORG", 0, 3)) == "Banco de España"


def test_punctuation_alone_is_no_span():
    one = pair("Oslo", "- !", "0-0")
    assert best(one, Entity("LOC", 0, 1)) is None
    assert longest_run(one, Entity("LOC", 0, 1), {0, 1}) is None


def test_a_run_closes_gaps_of_one_and_no_wider():
    one = pair("a b c", "A x B y z C", "0-0 1-2 2-5")
    assert longest_run(one, Entity("ORG", 0, 3), set(range(6)))[1:] == (0, 3)


def test_without_a_conflict_each_gets_its_best():
    assert choose_jointly([[Candidate(0.9, 0, 2)], [], [Candidate(0.5, 2, 3)]]) == [
        Candidate(0.9, 0, 2),
        None,
        Candidate(0.5, 2, 3),
    ]


def test_a_conflict_is_settled_for_the_good_of_all():
    first = [Candidate(1.0, 0, 2), Candidate(0.9, 2, 4)]
    second = [Candidate(0.9, 0, 2), Candidate(0.2, 2, 4)]
    assert choose_jointly([first, second]) == [first[1], second[0]]


def test_two_entities_do_not_share_out_one_name():
    whole, left, right = Candidate(1.0, 0, 2), Candidate(0.67, 0, 1), Candidate(0.67, 1, 2)
    chosen = choose_jointly([[whole, left, right], [whole, left, right]])
    assert sorted(chosen, key=str) == [whole, None]


@pytest.mark.parametrize("seed", range(5))
def test_chosen_spans_never_overlap(seed):
    import random

    draw = random.Random(seed)
    choices = []
    for _ in range(4):
        spans = [(draw.random(), start, start + draw.randint(1, 4)) for start in range(6)]
        choices.append(sorted((Candidate(*span) for span in spans), reverse=True))
    chosen = [one for one in choose_jointly(choices) if one]
    words = [word for one in chosen for word in range(one.start, one.end)]
    assert chosen
    assert len(words) == len(set(words))


def test_a_name_goes_on_to_the_right_while_words_are_free():
    one = pair("UK and Mr Prodi", "Reino Unido y Señor Prodi", "0-0 3-4")
    chosen = extend_names(one, [Candidate(1, 0, 1), Candidate(1, 4, 5)])
    assert [found[1:] for found in chosen] == [(0, 2), (4, 5)]


def test_a_name_does_not_take_a_linked_word():
    one = pair("UK Parliament", "Reino Parlamento", "0-0 1-1")
    assert extend_names(one, [Candidate(1, 0, 1)])[0][1:] == (0, 1)


def test_the_most_similar_free_text_is_found():
    target = ["Ayer", "Michel", "Barnier", "y", "Michael", "Barnier"]
    text = ["Michel", "Barnier"]
    assert most_similar(text, target, free=range(6), least=0.8) == (1, 3)
    assert most_similar(text, target, free=range(3, 6), least=0.8) == (4, 6)
    assert most_similar(["Oslo"], target, free=range(6), least=0.8) is None
