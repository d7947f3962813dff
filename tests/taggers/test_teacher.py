import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from unitrans.corpora.sentences import Sentence, read_sentences, write_sentences
from unitrans.corpora.tags import TagSet, label_classes
from unitrans.distillation.lessons import PoolLabels, make_lessons
from unitrans.distillation.loss import DistillationSettings
from unitrans.distillation.people import HumanLabels
from unitrans.distillation.student import train_student
from unitrans.distillation.word_files import WordFile, sentence_keys
from unitrans.errors import InputError
from unitrans.taggers.model import load_tagger, new_tagger
from unitrans.taggers.teacher import train_teacher
from unitrans.taggers.trainer import TrainingSettings
from unitrans.taggers.training import start_tagger

TAGS = TagSet(("LOC",))
TRAINING = TrainingSettings(
    epochs=1,
    minimum_steps=0,
    batch_size=2,
    learning_rate=1e-3,
    head_learning_rate=1e-2,
    weight_decay=0.01,
    warmup=0.1,
    gradient_clip=1.0,
    masking=0.0,
    freeze_embeddings=True,
    freeze_layers=0,
    max_subwords=32,
    precision="float32",
    compile=False,
    checkpoint_seconds=1e9,
)
DISTILLATION = DistillationSettings(
    soft_weight=1.0,
    vote_weight=1.0,
    confident_votes=False,
    lower_case="drop",
    type_sharing=0.5,
    label_all_subwords=True,
)
CORPUS = [Sentence(str(n), ("in", "Oslo", "."), ("O", "B-LOC", "O")) for n in range(4)]


@pytest.fixture
def corpus(tmp_path):
    write_sentences(tmp_path / "train.jsonl", CORPUS)
    return tmp_path / "train.jsonl"


@pytest.fixture
def teach(corpus, tiny_encoder, tmp_path):
    def run(name, start=None, beside=(), **changes):
        train_teacher(
            [corpus, *beside],
            tmp_path / name,
            encoder=tiny_encoder,
            start=start,
            tag_set=TAGS,
            settings=replace(TRAINING, **changes),
            seed=1,
            checkpoint=tmp_path / "checkpoint",
        )
        return tmp_path / name

    return run


def test_labels_become_class_numbers(corpus):
    sentences = read_sentences(corpus, labelled=True)
    assert label_classes(sentences, TAGS, path=corpus).tolist() == [0, 1, 0] * 4


def test_a_tag_outside_the_tag_set_is_named(corpus):
    sentences = read_sentences(corpus, labelled=True)
    with pytest.raises(InputError, match=r"train\.jsonl: found tag 'B-LOC'"):
        label_classes(sentences, TagSet(("PER",)), path=corpus)


def test_a_teacher_has_its_curve_and_leaves_no_checkpoint(teach, tmp_path):
    folder = teach("source")
    training = json.loads((folder / "training.json").read_text("utf-8"))
    assert training["sentences"] == 4
    assert training["curve"][-1]["step"] == 2
    assert not (tmp_path / "checkpoint").exists()


def test_a_teacher_learns_from_mixed_corpora(teach, tmp_path):
    other = tmp_path / "other.jsonl"
    write_sentences(other, [Sentence("0", ("Rome",), ("B-LOC",))])
    training = json.loads((teach("mixed", beside=[other]) / "training.json").read_text("utf-8"))
    assert training["sentences"] == 5
    assert training["curve"][-1]["step"] == 3


def test_a_teacher_goes_on_from_another(teach, tiny_encoder):
    first = teach("source")
    second = teach("tuned", start=first)
    weights = [load_tagger(f, tiny_encoder)[0].classifier.weight for f in (first, second)]
    assert not np.allclose(*(weight.detach().numpy() for weight in weights))


def test_a_teacher_of_other_classes_is_no_start(teach, tiny_encoder):
    with pytest.raises(InputError, match="source: found classes"):
        start_tagger(tiny_encoder, TagSet(("PER",)), start=teach("source"), seed=1)


def student_files(tmp_path, lengths, sentences=CORPUS):
    offsets = np.cumsum([0, *lengths])
    words = offsets[-1]
    keys = sentence_keys(sentences)
    soft, votes = tmp_path / "soft.safetensors", tmp_path / "votes.safetensors"
    probabilities = np.full((words, 3), 1 / 3, dtype=np.float32)
    WordFile(probabilities, offsets, TAGS, keys).write(soft, "probabilities")
    WordFile(np.zeros(words, dtype=np.int64), offsets, TAGS, keys).write(votes, "votes")
    return {"soft_labels": [soft], "votes": votes}


def learn(tmp_path, tiny_encoder, teacher, files, pool, *, whole=True, source=None):
    write_sentences(tmp_path / "pool.jsonl", pool)
    train_student(
        tmp_path / "pool.jsonl",
        tmp_path / "student",
        whole=whole,
        **files,
        encoder=tiny_encoder,
        start=teacher,
        source=source,
        settings=TRAINING,
        distillation=DISTILLATION,
        language="es",
        seed=1,
        checkpoint=tmp_path / "checkpoint",
    )


def test_a_student_learns_from_soft_labels_and_votes(teach, tiny_encoder, tmp_path):
    pool = [Sentence(s.id, s.tokens) for s in CORPUS]
    learn(tmp_path, tiny_encoder, teach("tuned"), student_files(tmp_path, [3] * 4), pool)
    names = {path.name for path in (tmp_path / "student").iterdir()}
    assert names == {
        *("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"),
        "training.json",
    }


def test_a_variant_leaves_out_what_it_shares(teach, tiny_encoder, tmp_path):
    pool = [Sentence(s.id, s.tokens) for s in CORPUS]
    files = student_files(tmp_path, [3] * 4)
    models = []
    for whole in (True, False):
        learn(tmp_path, tiny_encoder, teach("tuned"), files, pool, whole=whole)
        models.append(load_tagger(tmp_path / "student", tiny_encoder)[0].state_dict())
        (tmp_path / "student").rename(tmp_path / f"whole {whole}")
    assert all(torch.equal(models[0][name], models[1][name]) for name in models[0])
    part = tmp_path / "whole False"
    assert {path.name for path in part.iterdir()} == {
        *("config.json", "model.safetensors", "training.json")
    }
    sizes = [(folder / "model.safetensors").stat().st_size for folder in tmp_path.glob("whole *")]
    assert min(sizes) == (part / "model.safetensors").stat().st_size < max(sizes)


def test_a_student_rehearses_as_many_source_sentences_as_the_pool_has(tiny_encoder, tmp_path):
    pool = [Sentence(s.id, s.tokens) for s in CORPUS[:2]]
    files = student_files(tmp_path, [3] * 2, pool)
    write_sentences(tmp_path / "source.jsonl", CORPUS)
    weights = []
    for source in (None, tmp_path / "source.jsonl"):
        learn(tmp_path, tiny_encoder, None, files, pool, source=source)
        training = json.loads((tmp_path / "student" / "training.json").read_text("utf-8"))
        assert training["sentences"] == (4 if source else 2)
        weights.append(load_tagger(tmp_path / "student", tiny_encoder)[0].classifier.weight)
    assert not torch.equal(*weights)


@pytest.mark.parametrize("without", [None, "soft_labels", "votes"])
def test_labels_of_the_source_are_certain_and_voted_for(tmp_path, without):
    pool = [Sentence(s.id, s.tokens) for s in CORPUS[:2]]
    files = student_files(tmp_path, [3] * 2, pool)
    write_sentences(tmp_path / "pool.jsonl", pool)
    if without:
        files[without] = [] if without == "soft_labels" else None
    soft, voted = make_lessons(
        PoolLabels.read(tmp_path / "pool.jsonl", **files),
        HumanLabels({}, []),
        np.array([1, 0, 2]),
        DISTILLATION,
        language="es",
        folder=tmp_path,
    )
    if without == "soft_labels":
        assert soft is None
    else:
        assert soft[6:9].argmax(1).tolist() == [1, 0, 2]
        assert soft[:].dtype == np.float32
        assert np.allclose(soft[:6], 1 / 3, atol=1e-3)
    assert voted is None if without == "votes" else voted[:].tolist() == [0] * 6 + [1, 0, 2]


@pytest.mark.parametrize("lesson", ["soft_labels", "votes"])
def test_a_student_learns_from_one_of_them_alone(tiny_encoder, tmp_path, lesson):
    files = {"soft_labels": [], "votes": None, lesson: student_files(tmp_path, [3] * 4)[lesson]}
    pool = [Sentence(s.id, s.tokens) for s in CORPUS]
    learn(tmp_path, tiny_encoder, None, files, pool)
    assert (tmp_path / "student" / "model.safetensors").exists()


def test_soft_labels_of_other_sentences_are_refused(teach, tiny_encoder, tmp_path):
    pool = [Sentence(s.id, s.tokens) for s in CORPUS]
    others = [*CORPUS[:2], Sentence("2", ("in", "Rom", ".")), CORPUS[3]]
    files = student_files(tmp_path, [3] * 4, others)
    with pytest.raises(InputError, match=r"soft\.safetensors: found other words in sentence 3"):
        learn(tmp_path, tiny_encoder, teach("tuned"), files, pool)


def test_a_pool_with_labels_is_refused(teach, tiny_encoder, tmp_path):
    with pytest.raises(InputError, match=r"pool\.jsonl:1: found tags; expected an unlabelled"):
        learn(tmp_path, tiny_encoder, teach("tuned"), student_files(tmp_path, [3] * 4), CORPUS)


def test_weights_that_are_frozen_later_are_those_of_the_teacher_before(teach, tiny_encoder):
    first = teach("source")
    second = teach("tuned", start=first, freeze_layers=1)
    name = "bert.encoder.layer.0.output.dense.weight"
    models = [
        new_tagger(tiny_encoder, TAGS, seed=0),
        *(load_tagger(folder, tiny_encoder)[0] for folder in (first, second)),
    ]
    of_encoder, of_first, of_second = (model.get_parameter(name) for model in models)
    assert not torch.equal(of_first, of_encoder)
    assert torch.equal(of_second, of_first)
