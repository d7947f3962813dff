import csv

import pytest

from unitrans.corpora.sentences import Sentence
from unitrans.distillation.answers import read_answers
from unitrans.distillation.questions import Question
from unitrans.report.questions import first_questions, write_questions

TYPES = ("PER", "ORG")
POOL = [
    Sentence("s1", ("La", "agencia", "EFE", "dijo")),
    Sentence("s2", ("\u0633\u0627\u0631\u0629", "EFE")),
    Sentence("s3", ("Grupo", '"', "Magenta", '"')),
]
QUESTIONS = [
    Question(("EFE",), 2, {"PER": 0.01, "ORG": 0.33, "O": 0.6, "": 0.06}, 0.66, ((0, 2, 3),)),
    Question(("\u0633\u0627\u0631\u0629",), 1, {"PER": 0.5, "O": 0.5}, 0.5, ((1, 0, 1),)),
    Question(("Grupo", '"', "Magenta", '"'), 1, {"ORG": 0.5, "O": 0.5}, 0.5, ((2, 0, 4),)),
]


@pytest.fixture
def written(tmp_path):
    table, page = tmp_path / "questions.tsv", tmp_path / "questions.html"
    write_questions(QUESTIONS, POOL, TYPES, target="es", table=table, page=page)
    return table, page


def test_the_table_opens_in_a_spreadsheet_and_comes_back(written, tmp_path):
    table, _ = written
    with table.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, dialect="excel-tab"))
    assert rows[0]["believed"] == "O 60%, ORG 33%, part of another name 6%"
    assert rows[0]["sentence_1"] == "La agencia [ EFE ] dijo"
    assert read_answers(table, TYPES, language="es") == {}  # nothing is answered yet
    for row, answer in zip(rows, ("ORG", "PER", "depends"), strict=True):
        row["answer"] = answer
    with (tmp_path / "saved.tsv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0], dialect="excel-tab")
        writer.writeheader()
        writer.writerows(rows)
    found = read_answers(tmp_path / "saved.tsv", TYPES, language="es")
    assert [found[one.name] for one in QUESTIONS] == ["ORG", "PER", "depends"]


def test_the_first_page_shows_the_first_of_them(written):
    table, _ = written
    rows = first_questions(table, 2)
    assert [row["name"] for row in rows] == ["EFE", QUESTIONS[1].name[0]]
    assert rows[0]["count"] == "2"


def test_answers_are_given_by_keys_and_saved(written, browser, tmp_path):
    _, path = written
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    assert page.text_content("#count") == "0 of 3 answered"
    page.keyboard.press("2")  # ORG, and on to the next
    page.keyboard.press("1")
    page.keyboard.press("4")
    page.keyboard.press("k")
    page.keyboard.press("k")
    page.keyboard.press("3")  # thought better of it
    assert page.text_content("#count") == "3 of 3 answered"
    for _ in range(20):  # a busy browser takes a moment to store what a page tells it to
        page.reload()
        if page.text_content("#count") == "3 of 3 answered":
            break
        page.wait_for_timeout(250)
    assert page.text_content("#count") == "3 of 3 answered"
    page.click("article:first-of-type button[data-answer=ORG]")
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(tmp_path / "answers.tsv")
    found = read_answers(tmp_path / "answers.tsv", TYPES, language="es")
    assert [found[one.name] for one in QUESTIONS] == ["ORG", "PER", "depends"]
    assert (
        page.eval_on_selector("article:nth-of-type(2) h2", "e => getComputedStyle(e).direction")
        == "rtl"
    )
    assert not errors
    page.close()
