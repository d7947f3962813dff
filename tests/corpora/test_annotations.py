"""Files as Doccano and Label Studio export them, in the forms that their manuals describe."""

import json

import pytest

from unitrans.corpora.annotations import parse_annotations
from unitrans.corpora.ingest import CorpusSettings, read_corpus
from unitrans.corpora.recognition import Format
from unitrans.errors import InputError

DOCCANO = {"id": 7, "text": "Ana vive en Nueva York .", "label": [[12, 22, "LOC"], [0, 3, "PER"]]}
RELATIONS = {
    "id": 7,
    "text": "Ana vive en Nueva York .",
    "entities": [
        {"id": 1, "label": "PER", "start_offset": 0, "end_offset": 3},
        {"id": 2, "label": "LOC", "start_offset": 12, "end_offset": 22},
    ],
    "relations": [],
    "Comments": [],
}
TAGS = ("B-PER", "O", "O", "B-LOC", "I-LOC", "O")


def region(start, end, text, kind):
    value = {"start": start, "end": end, "text": text, "labels": [kind]}
    return {"id": "a", "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def annotation(*regions, **more):
    return {"id": 1, "was_cancelled": False, "ground_truth": False, "result": [*regions], **more}


def task(*annotations, text="Ana vive en Nueva York ."):
    return {"id": 4, "data": {"text": text}, "annotations": [*annotations], "predictions": []}


RIGHT = annotation(region(0, 3, "Ana", "PER"), region(12, 22, "Nueva York", "LOC"))
WRONG = annotation(region(0, 3, "Ana", "ORG"))
SMALL = {
    "id": 4,
    "text": "Ana vive en Nueva York .",
    "label": [
        {"start": 0, "end": 3, "text": "Ana", "labels": ["PER"]},
        {"start": 12, "end": 22, "text": "Nueva York", "labels": ["LOC"]},
    ],
    "annotator": 1,
}


def parse(content, *, labelled=True, language="es"):
    return list(parse_annotations("f", content.splitlines(), labelled=labelled, language=language))


def one(record, **more):
    (found,) = parse(json.dumps(record, ensure_ascii=False), **more)
    return found


@pytest.mark.parametrize("record", [DOCCANO, RELATIONS, SMALL, task(RIGHT)])
def test_both_tools_are_read(record):
    found = one(record)
    assert found.tokens == tuple(["Ana", "vive", "en", "Nueva", "York", "."])
    assert found.tags == TAGS
    assert found.id is None  # a number is the tool's own


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_is_read_whatever_its_lines(indent, tmp_path):
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task(RIGHT), task(RIGHT)], indent=indent), "utf-8")
    settings = CorpusSettings(str(path))
    (form, _), parsed = read_corpus(settings, split="test", language="es", folder=tmp_path)
    parsed = list(parsed)
    assert form is Format.SPANS
    assert [sentence.tags for sentence in parsed] == [TAGS, TAGS]
    assert parsed[1].lines[0] == 2


def test_the_last_annotation_counts_that_was_not_cancelled():
    assert one(task(WRONG, RIGHT, annotation(was_cancelled=True))).tags == TAGS
    true = annotation(*RIGHT["result"], ground_truth=True)
    assert one(task(true, WRONG)).tags == TAGS


def test_a_task_that_nobody_annotated_says_nothing():
    lines = "\n".join(json.dumps(each) for each in (task(), task(RIGHT)))
    assert [sentence.tags for sentence in parse(lines)] == [TAGS]


def test_what_was_found_to_have_no_entity_is_a_sentence():
    assert one(task(annotation())).tags == ("O",) * 6


def test_a_name_of_the_workflow_is_kept():
    assert one({**DOCCANO, "id": "unlabelled-3"}).id == "unlabelled-3"


def test_raw_text_is_split_as_raw_text_is():
    text = "Ana vive en Nueva York, dice Luis. Y (según él) en Oslo."
    spans = [[0, 3, "PER"], [12, 22, "LOC"], [29, 33, "PER"], [51, 55, "LOC"]]
    first, second = parse(json.dumps({"text": text, "label": spans}))
    assert first.tokens == ("Ana", "vive", "en", "Nueva", "York", ",", "dice", "Luis", ".")
    assert first.tags == ("B-PER", "O", "O", "B-LOC", "I-LOC", "O", "O", "B-PER", "O")
    assert second.tokens[-2:] == ("Oslo", ".")
    assert second.tags[-2:] == ("B-LOC", "O")


def test_blanks_at_the_edges_of_a_label_belong_to_no_word():
    assert one({"text": "en Oslo hoy", "label": [[2, 8, "LOC"]]}).tags == ("O", "B-LOC", "O")


def test_units_of_a_browser_are_characters_here():
    text = "\U0001f600 Ana vive"
    marked = {"start": 3, "end": 6, "text": "Ana", "labels": ["PER"]}  # the smiley counts two
    assert one({"text": text, "label": [marked]}).tags == ("O", "B-PER", "O")


def test_a_label_inside_a_word_takes_the_word():
    found = one({"text": "Bergens havn, sier han.", "label": [[0, 6, "LOC"]]}, language="nb")
    assert found.tags[0] == "B-LOC"


def test_labels_of_a_pool_are_never_read():
    assert one({"text": "Ana va", "label": "nonsense"}, labelled=False).tags is None


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"text": "Ana va", "label": [[0, 9, "PER"]]}, "f:1: found a label from 0 to 9"),
        ({"text": "Ana va", "label": [[0, 3]]}, "f:1: found the label [0, 3]"),
        ({"text": "Ana va", "label": [[0, 3, "PER"], [1, 6, "LOC"]]}, "found two labels on 'na'"),
        ({"text": "Ana va", "label": {"a": 1}}, "found labels"),
        ({"text": "Ana va", "label": [[3, 4, "PER"]]}, "found a label from 3 to 4"),
        ({"label": []}, "found no text"),
        (
            task(annotation({**region(0, 3, "Ana", "PER"), "type": "hypertextlabels"})),
            "f:1: found hypertextlabels; expected labels of a plain text",
        ),
        ([1], "f:1: found"),
    ],
)
def test_a_fault_is_one_line(record, said):
    content = json.dumps(record)
    with pytest.raises(InputError) as error:
        parse(content)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
