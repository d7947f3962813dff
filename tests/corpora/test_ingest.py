import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from unitrans.corpora.ingest import CorpusSettings, ingest
from unitrans.corpora.sentences import UNSEEN, read_sentences
from unitrans.corpora.tags import TagSet, entities
from unitrans.errors import InputError

ROOT = Path(__file__).parents[2]
TYPES = ("PER", "ORG", "LOC", "MISC")
CONLL = "Ana B-PER\nva O\na O\nLugo B-LOC\n\nLuis I-PER\nGil I-PER\n. O\n"
INDEXED = "0\tAna\tB-PER\n1\tva\tO\n\n0\tLuis\tB-PER\n1\tno\tO\n\n0\tAna\tO\n1\tva\tO\n"


@pytest.fixture
def bring_in(tmp_path):
    """Ingest a text or a file as one split; give its sentences and its counts."""

    def run(content, split="train", *, types=TYPES, language="es", **keys):
        path = content
        if not isinstance(content, Path):
            path = tmp_path / "corpus"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        ingest(
            CorpusSettings(**{"path": str(path), **keys}),
            split=split,
            language=language,
            entity_types=types,
            sentences_path=tmp_path / "out.jsonl",
            stats_path=tmp_path / "out.json",
        )
        stats = json.loads((tmp_path / "out.json").read_text("utf-8"))
        return read_sentences(tmp_path / "out.jsonl", labelled=split != "unlabelled"), stats

    return run


def test_a_labelled_corpus_becomes_bio_with_counts(bring_in):
    sentences, stats = bring_in(CONLL)
    assert [(s.id, s.tags) for s in sentences] == [
        ("train-1", ("B-PER", "O", "O", "B-LOC")),
        ("train-2", ("B-PER", "I-PER", "O")),
    ]
    assert stats["entities"] == {"PER": 2, "ORG": 0, "LOC": 1, "MISC": 0}
    assert (stats["sentences"], stats["tokens"], stats["dropped"]) == (2, 7, {})
    assert (stats["format"], stats["scheme"], stats["mended_tags"]) == ("conll", "bio", 1)


def test_a_declared_scheme_is_obeyed(bring_in):
    tagged = "Ana I-PER\nLuis B-PER\n\nLugo I-LOC\n"
    assert bring_in(tagged, scheme="iob1")[1]["mended_tags"] == 0
    assert bring_in(tagged, scheme="bio")[1]["mended_tags"] == 2
    sentences, _ = bring_in("Ana B-PER\nGil L-PER\nLugo U-LOC\n", scheme="bilou")
    assert sentences[0].tags == ("B-PER", "I-PER", "B-LOC")


def test_the_original_german_files_come_in(bring_in):
    text = (
        "-DOCSTART- -DOCSTART- -X- -X- O\n\nJürgen Jürgen NE I-NC I-PER\nKöln Köln NE I-NC I-LOC\n"
        "Bonn Bonn NE B-NC B-LOC\n\n-DOCSTART- -DOCSTART- -X- -X- O\n\nÖl Öl NN I-NC O\n"
    )
    sentences, stats = bring_in(text.encode("iso-8859-1"), "test", encoding="iso-8859-1")
    assert [(s.tokens, s.tags) for s in sentences] == [
        (("Jürgen", "Köln", "Bonn"), ("B-PER", "B-LOC", "B-LOC")),
        (("Öl",), ("O",)),
    ]
    assert (stats["scheme"], stats["mended_tags"]) == ("iob1", 0)


def test_the_label_map_renames_and_removes_types(bring_in):
    sentences, stats = bring_in(
        "Oslo B-GPE_LOC\nOslo B-LOC\nnorsk B-DRV\nnorsk I-DRV\nSaga B-PROD\nII I-PROD\n",
        label_map={"GPE_LOC": "LOC", "DRV": "O", "PROD": "MISC"},
    )
    assert sentences[0].tags == ("B-LOC", "B-LOC", "O", "O", "B-MISC", "I-MISC")
    assert stats["entities"] == {"PER": 0, "ORG": 0, "LOC": 2, "MISC": 1}


def test_any_tag_set_will_do(bring_in):
    sentences, stats = bring_in("Aspirin S-drug-name\nhilft O\n", types=("drug-name",))
    assert sentences[0].tags == ("B-drug-name", "O")
    assert (stats["scheme"], stats["entities"]) == ("bioes", {"drug-name": 1})


def test_a_limit_keeps_sentences_from_the_whole_file(bring_in):
    text = "\n\n".join(f"w{n} O\nx O" for n in range(10))
    sentences, stats = bring_in(text, limit=4)
    assert [s.tokens[0] for s in sentences] == ["w0", "w2", "w5", "w7"]
    assert [s.id for s in sentences] == ["train-1", "train-3", "train-6", "train-8"]
    assert stats["dropped"] == {"over_limit": 6}


def test_lengths_are_limited_where_nothing_is_scored(bring_in):
    text = "a O\n\nb O\nb O\n\nc O\nc O\nc O\n\nb O\nb O\n"
    keys = {"max_tokens": 2, "min_tokens": 2}
    pool, stats = bring_in(text, "unlabelled", **keys)
    assert [s.tokens for s in pool] == [("b", "b")]
    assert stats["dropped"] == {"too_short": 1, "too_long": 1, "duplicate": 1}
    assert bring_in(text, "train", **keys)[1]["dropped"] == {"too_long": 1}
    for split in ("dev", "test"):
        sentences, stats = bring_in(text, split, **keys)
        assert (len(sentences), stats["dropped"]) == (4, {})


def test_the_pool_has_nothing_twice_but_for_numbers_and_case(bring_in):
    said = "La reunión de la comisión de Lugo empieza el 3 de mayo a las 10:00 en la sede de Lugo ."
    text = "\n\n".join(
        "\n".join(f"{word} O" for word in one.split())
        for one in (said, "Ana va a Lugo .", said.replace("3", "14").upper(), "Ana va a Vigo .")
    )
    pool, stats = bring_in(text, "unlabelled")
    assert [s.id for s in pool] == ["unlabelled-1", "unlabelled-2", "unlabelled-4"]
    assert stats["dropped"] == {"near_duplicate": 1}
    oracle, _ = bring_in(text, "oracle")
    assert [(s.id, s.tokens) for s in oracle] == [(s.id, s.tokens) for s in pool]
    assert bring_in(text, "train")[1]["dropped"] == {}


def test_a_limit_counts_what_is_left(bring_in):
    text = "\n\n".join(f"{'w' + chr(97 + n // 2)} O\n{n % 2} O\nx O" for n in range(12))
    pool, stats = bring_in(text, "unlabelled", limit=4)
    assert [s.id for s in pool] == [f"unlabelled-{n}" for n in (1, 3, 7, 9)]
    assert stats["dropped"] == {"near_duplicate": 6, "over_limit": 2}


def test_the_pool_has_no_tags_and_no_counts_of_them(bring_in, tmp_path):
    _, stats = bring_in(INDEXED, "unlabelled")
    assert "tags" not in (tmp_path / "out.jsonl").read_text("utf-8")
    assert not stats.keys() & {"entities", "scheme", "mended_tags"}
    assert stats["dropped"] == {"duplicate": 1}


@pytest.mark.parametrize(
    "ruined",
    [
        INDEXED.replace("B-PER", "O").replace("O\n\n", "B-LOC\n\n"),
        INDEXED.replace("B-PER", "X_Y").replace("\tO", "\t"),
        INDEXED.replace("\tO", "").replace("\tB-PER", ""),
    ],
    ids=["permuted", "broken", "deleted"],
)
def test_labels_cannot_reach_the_pool(bring_in, tmp_path, ruined):
    bring_in(INDEXED, "unlabelled")
    written = [(tmp_path / name).read_bytes() for name in ("out.jsonl", "out.json")]
    bring_in(ruined, "unlabelled")
    assert [(tmp_path / name).read_bytes() for name in ("out.jsonl", "out.json")] == written


def test_plain_text_becomes_a_pool(bring_in):
    text = "Ana va a Lugo con el Sr. Gil. ¿Y Luis?\u200b\nAna va a Lugo con el Sr. Gil.\n"
    pool, stats = bring_in(text, "unlabelled")
    assert [s.tokens for s in pool] == [
        ("Ana", "va", "a", "Lugo", "con", "el", "Sr.", "Gil", "."),
        ("¿", "Y", "Luis", "?"),
    ]
    assert (stats["format"], stats["dropped"]) == ("text", {"duplicate": 1})


def test_invisible_characters_leave_words_and_the_pool(bring_in):
    text = "be\u00adleid O\n\u200b O\n10\u00a0000 O\n"
    assert bring_in(text, "unlabelled")[0][0].tokens == ("beleid", "10000")
    sentences, stats = bring_in(text, "train")
    assert (sentences[0].tokens, stats["unseen_words"]) == (("beleid", "10000"), 1)
    scored, stats = bring_in(text, "test")
    assert (scored[0].tokens, scored[0].tags) == (("beleid", UNSEEN, "10000"), ("O",) * 3)
    assert stats["unseen_words"] == 1


def test_names_of_sentences_are_kept_where_they_are_unique(bring_in):
    row = "\t_\t_\t_\t_\t_\t_\t_\tname=O\n"
    text = "# sent_id = a\n1\tAna" + row + "\n# sent_id = {}\n1\tva" + row
    assert [s.id for s in bring_in(text.format("b"))[0]] == ["a", "b"]
    assert [s.id for s in bring_in(text.format("a"))[0]] == ["train-1", "train-2"]


BAD = {
    "tag outside the scheme": ("Ana B-PER\nva X-PER\n", {}, "corpus:2: found tag 'X-PER'"),
    "tag with underscore": ("Ana B_PER\nva O\n", {}, "corpus:1: found tag 'B_PER'"),
    "tag without border": ("Ana PER\nva O\n", {}, "corpus:1: found tag 'PER'"),
    "tag of another scheme": (
        "Ana S-PER\nva O\n",
        {"scheme": "bio"},
        "corpus:1: found tag 'S-PER'",
    ),
    "mixed schemes": ("Ana S-PER\nGil L-PER\n", {}, "corpus: found tags with L and S"),
    "unknown type": ("Ana O\nva O\n\nOslo B-GPE\n! O\n", {}, "corpus:4: found tag 'B-GPE'"),
    "label map to nowhere": (CONLL, {"label_map": {"PER": "HUM"}}, "label_map: found PER: HUM"),
    "malformed column": (CONLL * 2 + "va\n", {}, "corpus:17: found 1 column; expected 2"),
    "wrong encoding": (b"Jos\xe9 B-PER\nva O\n", {}, "corpus:1: found byte 0xe9"),
    "unknown encoding": (CONLL, {"encoding": "latin-99"}, "encoding: found 'latin-99'"),
    "empty file": ("", {}, "corpus: found an empty file"),
    "only document marks": ("-DOCSTART- O\n\n", {"format": "conll"}, "corpus: found no sentence"),
    "empty word of an entity": (
        "0\tAna\tO\n1\t\tB-PER\n",
        {},
        "corpus:2: found a word with nothing to see, '', inside an entity (B-PER)",
    ),
    "text without labels": ("Ana va a Lugo con su hijo Luis. Ya.\n", {}, "found plain text"),
    "nested bracket": ("[PER Ana [LOC Lugo]] va .\n", {"format": "bracketed"}, "corpus:1: found"),
    "duplicate id": ('{"id": "a", "tokens": ["x"], "tags": ["O"]}\n' * 2, {}, "corpus:2: found id"),
    "all too long": (CONLL, {"max_tokens": 1}, "corpus: found no sentence left of 2"),
    "unknown format": (CONLL, {"format": "csv"}, "format: found 'csv'"),
    "unknown scheme": (CONLL, {"scheme": "iob"}, "scheme: found 'iob'"),
    "limit of nothing": (CONLL, {"limit": 0}, "limit: found 0"),
    "lengths crossed": (CONLL, {"max_tokens": 2, "min_tokens": 3}, "max_tokens: found 2"),
}


@pytest.mark.parametrize(("content", "keys", "message"), BAD.values(), ids=BAD)
def test_bad_corpora_are_refused_in_one_line_and_leave_no_file(
    bring_in, tmp_path, content, keys, message
):
    with pytest.raises(InputError) as caught:
        bring_in(content, **keys)
    assert message in str(caught.value)
    assert "expected" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert {path.name for path in tmp_path.iterdir()} == {"corpus"}


def test_an_unknown_type_is_told_the_types_and_the_way_out(bring_in):
    with pytest.raises(
        InputError, match=r"expected a type of PER, ORG, LOC, MISC; label_map: {GPE: O} leaves"
    ):
        bring_in("Oslo B-GPE\n! O\n")


def test_a_pool_that_filtering_empties_is_refused(bring_in):
    with pytest.raises(InputError, match=r"no sentence left of 2 \(\{'too_short': 2\}\)"):
        bring_in(CONLL, "unlabelled", min_tokens=9)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"path": None}, "found neither; expected a path"),
        ({"dataset": "b"}, "found both; expected a path"),
        ({"format": "word"}, "format: found 'word'; expected auto, bracketed"),
        ({"encoding": "utf-9"}, "encoding: found 'utf-9'"),
        ({"max_tokens": 3, "min_tokens": 5}, "max_tokens: found 3; expected min_tokens, 5"),
    ],
)
def test_bad_settings_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        CorpusSettings(**{"path": "a", **changes})


def test_a_missing_file_is_named(bring_in, tmp_path):
    with pytest.raises(InputError, match="nowhere: found no such file"):
        bring_in(tmp_path / "nowhere")


@pytest.fixture
def dataset(tmp_path):
    """A dataset on disk: class labels in `classes`, texts in `texts`, both splits alike."""
    datasets = pytest.importorskip("datasets")
    names = TagSet(TYPES).tags
    features = datasets.Features(
        {
            "tokens": datasets.List(datasets.Value("string")),
            "ner_tags": datasets.List(datasets.ClassLabel(names=list(names))),
        }
    )
    rows = {"tokens": [["Ana", "va"], [], ["Lugo"]], "ner_tags": [[1, 0], [], [5]]}
    classes = datasets.Dataset.from_dict(rows, features=features)
    datasets.DatasetDict({"train": classes, "validation": classes}).save_to_disk(
        tmp_path / "classes"
    )
    texts = [[names[tag] for tag in tags] for tags in rows["ner_tags"]]
    datasets.Dataset.from_dict(rows | {"ner_tags": texts}).save_to_disk(tmp_path / "texts")
    datasets.Dataset.from_dict({"tokens": rows["tokens"]}).save_to_disk(tmp_path / "bare")
    datasets.Dataset.from_dict(rows).save_to_disk(tmp_path / "numbers")
    return tmp_path


@pytest.mark.parametrize(("name", "split"), [("classes", "dev"), ("texts", "test")])
def test_datasets_are_read_with_class_labels_and_with_texts(bring_in, dataset, name, split):
    sentences, stats = bring_in(dataset / name, split)
    assert [(s.tokens, s.tags) for s in sentences] == [
        (("Ana", "va"), ("B-PER", "O")),
        (("Lugo",), ("B-LOC",)),
    ]
    assert stats["format"] == "dataset"


@pytest.mark.parametrize("name", ["classes", "texts", "bare", "numbers"])
def test_a_pool_from_a_dataset_needs_no_tags(bring_in, dataset, name):
    pool, _ = bring_in(dataset / name, "unlabelled")
    assert [s.tokens for s in pool] == [("Ana", "va"), ("Lugo",)]


@pytest.mark.parametrize(
    ("name", "split", "message"),
    [
        ("classes", "test", "found splits train, validation; expected dataset_split 'test'"),
        ("bare", "test", "found columns tokens; expected a column ner_tags"),
        ("numbers", "test", "expected class labels with names, or tags as texts"),
    ],
)
def test_unusable_datasets_are_refused(bring_in, dataset, name, split, message):
    with pytest.raises(InputError, match=message):
        bring_in(dataset / name, split)


def test_a_folder_without_a_dataset_is_refused(bring_in, tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="folder: found"):
        bring_in(tmp_path / "folder")


def test_settings_know_their_defaults():
    settings = CorpusSettings(path="a")
    assert (settings.format, settings.scheme, settings.encoding) == ("auto", "auto", "utf-8")
    assert (settings.limit, settings.max_tokens, settings.min_tokens) == (None, 200, 1)


def snakemake_job(tmp_path, content):
    (tmp_path / "in").write_text(content, encoding="utf-8")
    return SimpleNamespace(
        rule="ingest_corpus",
        wildcards=["es", "train"],
        input=[str(tmp_path / "in")],
        output=SimpleNamespace(
            sentences=str(tmp_path / "out.jsonl"), stats=str(tmp_path / "out.json")
        ),
        params=FakeParams(
            corpus={"path": "moved"}, entity_types=list(TYPES), language="es", split="train"
        ),
        log=[str(tmp_path / "log" / "ingest.log")],
    )


class FakeParams(dict):
    __getattr__ = dict.__getitem__


def run_script(job):
    script = ROOT / "workflow" / "scripts" / "ingest_corpus.py"
    runpy.run_path(str(script), init_globals={"snakemake": job}, run_name="__main__")


def test_the_entry_script_reads_the_input_of_its_rule(tmp_path):
    run_script(snakemake_job(tmp_path, CONLL))
    assert len(read_sentences(tmp_path / "out.jsonl", labelled=True)) == 2
    assert "done" in (tmp_path / "log" / "ingest.log").read_text("utf-8")


def test_the_entry_script_fails_with_one_line(tmp_path, capfd):
    with pytest.raises(SystemExit) as caught:
        run_script(snakemake_job(tmp_path, "Ana X-PER\nva O\n"))
    assert caught.value.code == 1
    assert "ERROR [ingest_corpus es train] " in capfd.readouterr().err
    assert "in:1: found tag 'X-PER'" in (tmp_path / "log" / "ingest.log").read_text("utf-8")
    assert not list(tmp_path.glob("out*"))


REAL = {
    "wikineural/es/test": (2000, 47038, {"PER": 818, "ORG": 461, "LOC": 1338, "MISC": 567}),
    "wikineural/de/dev": (500, 8701, {"PER": 267, "ORG": 140, "LOC": 225, "MISC": 87}),
    "norne/nob/test": (660, 10863, {"PER": 118, "ORG": 151, "LOC": 181, "MISC": 43}),
}
NORNE_TYPES = {"GPE_LOC": "LOC", "GPE_ORG": "ORG", "PROD": "MISC", "EVT": "MISC", "DRV": "O"}


@pytest.mark.parametrize(("name", "counts"), REAL.items(), ids=REAL)
def test_real_corpora_have_their_known_sizes(bring_in, name, counts):
    path = ROOT / "data" / f"{name}.conllu"
    if not path.exists():
        pytest.skip(f"data/{name}.conllu is not there (docs/corpora.md says where to get it)")
    label_map = NORNE_TYPES if name.startswith("norne") else {}
    sentences, stats = bring_in(path, "test", label_map=label_map)
    assert (stats["sentences"], stats["tokens"], stats["entities"]) == counts
    assert sum(len(entities(s.tags)) for s in sentences) == sum(counts[2].values())


@pytest.mark.parametrize("language", ["en", "es", "de", "nl", "nb"])
def test_the_sample_comes_in(bring_in, language):
    path = ROOT / "resources" / "sample" / language / "train.txt"
    labelled, stats = bring_in(path, "train")
    pool, _ = bring_in(path, "unlabelled")
    assert stats["format"] == "bracketed"
    assert [s.tokens for s in pool] == [s.tokens for s in labelled]
    assert min(stats["entities"].values()) > 50


def test_the_oracle_has_the_pool_s_sentences_with_their_labels(bring_in):
    text = "Ana B-PER\n\u200b O\nva O\n\nLugo B-LOC\n\nLugo B-LOC\n\nsí O\nno O\n\nya O\nno O\n"
    keys = {"limit": 3, "min_tokens": 1}
    pool, counts = bring_in(text, "unlabelled", **keys)
    oracle, labelled = bring_in(text, "oracle", **keys)
    assert [(s.id, s.tokens) for s in oracle] == [(s.id, s.tokens) for s in pool]
    assert oracle[0].tokens == ("Ana", "va")
    assert [s.tags for s in oracle] == [("B-PER", "O"), ("B-LOC",), ("O", "O")]
    assert (labelled["sentences"], labelled["dropped"]) == (counts["sentences"], counts["dropped"])


def test_a_pool_of_raw_text_has_no_oracle(bring_in):
    with pytest.raises(InputError, match=r"found plain text; expected labelled .* oracle"):
        bring_in("Ana vive en Lugo. Luis no.\n", "oracle", format="text")


def test_a_type_that_a_corpus_lacks_is_named(tmp_path, caplog):
    (tmp_path / "corpus").write_text("Ana B-PER\nsleeps O\n")
    ingest(
        CorpusSettings(path=str(tmp_path / "corpus")),
        split="test",
        language="en",
        entity_types=["PER", "MISC"],
        sentences_path=tmp_path / "out",
        stats_path=tmp_path / "stats",
    )
    assert "no entity of MISC" in caplog.text
    assert "map it to O in the label_map of the other corpora" in caplog.text
    stats = json.loads((tmp_path / "stats").read_text())
    assert stats["format_reason"] == "lines have 2 columns, the last one a tag"
    assert (stats["script"], stats["capitals"]) == ("Latin", "names")
