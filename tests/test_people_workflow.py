"""Answers and corrected sentences, from the files that a run writes back into the next one."""

import csv
import json

import pytest

from checkout import Checkout, changed

pytestmark = pytest.mark.slow
FILES = ["results/es/questions.tsv", "results/es/annotate.jsonl"]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory, tiny_encoder):
    folder = tmp_path_factory.mktemp("people")
    found = Checkout(folder, tiny_encoder)
    found.config = changed(found, targets=["es"], annotation={"sentences": 5, "questions": 8})
    found.make(*FILES)
    return found


@pytest.fixture(scope="module")
def told(checkout):
    """The configuration of somebody who has answered all questions and corrected two sentences."""
    with (checkout.folder / FILES[0]).open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, dialect="excel-tab"))
    with (checkout.folder / "answers.csv").open("w", encoding="utf-8", newline="") as saved:
        writer = csv.writer(saved, delimiter=";")
        writer.writerow(["answer", "name"])
        writer.writerows(["org", row["name"]] for row in rows)
    lines = (checkout.folder / FILES[1]).read_text("utf-8").splitlines()
    exported = []
    for number, line in enumerate(lines[:2], 1):
        record = json.loads(line)
        first = len(record["text"].split(" ")[0])
        exported.append({**record, "id": number, "label": [[0, first, "PER"]], "Comments": []})
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in exported)
    (checkout.folder / "admin.jsonl").write_text(text, "utf-8")
    config = spanish(checkout, answers="answers.csv", corrected="admin.jsonl")
    return config, [row["name"] for row in rows], exported


def spanish(checkout, **keys):
    """The configuration with further keys of the Spanish corpus."""
    own = checkout.config["corpora"]["es"]
    return changed(checkout, corpora={"es": {**own, **keys}})


def test_the_student_is_told_and_nobody_else(checkout, told):
    config, names, exported = told
    planned = checkout.planned("results/es/f1.json", config=config)
    assert planned["train_student"] == 1
    assert not {"train_variant", "train_tuned_teacher", "cast_chosen_votes"} & planned.keys()
    asked = ["results/es/f1.json", "results/es/voters.json", FILES[0]]
    result = checkout.run(*asked, config=config)
    assert result.returncode == 0, result.stderr
    log = (checkout.folder / "logs/train_student/es.1.log").read_text("utf-8")
    assert f"{len(names)} of {len(names)} answers are to names of the pool" in log
    assert "2 corrected sentences, 2 of them in the pool" in log
    corrected = (checkout.folder / "results/es/corpus/corrected.jsonl").read_text("utf-8")
    assert [json.loads(line)["tokens"] for line in corrected.splitlines()] == [
        one["text"].split(" ") for one in exported
    ]
    assert checkout.read("results/es/voters.json")["corrected"] == 2
    again = (checkout.folder / FILES[0]).read_text("utf-8")
    assert not any(f"\n{name}\t" in again for name in names)


def test_the_workflows_own_table_is_not_read_where_it_may_be_written_over(checkout):
    config = spanish(checkout, answers=FILES[0])
    result = checkout.run("-n", "results/es/f1.json", config=config)
    assert result.returncode != 0
    assert "expected a copy of it elsewhere" in result.stderr + result.stdout


def test_answers_that_are_missing_are_one_line(checkout):
    config = spanish(checkout, answers="nowhere.tsv")
    result = checkout.run("-n", "results/es/f1.json", config=config)
    assert result.returncode != 0
    assert (
        "corpora.es.answers: found no file nowhere.tsv; expected names with answers"
        in result.stderr + result.stdout
    )
