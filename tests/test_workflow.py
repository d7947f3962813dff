"""The workflow as a user runs it: snakemake in a process of its own, on a tiny encoder."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from transformers import AutoModelForTokenClassification, AutoTokenizer

from checkout import PROJECT, Checkout, changed

LIBRARY = Path("workflow", "scripts", "unitrans")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory, tiny_encoder):
    return Checkout(tmp_path_factory.mktemp("checkout"), tiny_encoder)


@pytest.fixture(scope="module")
def finished(checkout):
    checkout.make("all")
    return checkout


@pytest.mark.slow
def test_the_main_job_scores_every_model(finished):
    result = finished.read("results/es/f1.json")
    assert next(iter(result["models"])) == "student"
    assert set(result["models"]) == {
        *("student", "source_teacher", "translated_teacher", "tuned_teacher")
    }
    assert result["sentences"] == 250
    assert result["models"]["student"]["support"] == result["models"]["source_teacher"]["support"]
    gold = (finished.folder / "results/es/corpus/test.jsonl").read_text("utf-8").count('"B-')
    assert result["models"]["student"]["support"] == gold


@pytest.mark.slow
def test_the_student_loads_with_transformers(finished):
    folder = finished.folder / "results/es/student/seed1"
    model = AutoModelForTokenClassification.from_pretrained(folder)
    assert model.config.id2label[1] == "B-PER"
    assert AutoTokenizer.from_pretrained(folder)("Oslo").input_ids


@pytest.mark.slow
def test_the_pool_has_no_labels(finished):
    lines = (finished.folder / "results/es/corpus/unlabelled.jsonl").read_text("utf-8").splitlines()
    assert all(set(json.loads(line)) == {"id", "tokens"} for line in lines)


@pytest.mark.slow
def test_each_job_leaves_its_settings_in_a_log(finished):
    log = (finished.folder / "logs/train_student/es.1.log").read_text("utf-8")
    assert "setting seed: 1" in log
    assert log.rstrip().endswith("done")


@pytest.mark.slow
def test_the_report_is_one_file_that_asks_for_nothing_else(finished, browser):
    finished.make("all", "--report", "report.html")
    page, requests = browser.new_page(), []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((finished.folder / "report.html").as_uri())
    assert page.get_by_text("Training", exact=True).first.is_visible()
    page.get_by_text("Scores", exact=True).first.click()
    page.get_by_text("F1 of all models").first.wait_for()
    outside = [url for url in requests if not url.startswith(("data:", "blob:"))]
    assert outside == [(finished.folder / "report.html").as_uri()]
    page.close()


@pytest.mark.slow
def test_a_text_of_ones_own_is_tagged(finished):
    text = "Ana  vive en Oslo.\r\nGil va a Bergen.\n"
    path = finished.folder / "data" / "es" / "mine.txt"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode())
    finished.make("results/es/tagged/mine.jsonl")
    lines = (finished.folder / "results/es/tagged/mine.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["text"] for row in rows] == ["Ana  vive en Oslo.", "Gil va a Bergen."]
    assert [text[row["start"] : row["end"]] for row in rows] == [row["text"] for row in rows]
    words = (finished.folder / "results/es/tagged/mine.conll").read_text("utf-8").split()[::2]
    assert words == ["Ana", "vive", "en", "Oslo", ".", "Gil", "va", "a", "Bergen", "."]


@pytest.mark.slow
def test_a_target_without_gold_labels_gets_all_but_scores(finished):
    pool = {"unlabelled": "resources/tutorial/ru.txt"}
    plan = finished.planned("all", config=changed(finished, targets=["ru"], corpora={"ru": pool}))
    assert {"train_student", "plot_votes", "sample_entities", "write_model_card"} <= set(plan)
    scoring = {"predict_tags", "score_language", "plot_scores", "show_errors", "summarise_results"}
    assert not scoring & set(plan)


@pytest.mark.slow
def test_nothing_changed_nothing_runs(finished):
    assert finished.planned("all") == {}


@pytest.mark.slow
def test_a_student_setting_reruns_students_and_evaluation(finished):
    config = changed(finished, student={"vote_weight": 0.5})
    # Both rounds, and what the second learns from.
    students = ["train_variant", "predict_soft_labels", "cast_chosen_votes", "train_student"]
    following = ["estimate_quality", "predict_tags", "score_language", "write_model_card"]
    following += ["plot_scores", "plot_trainings", "sample_entities", "show_errors"]
    following += ["show_overview", "ask_questions"]
    expected = dict.fromkeys([*students, *following], 2)
    expected |= {"summarise_results": 1, "all": 1}
    assert finished.planned("all", config=config) == expected


@pytest.mark.slow
def test_a_dictionary_of_one_target_leaves_the_others_alone(finished):
    config = changed(finished, overrides={"es": {"dictionary": {"neighbours": 5}}})
    plan = finished.planned("all", config=config)
    assert "train_source_teacher" not in plan
    assert plan["build_lexicon"] == plan["train_translated_teacher"] == plan["train_student"] == 1
    assert finished.planned("results/de/f1.json", config=config) == {}


@pytest.mark.slow
def test_a_further_seed_trains_no_model_again(finished):
    plan = finished.planned("all", config=changed(finished, seeds=[1, 2]))
    assert plan["train_source_teacher"] == 1
    assert plan["train_translated_teacher"] == plan["train_student"] == 2
    assert not {"ingest_corpus", "build_lexicon", "prepare_encoder"} & set(plan)


@pytest.mark.slow
def test_a_further_language_trains_no_model_again(finished):
    plan = finished.planned("all", config=changed(finished, targets=["es", "de", "nl"]))
    assert "train_source_teacher" not in plan
    assert plan["train_translated_teacher"] == plan["train_student"] == 1
    assert plan["score_language"] == 1


@pytest.mark.slow
def test_a_touched_corpus_reruns_nothing(finished):
    (finished.folder / "resources/sample/es/train.txt").touch()
    assert finished.planned("all") == {}


@pytest.mark.slow
def test_a_touched_script_and_a_comment_in_one_rerun_nothing(finished):
    scripts = finished.folder / "workflow" / "scripts"
    for script in scripts.glob("*.py"):
        script.touch()
    script = scripts / "train_teacher.py"
    original = script.read_text("utf-8")
    script.write_text(original + "# A comment.\n")
    plan = finished.planned("all")
    script.write_text(original)
    assert plan == {}


@pytest.mark.slow
def test_changed_logic_of_a_script_reruns_its_rules(finished):
    script = finished.folder / "workflow" / "scripts" / "cast_votes.py"
    original = script.read_text("utf-8")
    script.write_text(original + "import sys\n")
    plan = finished.planned("results/es/f1.json")
    script.write_text(original)
    assert plan["cast_votes"] == plan["cast_chosen_votes"] == plan["train_student"] == 1
    assert "train_source_teacher" not in plan


@pytest.mark.slow
def test_a_copy_of_a_finished_run_reruns_nothing(finished):
    # As `cp -r` does: all times are new, and in any order.
    folder = finished.folder.with_name("copy")
    shutil.copytree(finished.folder, folder, copy_function=shutil.copyfile)
    copy = Checkout.of(folder, finished.config)
    assert copy.planned("all") == {}


@pytest.mark.slow
def test_a_library_function_reruns_its_dependents_and_a_comment_does_not(finished):
    module = finished.folder / LIBRARY / "distillation" / "votes.py"
    original = module.read_text("utf-8")
    module.write_text(original + "\n# A comment.\n")
    assert finished.planned("all") == {}
    changed_text = original.replace("choices == first", "choices != first")
    assert changed_text != original
    module.write_text(changed_text)
    plan = finished.planned("all")
    module.write_text(original)
    # Teachers are trained without this module.
    assert plan["cast_votes"] == plan["train_variant"] == plan["train_student"] == 2
    assert not any(rule.endswith("_teacher") or rule == "ingest_corpus" for rule in plan)


@pytest.mark.slow
def test_an_artifact_that_was_tampered_with_reruns_what_depends_on_it(finished):
    path = finished.folder / "results/es/votes/first_round/seed1.safetensors"
    original = path.read_bytes()
    path.write_bytes(original + b"x")
    plan = finished.planned("results/es/f1.json")
    path.write_bytes(original)
    jobs = ("train_student", "estimate_quality", "predict_tags", "score_language")
    assert plan == dict.fromkeys(jobs, 1)


@pytest.mark.slow
def test_two_processes_train_a_teacher(tmp_path, tiny_encoder):
    checkout = Checkout(tmp_path, tiny_encoder)
    checkout.config["gpus"] = 2
    checkout.make("results/en/source_teacher/seed1/model.safetensors")
    log = next((tmp_path / "logs/train_source_teacher").iterdir()).read_text("utf-8")
    assert "setting processes: 2" in log
    assert "update 8 of 8: loss" in log
    assert "going on from update 8" in log


def ruin_gold_labels(folder):
    """Change or delete every gold label of the targets; the words stay as they are."""
    types = {"PER": "ORG", "ORG": "LOC", "LOC": "MISC", "MISC": "PER"}
    for path in folder.glob("resources/sample/e[s]/*.txt"):
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            if number % 2:
                line = re.sub(r"\[(?:PER|ORG|LOC|MISC) |\]", "", line)
            lines[number] = re.sub(
                r"\[(PER|ORG|LOC|MISC) ", lambda match: f"[{types[match[1]]} ", line
            )
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.slow
def test_gold_labels_leave_no_trace_and_a_second_run_gives_the_same_bytes(
    finished, tmp_path, tiny_encoder
):
    other = Checkout(tmp_path, tiny_encoder)
    ruin_gold_labels(tmp_path)
    other.make("results/es/f1.json")
    for pattern in ("*/*_teacher/*/*", "es/student/*/*", "es/soft_labels/*/*", "es/votes/*.safe*"):
        first, second = (run.digests(f"results/{pattern}") for run in (finished, other))
        second = {name: second[name] for name in second}
        assert second
        assert second == {name: first[name] for name in second}
    assert finished.digests("results/es/corpus/test.jsonl") != other.digests(
        "results/es/corpus/test.jsonl"
    )
    predicted = [
        [line.split()[2] for line in path.read_text("utf-8").splitlines() if line]
        for run in (finished, other)
        for path in [run.folder / "results/es/predictions/student/seed1.conll"]
    ]
    assert predicted[0] == predicted[1]


BAD_CORPORA = {
    "tag outside the scheme": (b"Ana X-PER\nva O\n", "corpus:1: found tag 'X-PER'"),
    "wrong encoding": ("Ana B-PER\nespañol O\n".encode("latin-1"), "corpus:2: found "),
    "empty file": (b"", "corpus: found "),
}


@pytest.mark.slow
@pytest.mark.parametrize(("content", "message"), BAD_CORPORA.values(), ids=BAD_CORPORA)
def test_a_bad_corpus_is_one_clear_line_and_leaves_nothing(checkout, tmp_path, content, message):
    path = tmp_path / "corpus"
    path.write_bytes(content)
    config = changed(checkout, corpora={"es": {"unlabelled": "x", "test": str(path)}})
    config["corpora"]["es"]["unlabelled"] = "resources/sample/es/train.txt"
    run = tmp_path / "run"
    run.mkdir()
    target = "results/es/corpus/test.jsonl"
    result = checkout.run("--directory", str(run), target, config=config)
    assert result.returncode != 0
    lines = [line for line in result.stderr.splitlines() if line.startswith("ERROR [")]
    assert len(lines) == 1
    assert message in lines[0]
    cause, advice = result.stderr.splitlines()[-2:]
    assert message in cause
    assert advice.startswith("Mend it and run the same command again")
    assert "Traceback" not in result.stderr
    assert not [
        path for path in (run / "results").rglob("*") if "corpus" in path.name and path.is_file()
    ]


@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        ("student", {"epoch": 3}, "config: student.epoch: found an unknown key"),
        ("targets", ["x; touch y"], "config: targets.0: "),
    ],
)
def test_a_bad_configuration_is_refused_before_any_job(checkout, section, values, message):
    result = checkout.run("all", config=changed(checkout, **{section: values}))
    assert result.returncode != 0
    assert message in result.stderr + result.stdout
    assert "Traceback" not in result.stderr + result.stdout


def test_an_unknown_target_is_refused(checkout):
    result = checkout.run("results/xx/f1.json")
    assert result.returncode != 0
    assert "results/xx/f1.json" in result.stderr


@pytest.mark.parametrize("target", ["results/xx/f1.json", "results/es/f2.json"])
def test_a_target_that_no_rule_makes_is_told_what_there_is(checkout, target):
    result = checkout.run("-n", target)
    assert result.returncode != 0
    last = result.stderr.splitlines()[-1]
    assert last.startswith(f"{target}: found no rule that makes it; expected a file such as")
    assert last.endswith("with a target of: es, de")


@pytest.mark.parametrize("name", sorted(path.name for path in PROJECT.glob("config/*.yaml")))
def test_every_configuration_can_be_planned(checkout, tmp_path, name):
    """A dry run; files that are not here are stood in for by a few labels."""
    config = yaml.safe_load((PROJECT / "config" / name).read_text("utf-8"))
    dictionaries = [config.get("dictionary", {})]
    dictionaries += [part.get("dictionary", {}) for part in config.get("overrides", {}).values()]
    paths = [value for part in dictionaries for key, value in part.items() if "vectors" in key]
    labels = ["PER", "ORG", "LOC", "MISC"]
    for corpus in config.get("corpora", {}).values():
        labels += corpus.get("label_map", {})
        for split in {"train", "unlabelled", "dev", "test"} & set(corpus):
            paths.append(corpus[split] if isinstance(corpus[split], str) else corpus[split]["path"])
    for path in filter(None, paths):
        stand_in = checkout.folder / path
        if not stand_in.exists():
            stand_in.parent.mkdir(parents=True, exist_ok=True)
            stand_in.write_text("\n".join(f"Oslo B-{label}" for label in labels))
    file = tmp_path / name
    file.write_text(yaml.safe_dump(config))
    command = [sys.executable, "-m", "snakemake", "-n", "--quiet", "--configfile", str(file)]
    result = subprocess.run(
        [*command, "--directory", str(tmp_path)],
        cwd=checkout.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
