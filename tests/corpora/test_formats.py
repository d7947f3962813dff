import json

import pytest

from unitrans.corpora.formats import parse
from unitrans.corpora.recognition import Columns, Format, recognise_format
from unitrans.errors import InputError

CONLL02 = "Melbourne NP B-LOC\n( Fpa O\nAustralia NP B-LOC\n\nEl DA O\nAbogado NC B-PER\n"
CONLL03 = (
    "-DOCSTART- -X- -X- O\n\nEU NNP I-NP I-ORG\nrejects VBZ I-VP O\nGerman JJ I-NP I-MISC\n\n"
    "Peter NNP I-NP I-PER\nBlackburn NNP I-NP I-PER\n"
)
GERMAN03 = "Nordrhein-Westfalen Nordrhein-Westfalen NE I-NC I-LOC\nsüd süd ADJ I-NC O\n"
INDEXED = "0\tWende\tB-PER\n1\tging\tO\n\n0\tJanuar\tO\n1\t2010\tO\n2\terzielte\tO\n"
CONLLU = (
    "# sent_id = s1\n# text = Al Bø\n1-2\tAl\t_\t_\t_\t_\t_\t_\t_\t_\n"
    "1\tA\ta\tADP\t_\t_\t2\tcase\t_\tSpaceAfter=No|name=O\n"
    "2\tBø\tBø\tPROPN\t_\t_\t0\troot\t_\tname=B-GPE_LOC\n"
    "2.1\tx\tx\tX\t_\t_\t_\t_\t_\t_\n\n"
    "# sent_id = s2\n1\tHun\thun\tPRON\t_\t_\t0\troot\t_\tname=O\n"
)
BRACKETED = "Ana vio a [PER Luis Gil] en [LOC Lugo] .\nNada más .\n"
JSONL = '{"id": "x", "tokens": ["Ana", "va"], "tags": ["B-PER", "O"]}\n'
TEXT = (
    "Ana vio a Luis Gil en Lugo [1]. Luego se fue a casa.\n\nNada más que decir de ello [Nota].\n"
)
RECOGNISED = Columns()


def sentences(text, form, *, labelled=True, columns=RECOGNISED):
    return list(parse("f", text.splitlines(), form, labelled=labelled, columns=columns))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (CONLL02, Format.CONLL),
        (CONLL03, Format.CONLL),
        (GERMAN03, Format.CONLL),
        (INDEXED, Format.CONLL),
        ("Ana\nva\n\nLuis\n", Format.CONLL),
        (CONLLU, Format.CONLLU),
        (BRACKETED, Format.BRACKETED),
        (JSONL, Format.JSONL),
        (TEXT, Format.TEXT),
        ("Hola .\n", Format.TEXT),
    ],
)
def test_formats_are_recognised_from_content(text, form):
    assert recognise_format("f", text.splitlines()).format is form


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        (
            CONLL02,
            Format.CONLL,
            [
                ("Melbourne ( Australia", "B-LOC O B-LOC", [1, 2, 3]),
                ("El Abogado", "O B-PER", [5, 6]),
            ],
        ),
        (
            CONLL03,
            Format.CONLL,
            [
                ("EU rejects German", "I-ORG O I-MISC", [3, 4, 5]),
                ("Peter Blackburn", "I-PER I-PER", [7, 8]),
            ],
        ),
        (GERMAN03, Format.CONLL, [("Nordrhein-Westfalen süd", "I-LOC O", [1, 2])]),
        (
            INDEXED,
            Format.CONLL,
            [("Wende ging", "B-PER O", [1, 2]), ("Januar 2010 erzielte", "O O O", [4, 5, 6])],
        ),
        (CONLLU, Format.CONLLU, [("A Bø", "O B-GPE_LOC", [4, 5]), ("Hun", "O", [9])]),
        (
            BRACKETED,
            Format.BRACKETED,
            [
                ("Ana vio a Luis Gil en Lugo .", "O O O B-PER I-PER O B-LOC O", [1] * 8),
                ("Nada más .", "O O O", [2] * 3),
            ],
        ),
        (JSONL, Format.JSONL, [("Ana va", "B-PER O", [1, 1])]),
    ],
    ids=["conll2002", "conll2003", "german", "indexed", "conllu", "bracketed", "jsonl"],
)
def test_words_tags_and_lines_are_read(text, form, expected):
    read = [(" ".join(s.tokens), " ".join(s.tags), list(s.lines)) for s in sentences(text, form)]
    assert read == expected


def test_names_of_sentences_come_from_the_file():
    assert [sentence.id for sentence in sentences(CONLLU, Format.CONLLU)] == ["s1", "s2"]
    assert [sentence.id for sentence in sentences(JSONL, Format.JSONL)] == ["x"]


def test_adjacent_entities_of_one_type_stay_two():
    read = sentences("[PER A] [PER B ]\n", Format.BRACKETED)
    assert read[0].tags == ("B-PER", "B-PER")


def test_columns_can_be_named():
    text = "x\tB-PER\tAna\ty\nx\tO\tva\ty\n"
    read = sentences(text, Format.CONLL, columns=Columns(word=2, tag=-3))
    assert (read[0].tokens, read[0].tags) == (("Ana", "va"), ("B-PER", "O"))


def test_comments_of_an_indexed_file_are_passed_over_and_a_hash_is_a_word_elsewhere():
    indexed = sentences("# source\n1\tAna\tB-PER\n2\tva\tO\n", Format.CONLL)
    assert (indexed[0].tokens, indexed[0].lines) == (("Ana", "va"), [2, 3])
    assert sentences("# O\nuno O\n", Format.CONLL)[0].tokens == ("#", "uno")


def test_only_ascii_blanks_divide_columns():
    assert sentences("10\u00a0000 O\nkm O\n", Format.CONLL)[0].tokens == ("10\u00a0000", "km")


def ruined(text, form):
    """The same words with the labels permuted, broken and gone."""
    if form is Format.BRACKETED:
        bare = text.replace("[PER ", "").replace("[LOC ", "").replace("]", "")
        return [text.replace("PER", "LOC"), text.replace("Gil]", "Gil"), bare]
    if form is Format.JSONL:
        record = json.loads(text)
        return [json.dumps(record | {"tags": tags}) for tags in (["O", "B-X"], [7], None)]
    if form is Format.CONLLU:
        return [text.replace("name=", "NE="), text.replace("B-GPE_LOC", "X_?")]
    mark = "\t" if "\t" in text else " "
    rows = [line.split(mark) for line in text.splitlines()]
    tags = iter([row[-1] for row in rows if len(row) > 1][::-1])
    permuted = [[*row[:-1], next(tags)] if len(row) > 1 else row for row in rows]
    broken = [[*row[:-1], "??"] if len(row) > 1 else row for row in rows]
    gone = [row[:-1] if len(row) > 1 else row for row in rows]
    return ["\n".join(mark.join(row) for row in new) for new in (permuted, broken, gone)]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (CONLL02, Format.CONLL),
        (CONLL03, Format.CONLL),
        (INDEXED, Format.CONLL),
        (CONLLU, Format.CONLLU),
        (BRACKETED, Format.BRACKETED),
        (JSONL, Format.JSONL),
    ],
)
def test_without_labels_nothing_of_the_tags_is_read(text, form):
    read = sentences(text, form, labelled=False)
    labelled = sentences(text, form)
    assert [s.tokens for s in read] == [s.tokens for s in labelled]
    assert {s.tags for s in read} == {None}
    for other in ruined(text, form):
        assert other != text
        assert sentences(other, form, labelled=False) == read


def test_recognition_does_not_hang_on_the_tag_column():
    for text, form in ((CONLL03, Format.CONLL), (INDEXED, Format.CONLL), (CONLLU, Format.CONLLU)):
        for other in ruined(text, form):
            assert recognise_format("f", other.splitlines()).format is form


BAD = {
    "column missing": (
        "El DA O\nAbogado B-PER\n",
        Format.CONLL,
        "f:2: found 2 columns; expected 3",
    ),
    "column too many": ("El O\n\nAna va O\n", Format.CONLL, "f:3: found 3 columns; expected 2"),
    "no tag column": ("El\nva\n", Format.CONLL, "f:1: found 1 column; expected a word in column 0"),
    "conllu columns": (CONLLU.replace("\tPRON", ""), Format.CONLLU, "f:9: found 9 columns"),
    "conllu index": (CONLLU.replace("\n2\tBø", "\nII\tBø"), Format.CONLLU, "f:5: found"),
    "conllu no labels": (CONLLU.replace("name=", "x="), Format.CONLLU, "f: found no entity label"),
    "nested bracket": ("Va .\n[PER A [LOC B] ]", Format.BRACKETED, "f:2: found a bracket inside"),
    "open bracket": ("[PER Ana va .", Format.BRACKETED, "f:1: found a bracket .PER that is not"),
    "no opening bracket": ("Ana] va .", Format.BRACKETED, "f:1: found a stray bracket in 'Ana]'"),
    "no type": ("[ Ana] va .", Format.BRACKETED, "f:1: found a bracket without a type"),
    "no word": ("[PER ] va .", Format.BRACKETED, "f:1: found an entity PER without a word"),
    "glued brackets": ("[PER Ana][LOC Bo]", Format.BRACKETED, "f:1: found a bracket inside a word"),
    "no json": (JSONL + "{oops\n", Format.JSONL, "f:2: found '{oops'"),
    "json list": ("[1]\n", Format.JSONL, "f:1: found a list"),
    "json number for a word": (
        '{"tokens": [7], "tags": ["O"]}',
        Format.JSONL,
        "f:1: found no list",
    ),
    "json tags": ('{"tokens": ["a", "b"], "tags": ["O"]}', Format.JSONL, "f:1: found 1 tags"),
    "json no tags": ('{"tokens": ["a"]}', Format.JSONL, "f:1: found no list of tags"),
    "json id": ('{"id": 7, "tokens": ["a"], "tags": ["O"]}', Format.JSONL, "f:1: found id 7"),
    "duplicate id": (JSONL * 2, Format.JSONL, "f:2: found id 'x', which line 1 has"),
}


@pytest.mark.parametrize(("text", "form", "message"), BAD.values(), ids=BAD)
def test_malformed_files_are_refused_with_their_line(text, form, message):
    with pytest.raises(InputError) as caught:
        sentences(text, form)
    assert message.replace(".PER", "[PER") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_word_column_that_is_not_there_is_refused_without_labels_too():
    with pytest.raises(InputError, match="f:1: found 2 columns; expected a word in column 5"):
        sentences("a b\n", Format.CONLL, labelled=False, columns=Columns(word=5))
