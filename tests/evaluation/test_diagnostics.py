import numpy as np
import pytest

from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.corpora.tags import TagSet
from unitrans.distillation.lineage import MODELS, TEACHERS
from unitrans.distillation.word_files import WordFile
from unitrans.errors import InputError
from unitrans.evaluation.diagnostics import (
    calibration,
    diagnose,
    dictionary_coverage,
    find_seen,
    found_by,
    vote_quality,
)
from unitrans.evaluation.predictions import TaggedSentence, write_predictions

TAGS = TagSet(("PER", "LOC"))  # O, B-PER, I-PER, B-LOC, I-LOC
GOLD = [
    TaggedSentence(("Ana", "Gil", "va"), ("B-PER", "I-PER", "O"), ("B-PER", "I-PER", "O")),
    TaggedSentence(("a", "Oslo"), ("O", "B-LOC"), ("O", "B-PER")),
]


def test_votes_are_held_against_gold_by_type():
    gold = np.array([1, 2, 0, 0, 3])
    rows = vote_quality(gold, [np.array([1, 1, 0, -1, -1]), np.array([1, -1, 0, 0, 1])], TAGS)
    assert rows["all"] == {"gold": 10, "coverage": 0.7, "votes": 7, "accuracy": 0.7143}
    # I-PER taken for B-PER, and LOC for PER: two of four votes are wrong.
    assert rows["PER"] == {"gold": 4, "coverage": 0.75, "votes": 4, "accuracy": 0.5}
    assert rows["LOC"] == {"gold": 2, "coverage": 0.5, "votes": 0, "accuracy": None}
    assert rows["O"] == {"gold": 4, "coverage": 0.75, "votes": 3, "accuracy": 1}


def test_calibration_by_hand():
    rows = np.array([[0.95, 0.05], [0.05, 0.95], [0.15, 0.85], [0.25, 0.75]], dtype=np.float32)
    # The first word is O and taken for O; of the others one is wrong.
    found = calibration(np.array([0, 1, 0, 1]), [rows])
    assert found["words"] == 3
    bins = {row["from"]: row for row in found["bins"] if row["words"]}
    assert set(bins) == {0.7, 0.8, 0.9}
    assert bins[0.8] == {"from": 0.8, "words": 1, "confidence": 0.85, "accuracy": 0}
    assert found["error"] == pytest.approx((0.05 + 0.85 + 0.25) / 3, abs=1e-4)


def test_certain_and_right_is_perfectly_calibrated():
    found = calibration(np.array([1, 1]), [np.array([[0, 1], [0, 1]], dtype=np.float32)])
    assert found["error"] == 0
    assert found["bins"][-1]["words"] == 2


def test_calibration_without_entities_has_no_error():
    found = calibration(np.array([0]), [np.array([[1, 0]], dtype=np.float32)])
    assert (found["words"], found["error"]) == (0, None)


def test_entities_are_seen_where_their_words_stand_together():
    pool = [Sentence("1", ("Ana", "y", "Gil")), Sentence("2", ("en", "Oslo"))]
    assert find_seen(GOLD, pool) == {("Oslo",)}
    assert find_seen(GOLD, [Sentence("1", ("Ana", "Gil"))]) == {("Ana", "Gil")}


def test_recall_by_group():
    assert found_by(GOLD, lambda words: str(len(words))) == {
        "1": {"entities": 1, "recall": 0},
        "2": {"entities": 1, "recall": 1},
    }


def test_dictionary_coverage_by_type(tmp_path):
    write_sentences(
        tmp_path / "source.jsonl", [Sentence("1", ("In", "Oslo", "."), ("O", "B-LOC", "O"))]
    )
    (tmp_path / "lexicon.tsv").write_text("in\ten\t0.5\n")
    found = dictionary_coverage(
        tmp_path / "source.jsonl", tmp_path / "lexicon.tsv", ("O", "PER", "LOC")
    )
    assert found == {
        "O": {"words": 1, "coverage": 1},
        "PER": {"words": 0, "coverage": None},
        "LOC": {"words": 1, "coverage": 0},
    }


@pytest.fixture
def files(tmp_path):
    sentences = [Sentence(str(n), s.tokens, s.gold) for n, s in enumerate(GOLD)]
    values = np.full((5, 5), 0.2, dtype=np.float32)
    predictions, probabilities = ({model: {} for model in MODELS} for _ in range(2))
    for model in MODELS:
        for seed in (1, 2):
            predictions[model][seed] = tmp_path / f"{model}{seed}.conll"
            write_predictions(predictions[model][seed], sentences, [s.predicted for s in GOLD])
            probabilities[model][seed] = tmp_path / f"{model}{seed}.safetensors"
            file = WordFile(values, np.array([0, 3, 5]), TAGS, np.arange(2))
            file.write(probabilities[model][seed], "probabilities")
    write_sentences(tmp_path / "pool.jsonl", [Sentence("1", ("Oslo",))])
    write_sentences(tmp_path / "source.jsonl", sentences)
    return predictions, probabilities, tmp_path


def look(predictions, probabilities, folder):
    paths = {"pool": folder / "pool.jsonl", "source": folder / "source.jsonl", "lexicon": None}
    return diagnose(predictions, probabilities, entity_types=TAGS.types, **paths)


def test_diagnostics_sum_over_seeds(files):
    found = look(*files)
    assert found["dictionary"] is None
    assert set(found["calibration"]) == {*MODELS, "teachers"}
    assert found["votes"]["all"]["gold"] == 10
    student = found["models"]["student"]
    assert student["confusion"]["LOC"] == {"O": 0, "PER": 2, "LOC": 0}
    assert student["errors"]["type"]["LOC"] == student["errors"]["type"]["all"] == 2
    assert student["seen"] == {
        "seen": {"entities": 2, "recall": 0},
        "unseen": {"entities": 2, "recall": 1},
    }
    assert set(found["models"]) == {"student", *TEACHERS}


def test_probabilities_of_other_words_are_refused(files):
    predictions, probabilities, folder = files
    for path in probabilities["student"].values():
        file = WordFile(
            np.full((2, 5), 0.2, dtype=np.float32), np.array([0, 2]), TAGS, np.arange(1)
        )
        file.write(path, "probabilities")
    with pytest.raises(InputError, match="probabilities of student: found 2 words; expected 5"):
        look(predictions, probabilities, folder)
