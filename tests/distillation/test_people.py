import numpy as np
import pytest

from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.corpora.tags import TagSet
from unitrans.distillation.answers import apply_answers, read_answers
from unitrans.distillation.choice import choose_sentences
from unitrans.distillation.people import HumanLabels, read_corrected
from unitrans.distillation.questions import find_questions
from unitrans.errors import InputError

TAGS = TagSet(("PER", "ORG"))
OUT, B_PER, I_PER, B_ORG, I_ORG = range(5)


def sentences(*texts):
    return [Sentence(f"s{n}", tuple(text.split())) for n, text in enumerate(texts)]


def certain(*classes, least=0.0):
    rows = np.eye(5, dtype=np.float32)[list(classes)]
    return (1 - least) * rows + least / 5


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_answers_come_from_any_spreadsheet(tmp_path, mark):
    path = tmp_path / "answers.tsv"
    rows = [("count", "name", "answer"), ("9", "EFE", "org"), ("1", "Ana Gil", "PER")]
    rows += [("3", "Hoy", "O"), ("2", "Real", "depends"), ("2", "Nadie", "")]
    path.write_text("\ufeff" + "\r\n".join(mark.join(row) for row in rows), "utf-8")
    assert read_answers(path, TAGS.types, language="es") == {
        ("EFE",): "ORG",
        ("Ana", "Gil"): "PER",
        ("Hoy",): "O",
        ("Real",): "depends",
    }


def test_a_list_of_names_is_answers(tmp_path):
    path = tmp_path / "names.tsv"
    path.write_text("Banco de España\tORG\nD'Artagnan\tPER\n", "utf-8")
    found = read_answers(path, TAGS.types, language="fr")
    assert found["Banco", "de", "España"] == "ORG"
    assert found["D'", "Artagnan"] == found["D'Artagnan",] == "PER"  # as either is written


def test_a_stray_quotation_mark_spoils_no_other_line(tmp_path):
    path = tmp_path / "answers.tsv"
    path.write_text('name\tanswer\n"Grupo\tORG\nEFE\tORG\n', "utf-8")
    with pytest.raises(InputError, match=r"answers.tsv:2: found .*expected a name and its answer"):
        read_answers(path, TAGS.types, language="es")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name\tanswer\nEFE\tFIRM\n", ":2: found answer 'FIRM' to 'EFE'; expected one of PER, ORG"),
        ("name\tanswer\nEFE\tORG\nEFE\tO\n", ":3: found answer O to 'EFE'; expected ORG"),
        ("name\tanswer\n\tORG\n", ":2: found ' ORG'"),
        ("EFE\n", ":1: found 'EFE'; expected a name and its answer"),
    ],
)
def test_a_fault_in_the_answers_is_one_line(tmp_path, content, said):
    path = tmp_path / "answers.tsv"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError) as error:
        read_answers(path, TAGS.types, language="es")
    assert f"{path}{said}" in str(error.value)


def test_an_answer_holds_where_the_name_stands_on_its_own():
    pool = sentences("EFE dijo", "Agencia EFE dijo", "el EFE")
    soft = certain(OUT, OUT, B_ORG, I_ORG, OUT, OUT, B_PER, least=0.1)
    votes = np.array([OUT, OUT, B_ORG, I_ORG, OUT, -1, -1])
    changed, voted = apply_answers(soft, votes, pool, {("EFE",): "ORG"}, TAGS)
    assert changed[0].tolist() == certain(B_ORG)[0].tolist()
    assert np.array_equal(changed[2:4], soft[2:4])  # part of a longer name
    assert voted.tolist() == [B_ORG, OUT, B_ORG, I_ORG, OUT, -1, B_ORG]
    assert np.array_equal(soft, certain(OUT, OUT, B_ORG, I_ORG, OUT, OUT, B_PER, least=0.1))


def test_a_longer_name_goes_before_its_parts():
    pool = sentences("Real Madrid ganó")
    answers = {("Real", "Madrid"): "ORG", ("Madrid",): "O"}
    changed, _ = apply_answers(certain(OUT, OUT, OUT), None, pool, answers, TAGS)
    assert changed.argmax(1).tolist() == [B_ORG, I_ORG, OUT]


def test_what_depends_changes_nothing():
    pool = sentences("Real va")
    soft = certain(B_PER, OUT, least=0.2)
    changed, _ = apply_answers(soft, None, pool, {("Real",): "depends"}, TAGS)
    assert np.array_equal(changed, soft)


def test_the_first_question_is_the_one_whose_answer_changes_most():
    pool = sentences(*["dice EFE"] * 8, *["dice Ana"] * 9, "dice Luis")
    unsure = 0.55 * certain(OUT) + 0.45 * certain(B_ORG)
    learned = np.concatenate([*[certain(OUT), unsure] * 8, *[certain(OUT), certain(B_PER)] * 9])
    learned = np.concatenate([learned, certain(OUT), 0.5 * certain(B_PER) + 0.5 * certain(OUT)])
    questions = find_questions(pool, [learned], learned.astype(np.float32), TAGS)
    assert questions[0].name == ("EFE",)
    assert questions[0].count == 8
    assert questions[0].changed == pytest.approx(8 * 0.45)
    assert questions[0].believed["ORG"] == pytest.approx(0.45)
    assert [one.name for one in questions] == [("EFE",), ("Luis",)]  # of Ana all are sure
    assert find_questions(pool, [learned], learned, TAGS, answered={("EFE",)})[0].name == ("Luis",)
    assert len(find_questions(pool, [learned], learned, TAGS, most=1)) == 1


def test_corrected_sentences_are_written_over_the_pool(tmp_path):
    pool = sentences("Ana va", "EFE dice")
    right = Sentence("x", ("EFE", "dice"), ("B-ORG", "O"))
    people = HumanLabels({}, [right])
    soft, votes = people.apply(certain(B_PER, OUT, OUT, OUT, least=0.3), np.full(4, -1), pool, TAGS)
    assert soft.argmax(1).tolist() == [B_PER, OUT, B_ORG, OUT]
    assert votes.tolist() == [-1, -1, B_ORG, OUT]


def test_nothing_is_learned_of_sentences_that_are_scored_on(tmp_path):
    own = [Sentence(text, (text, "va"), ("B-PER", "O")) for text in ("Ana", "Luis")]
    write_sentences(tmp_path / "corrected.jsonl", own)
    write_sentences(tmp_path / "test.jsonl", own[:1])
    left = read_corrected(tmp_path / "corrected.jsonl", [tmp_path / "test.jsonl"])
    assert [sentence.id for sentence in left] == ["Luis"]
    with pytest.raises(InputError, match=r"found no sentence that is not in .*corrected"):
        read_corrected(tmp_path / "corrected.jsonl", [tmp_path / "corrected.jsonl"])


def test_sentences_are_chosen_that_teach_different_words():
    pool = sentences("EFE dice", "EFE habla", "Gil va", "nada más")
    doubts = [np.array([0.9, 0.0]), np.array([0.9, 0.0]), np.array([0.7, 0.0]), np.zeros(2)]
    assert choose_sentences(pool, doubts, 3) == [0, 2, 1]
    assert len(choose_sentences(pool, doubts, 9)) == 4
