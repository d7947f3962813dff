"""The pages, also in a real browser."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from unitrans.corpora.tags import Entity, bio_tags
from unitrans.evaluation.error_analysis import analyse, count_errors
from unitrans.evaluation.predictions import TaggedSentence
from unitrans.report.overview import overview
from unitrans.report.pages import (
    embedded,
    frequent_entities,
    marked,
    side_by_side,
    write_page,
)
from unitrans.translation.dictionary import Entry

TYPES = ["PER", "LOC"]
HOSTILE = '</script><img src="http://example.org/x.png" onerror="document.title=1">'
SENTENCES = [
    ("Ana B-PER B-PER", "va O O"),
    ("Oslo B-LOC O", "arde O B-PER"),
    ("Gil B-PER B-LOC", "come O O"),
    (f"{HOSTILE.replace(' ', '_')} O O", "Bergen B-LOC O"),
]


def measures(value):
    return {key: {"mean": value, "deviation": None} for key in ("precision", "recall", "f1")}


RESULT = {
    "language": "es",
    "split": "test",
    "sentences": 4,
    "tokens": 8,
    "seeds": [1],
    "bootstrap": {"level": 0.95},
    "models": {
        "student": {
            **measures(80.0),
            "support": 9,
            "interval": [70.0, 90.0],
            "types": {"PER": {**measures(75.0), "support": 9, "interval": [60.0, 88.0]}},
            "minus_source_teacher": {"mean": 2.0, "interval": [-1.0, 5.0], "p": 0.2},
        },
        "source_teacher": {
            **measures(78.0),
            "support": 9,
            "interval": [70.0, 90.0],
            "types": {"PER": {**measures(75.0), "support": 9, "interval": [60.0, 88.0]}},
        },
    },
}


@pytest.fixture(scope="module")
def errors_page(tmp_path_factory):
    sentences = [
        TaggedSentence(*map(tuple, zip(*(word.split(" ") for word in words), strict=True)))
        for words in SENTENCES
    ]
    rows = analyse(sentences)
    path = tmp_path_factory.mktemp("pages") / "errors.html"
    write_page(
        path,
        "errors.html",
        target="es",
        model="student",
        seed=1,
        types=TYPES,
        counts=count_errors(rows, TYPES),
        sentences=rows,
    )
    return path


@pytest.fixture
def opened(browser, errors_page):
    """The page, with what it asked for and what went wrong."""
    page = browser.new_page()
    page.requests, page.faults = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda line: line.type == "error" and page.faults.append(line.text))
    page.goto(errors_page.as_uri())
    yield page
    page.close()


def numbers(page):
    """The numbers of the sentences that are shown."""
    return [
        int(text.split()[1].rstrip(":"))
        for text in page.locator("article header").all_inner_texts()
    ]


def test_the_page_renders_and_asks_for_nothing_else(opened, errors_page):
    assert numbers(opened) == [2, 3, 4]
    assert opened.requests == [errors_page.as_uri()]
    assert opened.faults == []
    assert opened.title() == "Errors: student es"
    gold = opened.locator("article").first.locator("p").first
    assert gold.locator("mark.LOC").inner_text().split() == ["Oslo", "LOC", "✗"]
    assert HOSTILE.replace(" ", "_") in opened.locator("article").last.inner_text()


def test_filters_and_search_work(opened):
    opened.select_option("#kind", "missed")
    assert numbers(opened) == [2, 4]
    opened.select_option("#kind", "spurious")
    assert numbers(opened) == [2]
    opened.select_option("#kind", "any")
    opened.select_option("#type", "PER")
    assert numbers(opened) == [2, 3]
    opened.select_option("#kind", "all")
    assert numbers(opened) == [1, 2, 3]
    opened.fill("#search", "  OSLO a")
    assert numbers(opened) == [2]
    assert opened.locator("#count").inner_text() == "1 sentence"
    opened.fill("#search", "öslò")
    assert numbers(opened) == [2]
    opened.fill("#search", "nobody")
    assert numbers(opened) == []


VOTES = {
    "types": {"O": {"agreement": 0.99}, "PER": {"agreement": 0.85}, "LOC": {"agreement": None}}
}
ASKED = [{"name": "Gobierno", "count": "89", "believed": "O 60%, ORG 33%"}]
QUALITY = {
    "sentences": 500,
    "f1": {"estimate": 72.4, "interval": [61.0, 81.2], "level": 90},
    "verdict": "fair: look over what matters",
    "precision": [{"threshold": 0.3, "precision": 0.81, "kept": 0.9}],
}

PAGES = [
    ("scores.html", {"result": RESULT}, "+2.00 (-1.00 to +5.00)"),
    (
        "samples.html",
        {
            "source": "en",
            "target": "es",
            "entries": 1,
            "lexicon": [[Entry("two", "dos", 0.2)]],
            "sentences": [
                {
                    "tokens": ["Oslo", "<b>"],
                    "entities": [Entity("LOC", 0, 1)],
                    "target_tokens": ["Oslo", "y"],
                    "target_entities": [],
                }
            ],
        },
        "<b>",
    ),
    (
        "entities.html",
        {
            "target": "es",
            "sentences": 1,
            "found": 1,
            "frequent": {"LOC": [{"text": "Oslo", "count": 3, "score": 0.9}]},
            "unsure": [{"tokens": ["Oslo"], "entities": [Entity("LOC", 0, 1)]}],
            "sample": [],
        },
        "Oslo LOC",
    ),
]
PAGES += [
    (
        "overview.html",
        overview(VOTES, result, QUALITY, ASKED, target="es", source="en", seed=1),
        shown,
    )
    for result, shown in ((RESULT, "good from F1 80"), (None, "F1 about 72"))
]


@pytest.mark.parametrize(("template", "values", "shown"), PAGES)
def test_other_pages_show_their_content_and_ask_for_nothing(
    browser, tmp_path, template, values, shown
):
    write_page(tmp_path / "page.html", template, **values)
    page, requests = browser.new_page(), []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((tmp_path / "page.html").as_uri())
    assert shown in page.inner_text("body")
    assert requests == [(tmp_path / "page.html").as_uri()]
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("number", range(len(PAGES) + 1))
def test_pages_work_for_all_readers(browser, tmp_path, errors_page, number, scheme):
    """On a phone, in the dark, by keyboard and for a screen reader, as axe sees it."""
    path = errors_page
    if number < len(PAGES):
        template, values, _ = PAGES[number]
        path = tmp_path / "page.html"
        write_page(path, template, **values)
    page = browser.new_page(viewport={"width": 400, "height": 800}, color_scheme=scheme)
    page.goto(path.as_uri())
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.close()


def test_types_stand_from_the_best_to_the_worst_with_a_verdict():
    votes = {kind: {"agreement": share} for kind, share in (("A", 0.3), ("B", 0.9), ("C", None))}
    rows = overview({"types": votes}, None, QUALITY, ASKED, target="xx", source="en", seed=1)[
        "types"
    ]
    assert [row["type"] for row in rows] == ["B", "A", "C"]
    assert [row["verdict"].split(":")[0] for row in rows] == ["good", "poor", "unknown"]
    # With gold labels F1 decides, whatever the teachers agree on.
    (row, *_) = overview(VOTES, RESULT, QUALITY, ASKED, target="es", source="en", seed=1)["types"]
    assert (row["type"], row["f1"], row["verdict"]) == ("PER", 75.0, "fair: look over what matters")


SCRIPTS = {
    "ar": ("rtl", ["وصل", "محمد", "إلى", "القاهرة", "."], [("PER", 1, 2), ("LOC", 3, 4)]),
    "zh": ("ltr", ["王明", "昨天", "去", "了", "北京", "。"], [("PER", 0, 1), ("LOC", 4, 5)]),
}


def spread_of(locator):
    """Where an element begins and ends, from left to right."""
    box = locator.bounding_box()
    return box["x"], box["x"] + box["width"]


@pytest.mark.parametrize("language", SCRIPTS)
@pytest.mark.parametrize("template", ["entities.html", "errors.html"])
def test_a_sentence_runs_as_its_script_does(browser, tmp_path, language, template):
    direction, tokens, found = SCRIPTS[language]
    if template == "errors.html":
        tags = bio_tags([Entity(*span) for span in found], len(tokens))
        rows = analyse([TaggedSentence(tuple(tokens), tags, ("O",) * len(tokens))])
        counts = count_errors(rows, TYPES)
        values = {"model": "student", "seed": 1, "types": TYPES, "counts": counts}
        values["sentences"] = rows
    else:
        row = {"tokens": tokens, "entities": [Entity(*span) for span in found]}
        values = {"sentences": 1, "found": 2, "frequent": {}, "unsure": [row], "sample": []}
    write_page(tmp_path / "page.html", template, target=language, **values)
    page = browser.new_page(viewport={"width": 400, "height": 600})
    page.goto((tmp_path / "page.html").as_uri())
    sentence = page.locator("[lang]").nth(1)  # after the page's own
    assert sentence.get_attribute("lang") == language
    assert sentence.evaluate("node => getComputedStyle(node).direction") == direction
    person, place = (sentence.locator(f"mark.{kind}") for kind in ("PER", "LOC"))
    assert (spread_of(person)[0] > spread_of(place)[1]) == (direction == "rtl")
    name, label = person.locator("bdi"), person.locator("b")
    assert (spread_of(name)[0] >= spread_of(label)[1] - 1) == (direction == "rtl")
    # Drawn, and no wider than a phone.
    assert len(set(sentence.screenshot())) > 100
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.close()


def test_entities_are_marked_and_text_is_escaped():
    html = marked(["<i>", "Nueva", "York", "&"], [Entity("LOC", 1, 3)])
    assert (
        html
        == '&lt;i&gt; <mark class="LOC"><bdi>Nueva York</bdi> <b dir="ltr">LOC</b></mark> &amp;'
    )


def test_embedded_json_cannot_end_its_script(tmp_path):
    text = embedded({"a": HOSTILE})
    assert not re.search("[<>&]", text)
    assert json.loads(text) == {"a": HOSTILE}


def test_sentences_stand_beside_what_became_of_them():
    translations = [{"id": n, "tokens": ["Oslo"], "tags": ["B-LOC"]} for n in "ab"]
    projections = {"b": {"id": "b", "tokens": ["en", "Oslo"], "tags": ["O", "B-LOC"]}}
    (row,) = side_by_side(translations, projections)
    assert row["entities"] == [("LOC", 0, 1)]
    assert row["target_entities"] == [("LOC", 1, 2)]


def test_frequent_entities_come_first():
    rows = [{"type": "LOC", "text": text, "score": 0.5} for text in ("Oslo", "Rom", "Oslo")]
    found = frequent_entities([*rows, {"type": "LOC", "text": "Oslo", "score": 0.8}], TYPES, 1)
    assert found == {"PER": [], "LOC": [{"text": "Oslo", "count": 3, "score": 0.6}]}
