import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from taggers.faulty_losses import Exits, Raises
from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import TagSet
from unitrans.encoders.features import store_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.errors import InputError
from unitrans.jobs.finished import drop_finished
from unitrans.jobs.settings import select
from unitrans.taggers.losses import LabelLoss
from unitrans.taggers.model import freeze, new_tagger, write_tagger
from unitrans.taggers.trainer import Trainer, TrainingSettings
from unitrans.taggers.training import train
from unitrans.taggers.weights import working_copy

TAGS = TagSet(("LOC",))
SETTINGS = {
    "epochs": 6,
    "minimum_steps": 0,
    "batch_size": 4,
    "learning_rate": 1e-3,
    "head_learning_rate": 1e-2,
    "weight_decay": 0.01,
    "warmup": 0.1,
    "gradient_clip": 1.0,
    "masking": 0.0,
    "freeze_embeddings": True,
    "freeze_layers": 0,
    "max_subwords": 32,
    "precision": "float32",
    "compile": False,
    "checkpoint_seconds": 1e9,
}
needs_compiler = pytest.mark.skipif(
    not shutil.which("g++"), reason="torch.compile needs a C++ compiler"
)
CORPUS = [
    Sentence(str(n), ("in", place, "on", day), ("O", "B-LOC", "O", "O"))
    for n, (place, day) in enumerate(
        [("Oslo", "Monday"), ("Bergen", "Friday"), ("Madrid", "Sunday"), ("Berlin", "Monday")] * 4
    )
]


@pytest.fixture
def make_trainer(tiny_encoder, tmp_path):
    def make(name="run", seed=1, processes=1, dropout=True, **changes):
        settings = select(TrainingSettings, {**SETTINGS, **changes})
        features = store_features(
            [CORPUS], load_tokenizer(tiny_encoder), max_subwords=32, folder=tmp_path / "scratch"
        )
        labels = np.array([TAGS.index[tag] for s in CORPUS for tag in s.tags])
        model = new_tagger(tiny_encoder, TAGS, seed=seed)
        freeze(model, embeddings=True, layers=0)
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout) and not dropout:
                module.p = 0.0
        checkpoint = tmp_path / f"{name}.safetensors"
        return Trainer(
            model,
            features,
            LabelLoss(labels),
            settings,
            seed=seed,
            checkpoint=checkpoint,
            processes=processes,
        )

    return make


def weights(trainer):
    return {name: weight.detach().clone() for name, weight in trainer.model.named_parameters()}


def same(first, second):
    return all(torch.equal(first[name], second[name]) for name in first)


def test_training_lowers_the_loss(make_trainer):
    curve = make_trainer().run()
    assert curve[-1]["step"] == 24
    assert curve[-1]["loss"] < curve[0]["loss"] / 2


def test_frozen_weights_do_not_move(make_trainer):
    trainer = make_trainer()
    before = weights(trainer)
    trainer.run()
    moved = {
        name for name, weight in weights(trainer).items() if not torch.equal(weight, before[name])
    }
    assert moved
    assert not any("embeddings" in name for name in moved)


def test_biases_do_not_decay_and_the_head_has_its_own_rate(make_trainer):
    groups = make_trainer().optimizer.param_groups
    kinds = {(group["peak"], group["weight_decay"]) for group in groups}
    assert kinds == {(1e-3, 0.01), (1e-3, 0.0), (1e-2, 0.01), (1e-2, 0.0)}
    biases = [weight for group in groups if not group["weight_decay"] for weight in group["params"]]
    assert biases
    assert all(weight.ndim == 1 for weight in biases)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(make_trainer):
    runs = [make_trainer(str(n), seed) for n, seed in enumerate((1, 1, 2))]
    for trainer in runs:
        trainer.run()
    assert same(weights(runs[0]), weights(runs[1]))
    assert not same(weights(runs[0]), weights(runs[2]))


def train_by_two(trainer):
    """Train as a trainer says, by two processes."""
    return train(
        trainer.model,
        trainer.features,
        trainer.loss,
        trainer.settings,
        seed=1,
        checkpoint=trainer.checkpoint,
        processes=2,
    ).curve


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_processes_share_the_updates(make_trainer, precision):
    # Without dropout two processes do what one does, up to the order of sums.
    alone = make_trainer("alone", dropout=False, precision=precision)
    curve = alone.run()
    shared = make_trainer("shared", dropout=False, precision=precision, processes=2)
    start = weights(shared)
    parallel_curve = train_by_two(shared)
    assert [entry["step"] for entry in parallel_curve] == [entry["step"] for entry in curve]
    tolerance = 1e-4 if precision == "float32" else 2e-2
    for entry, other in zip(parallel_curve, curve, strict=True):
        assert entry["loss"] == pytest.approx(other["loss"], abs=10 * tolerance)
    assert not same(weights(shared), start)
    for name, weight in weights(alone).items():
        assert torch.allclose(weight, weights(shared)[name], atol=tolerance), name


def test_a_failure_of_several_processes_is_one_line(make_trainer):
    trainer = make_trainer(processes=2, learning_rate=1e30, head_learning_rate=1e30)
    with pytest.raises(InputError, match="training diverged at update"):
        train_by_two(trainer)


@pytest.mark.parametrize(
    ("loss", "reason"),
    [(Exits(), "exit code 3"), (Raises(), "ValueError: found a fault")],
)
def test_the_end_of_one_process_ends_all(make_trainer, loss, reason):
    trainer = make_trainer(processes=2)
    trainer.loss = loss
    with pytest.raises(RuntimeError, match=f"process [01] of 2 died: {reason}"):
        train_by_two(trainer)


class KilledError(Exception):
    pass


@pytest.mark.parametrize(
    ("killed_after", "compile"),
    [
        *((step, False) for step in (1, 4, 9, 23)),
        pytest.param(9, True, marks=[needs_compiler, pytest.mark.slow]),
    ],
)
def test_a_killed_training_ends_as_an_undisturbed_one(
    make_trainer, monkeypatch, killed_after, compile
):
    settings = {"masking": 0.2, "compile": compile}
    undisturbed = make_trainer("undisturbed", **settings)
    curve = undisturbed.run()
    killed = make_trainer(checkpoint_seconds=1e-9, **settings)
    windows = killed._windows

    def dies(step):
        if step == killed_after:
            raise KilledError
        return windows(step)

    monkeypatch.setattr(killed, "_windows", dies)
    with pytest.raises(KilledError):
        killed.run()
    resumed = make_trainer(checkpoint_seconds=1e-9, **settings)
    assert resumed._resume() == killed_after
    resumed = make_trainer(checkpoint_seconds=1e-9, **settings)
    assert resumed.run() == curve
    assert same(weights(undisturbed), weights(resumed))


def test_a_checkpoint_of_another_training_is_left_alone(make_trainer):
    make_trainer().save(3)
    assert make_trainer(learning_rate=2e-3)._resume() == 0
    assert make_trainer(seed=2)._resume() == 0


def ended(make_trainer, tiny_encoder, folder):
    """A training that has ended and written its model, as its job leaves it."""
    trainer = make_trainer()
    trainer.run()
    write_tagger(trainer.model, tiny_encoder, folder, whole=False)
    trainer.keep(folder / "model.safetensors")
    return trainer


def test_a_training_that_ended_is_not_done_again(make_trainer, tiny_encoder, tmp_path, monkeypatch):
    first = ended(make_trainer, tiny_encoder, tmp_path / "model")
    # Snakemake deletes the outputs of a job that it did not see end.
    (tmp_path / "model" / "model.safetensors").unlink()
    again = make_trainer()
    monkeypatch.setattr(again, "_update", None)  # no update is made
    assert again.run() == first.curve
    assert same(weights(first), weights(again))


def test_a_training_that_ended_is_no_other_one(make_trainer, tiny_encoder, tmp_path):
    trainer = ended(make_trainer, tiny_encoder, tmp_path / "model")
    assert make_trainer(seed=2)._resume() == 0
    assert make_trainer(learning_rate=2e-3)._resume() == 0
    kept = trainer.checkpoint.with_suffix(".finished.safetensors")
    kept.write_bytes(kept.read_bytes()[:-10])
    assert make_trainer()._resume() == 0
    drop_finished(tmp_path)
    assert not list(tmp_path.glob("*.finished.*"))


@needs_compiler
def test_compiled_layers_learn_the_same(make_trainer):
    plain = make_trainer("plain", dropout=False)
    compiled = make_trainer("compiled", dropout=False, compile=True)
    losses = [[entry["loss"] for entry in trainer.run()] for trainer in (plain, compiled)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] > 0
    assert not torch._dynamo.utils.counters["graph_break"]


def test_layers_that_cannot_be_found_are_not_compiled(tiny_encoder):
    model = new_tagger(tiny_encoder, TAGS, seed=1)
    model.base_model.encoder.layer = torch.nn.Sequential(*model.base_model.encoder.layer)
    with pytest.raises(InputError, match="compile: found true; the encoder has no known stack"):
        working_copy(model, torch.float32, compiled=True)


def test_nothing_is_compiled_without_a_compiler(tiny_encoder, monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    model = new_tagger(tiny_encoder, TAGS, seed=1)
    with pytest.raises(InputError, match=r"compile: .* a C\+\+ compiler \(no-such-compiler\)"):
        working_copy(model, torch.float32, compiled=True)


def test_a_damaged_checkpoint_is_left_alone(make_trainer):
    trainer = make_trainer()
    trainer.save(3)
    trainer.checkpoint.write_bytes(trainer.checkpoint.read_bytes()[:-10])
    assert make_trainer()._resume() == 0


def test_a_small_corpus_gets_its_minimum_of_updates(make_trainer):
    assert make_trainer(minimum_steps=30).steps == 30
    assert make_trainer(minimum_steps=10).steps == 24


def test_rate_warms_up_and_decays_to_zero(make_trainer):
    trainer = make_trainer(epochs=10)
    rates = [trainer._rate(step) for step in range(trainer.steps + 1)]
    assert rates[0] < rates[1] < rates[4] == 1.0
    assert rates[-1] == 0.0
    assert all(a >= b for a, b in itertools.pairwise(rates[4:]))


def test_vectors_have_no_weight_decay_and_the_head_its_own_rate(make_trainer):
    trainer = make_trainer()
    names = {id(weight): name for name, weight in trainer.model.named_parameters()}
    for group in trainer.optimizer.param_groups:
        for weight in group["params"]:
            name = names[id(weight)]
            vector = name.endswith("bias") or "LayerNorm" in name
            assert group["weight_decay"] == (0.0 if vector else 0.01)
            assert group["peak"] == (1e-2 if "classifier" in name else 1e-3)


def test_divergence_is_one_clear_line(make_trainer):
    with pytest.raises(
        InputError, match=r"training diverged at update .* lower the learning rates"
    ):
        make_trainer(learning_rate=1e30, head_learning_rate=1e30).run()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("epochs", 0),
        ("learning_rate", -1.0),
        ("warmup", 1.5),
        ("masking", 1.0),
        ("max_subwords", 4),
    ],
)
def test_settings_out_of_range_are_refused(key, value):
    with pytest.raises(InputError, match=f"{key}: found {value}"):
        select(TrainingSettings, {**SETTINGS, key: value})


def test_label_loss_is_the_mean_over_words():
    loss = LabelLoss(np.array([0, 1, 2]))
    logits = torch.tensor([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    expected = -torch.log_softmax(logits, -1)[[0, 1], [2, 1]].mean()
    assert torch.allclose(loss(logits, torch.tensor([2, 1])), expected)


def test_no_tensor_meets_one_of_another_device(tiny_encoder):
    # In a process of its own: the device is made known to all of PyTorch.
    script = Path(__file__).with_name("fake_gpu.py")
    path = ":".join([str(script.parent), *sys.path])
    result = subprocess.run(
        [sys.executable, script, tiny_encoder],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
