import json

import pytest

from unitrans.corpora.sentences import read_sentences
from unitrans.corpora.tags import entities
from unitrans.errors import InputError
from unitrans.projection.corpus import SAMPLES, format_sample, project_spans
from unitrans.projection.labels import Outcome
from unitrans.projection.links import write_links
from unitrans.projection.spans import Projector, Reason, SpanSettings
from unitrans.translation.words import TranslatedSentence, write_translation


def sentence(source, tags, target, name="s"):
    return TranslatedSentence(
        name, tuple(source.split()), tuple(tags.split()), tuple(target.split())
    )


def links(text):
    return [tuple(map(int, link.split("-"))) for link in text.split()]


def project(one, text, **options):
    settings = SpanSettings(**{"keep": "all", "minimum_coverage": 0} | options)
    return Projector([one], settings).project(one, links(text))


MOVED = sentence("Prodi left Oslo", "B-PER O B-LOC", "De Oslo salió Prodi")


@pytest.mark.parametrize("method", ["runs", "spans"])
def test_labels_follow_words_that_move(method):
    new = project(MOVED, "0-3 1-2 2-1", method=method)
    assert new.tags == ("O", "B-LOC", "O", "B-PER")
    assert new.outcomes == (Outcome.PROJECTED, Outcome.PROJECTED)
    assert new.reasons == (None, None)


def test_an_entity_without_links_is_lost_and_says_why():
    new = project(MOVED, "0-3", repair_similarity=0)
    assert new.tags == ("O", "O", "O", "B-PER")
    assert new.outcomes == (Outcome.PROJECTED, Outcome.LOST)
    assert new.reasons[1] is Reason.NO_LINK


@pytest.mark.parametrize("method", ["runs", "spans"])
def test_a_lost_entity_is_found_by_its_text(method):
    new = project(MOVED, "0-3", method=method)
    assert new.tags == ("O", "B-LOC", "O", "B-PER")
    assert new.outcomes[1] is Outcome.PROJECTED


def test_a_word_without_a_link_makes_an_entity_partial():
    one = sentence("North Sea Bank", "B-ORG I-ORG I-ORG", "Banco del Norte")
    new = project(one, "0-2 2-0")
    assert new.outcomes == (Outcome.PARTIAL,)
    assert new.reasons == (Reason.SOME_LINKS,)


def test_a_weak_span_is_filtered():
    one = sentence("A b c d", "B-ORG I-ORG I-ORG I-ORG", "X y")
    new = project(one, "0-0", minimum_score=0.6)
    assert new.outcomes == (Outcome.FILTERED,)
    assert new.reasons == (Reason.LOW_SCORE,)
    assert set(new.tags) == {"O"}


def test_who_loses_the_words_to_another_says_so():
    one = sentence("Oslo Bern", "B-LOC B-ORG", "Ciudad")
    new = project(one, "0-0 1-0", minimum_score=0)
    assert sorted(map(str, new.outcomes)) == ["lost", "projected"]
    assert Reason.NO_SPAN in new.reasons


def test_an_entity_that_lost_its_capitals_loses_its_label_but_not_its_sentence():
    one = sentence("Spanish banks", "B-MISC O", "bancos españoles")
    new = project(one, "0-1 1-0", keep="complete", lower_case="drop")
    assert new.tags == ("O", "O")
    assert new.outcomes == (Outcome.FILTERED,)
    assert new.reasons == (Reason.LOWER_CASE,)
    assert new.dropped is None
    assert project(one, "0-1 1-0").tags == ("O", "B-MISC")


@pytest.mark.parametrize(
    ("options", "text", "reason"),
    [
        ({"maximum_length_ratio": 1.2}, "0-3 2-1", Reason.LENGTH_RATIO),
        ({"minimum_coverage": 0.9}, "0-3 2-1", Reason.COVERAGE),
        ({"keep": "found", "repair_similarity": 0}, "0-3 1-2", Reason.INCOMPLETE),
        ({"keep": "found"}, "0-3 1-2 2-1", None),
    ],
)
def test_sentences_are_dropped_for_a_reason(options, text, reason):
    assert project(MOVED, text, **options).dropped is reason


def test_partial_entities_pass_unless_all_must_be_whole():
    one = sentence("North Bank", "B-ORG I-ORG", "Banco x")
    assert project(one, "1-0", keep="found").dropped is None
    assert project(one, "1-0", keep="complete").dropped is Reason.INCOMPLETE


@pytest.mark.parametrize("target", ["🙂 أوسلو 🙂 !", "أوسلو"])
def test_emoji_and_right_to_left_text_project(target):
    one = sentence("Oslo 🙂", "B-LOC O", target)
    place = target.split().index("أوسلو")
    new = project(one, f"0-{place}", maximum_length_ratio=9)
    assert [entity[1:] for entity in entities(new.tags)] == [(place, place + 1)]


def test_a_sentence_without_links_projects_nothing():
    one = sentence("Oslo calls", "B-LOC O", "x y z")
    new = project(one, "")
    assert new.tags == ("O", "O", "O")
    assert new.outcomes == (Outcome.LOST,)


@pytest.mark.parametrize("method", ["runs", "spans"])
@pytest.mark.parametrize("seed", range(4))
def test_tags_are_legal_for_any_alignment(method, seed):
    import random

    draw = random.Random(seed)
    one = sentence("a b c d e f", "B-PER I-PER B-ORG O B-LOC I-LOC", "u v w x y z .")
    text = " ".join(f"{draw.randrange(6)}-{draw.randrange(7)}" for _ in range(draw.randrange(12)))
    new = project(one, text, method=method, minimum_score=0)
    assert len(new.tags) == 7
    before = "O"
    for tag in new.tags:
        assert not tag.startswith("I-") or before[2:] == tag[2:]
        before = tag
    assert len(entities(new.tags)) == sum(span is not None for span in new.spans)


def corpus(tmp_path, count=4):
    kinds = [
        (MOVED, "0-3 1-2 2-1"),
        (sentence("No vote today", "O O O", "Hoy no hay voto"), "0-1 1-3 2-0"),
        (sentence("North Bank", "B-ORG I-ORG", "Banco x"), "1-0"),
        (sentence("Bern calls", "B-LOC O", "llama x"), "1-0"),
    ]
    chosen = [kinds[number % len(kinds)] for number in range(count)]
    pairs = [
        TranslatedSentence(f"s{number}", one.tokens, one.tags, one.translation)
        for number, (one, _) in enumerate(chosen)
    ]
    write_translation(tmp_path / "translation.jsonl", pairs)
    write_links(tmp_path / "alignments.txt", [links(text) for _, text in chosen])


def run(tmp_path, entity_types=("PER", "ORG", "LOC", "MISC"), **options):
    project_spans(
        tmp_path / "translation.jsonl",
        tmp_path / "alignments.txt",
        tmp_path / "projection.jsonl",
        tmp_path / "stats.json",
        tmp_path / "sample.txt",
        entity_types=entity_types,
        settings=SpanSettings(**options),
    )
    return json.loads((tmp_path / "stats.json").read_text())


def test_stats_count_every_sentence_and_entity_once(tmp_path):
    corpus(tmp_path, 8)
    stats = run(tmp_path)
    assert stats["sentences"] == {"kept": 6, "dropped": 2}
    assert stats["entities"] == {"projected": 4, "partial": 2, "lost": 2, "filtered": 0}
    assert stats["dropped"] == {"length_ratio": 0, "coverage": 0, "incomplete": 2}
    assert stats["reasons"]["no_link"] == {"PER": 0, "ORG": 0, "LOC": 2, "MISC": 0}
    assert stats["shares"]["sentences_kept"] == 0.75
    assert stats["shares"]["entities_kept"] == 0.75
    assert stats["shares"]["words_aligned"] == 0.8


def test_kept_sentences_keep_their_ids_and_words(tmp_path):
    corpus(tmp_path)
    run(tmp_path)
    kept = read_sentences(tmp_path / "projection.jsonl", labelled=True)
    assert [one.id for one in kept] == ["s0", "s1", "s2"]
    assert kept[0].tokens == MOVED.translation
    assert kept[0].tags == ("O", "B-LOC", "O", "B-PER")


def test_the_sample_shows_both_sides_and_the_reason(tmp_path):
    corpus(tmp_path)
    run(tmp_path)
    text = (tmp_path / "sample.txt").read_text()
    assert (
        "  source  [PER Prodi] left [LOC Oslo]\n  target  De [LOC Oslo] salió [PER Prodi]" in text
    )
    assert "    LOC: Bern -> -: lost (no_link)" in text
    assert "s3 (dropped: incomplete)" in text


def test_the_sample_shows_a_few_of_many():
    projector = Projector([MOVED], SpanSettings())
    pairs = [(MOVED, projector.project(MOVED, links("0-3 1-2 2-1")))] * 95
    assert format_sample(pairs).count("source") <= SAMPLES


def test_an_unknown_tag_is_refused(tmp_path):
    corpus(tmp_path)
    with pytest.raises(InputError, match=r"translation.jsonl:1: found tag 'B-LOC'; expected O"):
        run(tmp_path, entity_types=["PER", "ORG"])


def test_nothing_left_is_refused(tmp_path):
    corpus(tmp_path)
    with pytest.raises(InputError, match="no sentence that passes"):
        run(tmp_path, minimum_coverage=1.0, maximum_length_ratio=1.0)
    assert not (tmp_path / "projection.jsonl").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "guess"}, "span_projection.method: found 'guess'; expected runs, spans"),
        ({"keep": "some"}, "span_projection.keep: found 'some'"),
        ({"minimum_score": 1.5}, "span_projection.minimum_score: found 1.5; expected a number"),
        ({"maximum_length_ratio": 0.5}, "span_projection.maximum_length_ratio: found 0.5"),
    ],
)
def test_settings_that_cannot_work_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        SpanSettings(**options)


def test_names_go_on_over_capitals_where_these_mark_names():
    spanish = sentence("the Kingdom votes", "O B-LOC O", "hoy vota el Reino Unido")
    filler = sentence(
        "the cat sleeps and the dog barks", "O O O O O O O", "el gato duerme y el perro ladra"
    )
    german = sentence("the Bank votes", "O B-ORG O", "heute stimmt die Bank Kunden zu")
    nouns = sentence("cats and dogs", "O O O", "die Katzen und die Hunde im Haus")
    settings = SpanSettings(keep="all", minimum_coverage=0)
    found = Projector([spanish, filler], settings).project(spanish, links("0-2 1-3 2-1"))
    assert found.tags == ("O", "O", "O", "B-LOC", "I-LOC")
    found = Projector([german, nouns], settings).project(german, links("0-2 1-3 2-1"))
    assert found.tags == ("O", "O", "O", "B-ORG", "O", "O")
