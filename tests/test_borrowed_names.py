"""A language whose script no rule can write gets names of its pool in the translation."""

import json

import pytest

from checkout import Checkout, changed

BORROWED = "results/zh/borrowed_names/seed5"
POOL = "毛泽东到北京。\n北京很大。\n他们在上海工作。\n上海和北京都很大。\n"


@pytest.fixture
def checkout(tmp_path, tiny_encoder):
    found = Checkout(tmp_path, tiny_encoder)
    (tmp_path / "zh.txt").write_text(POOL, encoding="utf-8")
    found.config = changed(found, targets=["zh"], seeds=[5])
    found.config["corpora"]["zh"] = {"unlabelled": "zh.txt"}
    return found


def test_teachers_of_such_a_language_learn_from_it(checkout):
    checkout.make(f"{BORROWED}.jsonl")
    read = {
        name: [
            json.loads(line)
            for line in (checkout.folder / name).read_text(encoding="utf-8").splitlines()
        ]
        for name in ("results/zh/projection.jsonl", f"{BORROWED}.jsonl")
    }
    before, after = read.values()
    assert [one["id"] for one in before] == [one["id"] for one in after]
    assert all(len(one["tokens"]) == len(one["tags"]) for one in after)
    table = (checkout.folder / f"{BORROWED}.tsv").read_text(encoding="utf-8").splitlines()
    assert table[0] == "type\tname\tcount"
    planned = checkout.run("-n", "results/zh/student/seed5/model.safetensors")
    for model in ("translated", "tuned"):
        rule = planned.stdout.split(f"rule train_{model}_teacher:")[1].split("output:")[0]
        assert f"{BORROWED}.jsonl" in rule
        assert "projection.jsonl" not in rule


def test_it_can_be_switched_off(checkout):
    config = changed(checkout, translation={"borrow_names": False})
    assert "borrow_names" not in checkout.planned(
        "results/zh/student/seed5/config.json", config=config
    )
    assert checkout.planned("results/zh/student/seed5/config.json")["borrow_names"] == 1
