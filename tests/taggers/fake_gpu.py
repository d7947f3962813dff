"""Train and predict on a GPU that is not there: python tests/taggers/fake_gpu.py ENCODER.

PyTorch's fake tensors know their device and shape but hold no numbers, and refuse to meet one of
another device. The device is one that PyTorch lets Python programs add.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from test_trainer import CORPUS, SETTINGS, TAGS
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend
from transformers import AutoConfig, BertForTokenClassification

from unitrans.encoders.features import make_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.jobs.device import Precision
from unitrans.jobs.settings import select
from unitrans.taggers import prediction
from unitrans.taggers import trainer as training
from unitrans.taggers.losses import LabelLoss
from unitrans.taggers.model import freeze

_setup_privateuseone_for_python_backend("gpu")
GPU = torch.device("gpu", 0)
MODE = FakeTensorMode(allow_non_fake_inputs=True)
from_numpy, move = torch.from_numpy, nn.Module.to


def numbers(tensor):
    assert tensor.device.type == "cpu"
    return np.zeros(tensor.shape, dtype=np.float32 if tensor.is_floating_point() else np.int64)


def make_model(encoder):
    config = AutoConfig.from_pretrained(encoder, num_labels=len(TAGS.tags))
    model = BertForTokenClassification(config)
    freeze(model, embeddings=True, layers=1)
    for module in model.modules():
        for name, weight in module.named_parameters(recurse=False):
            moved = nn.Parameter(weight.detach().to(GPU), requires_grad=weight.requires_grad)
            setattr(module, name, moved)
    for module in model.modules():
        for name, buffer in module.named_buffers(recurse=False):
            setattr(module, name, buffer.to(GPU))
    # A fake weight cannot be moved in place; it is there already.
    nn.Module.to = lambda self, *to: self if self is model else move(self, *to)
    return model


def train(model, features):
    settings = select(training.TrainingSettings, {**SETTINGS, "precision": "bfloat16"})
    loss = LabelLoss(np.zeros(features.words, dtype=np.int64))
    saved = {}
    training.write_tensors = lambda path, tensors, about: saved.update(tensors=tensors, about=about)
    training.Trainer._fingerprint = lambda self: ""  # of numbers that there are none of
    trainer = training.Trainer(model, features, loss, settings, seed=1, checkpoint=Path(__file__))
    trainer.working.train()
    trainer._update(trainer._windows(0))
    trainer._losses.clear()
    trainer.save(1)
    state = json.loads(saved["about"]["state"]) | {"losses": [0.5]}
    content = {name: tensor.cpu() for name, tensor in saved["tensors"].items()}
    about = {"fingerprint": "", "state": json.dumps(state)}
    training.read_tensors = lambda path: (content, about)
    assert trainer._resume() == 1
    trainer._update(trainer._windows(1))
    assert [loss.device for loss in trainer._losses] == [GPU, GPU]
    assert trainer._rounded
    for weight, working in trainer._rounded:
        assert (weight.dtype, working.dtype) == (torch.float32, torch.bfloat16)
        assert {value.device for value in trainer.optimizer.state[weight].values()} == {GPU}


def main():
    encoder = sys.argv[1]
    features = make_features(CORPUS, load_tokenizer(encoder), max_subwords=32)
    training.device = prediction.device = lambda: GPU
    prediction.BATCH_SUBWORDS["gpu"] = 100
    torch.from_numpy = lambda array: MODE.from_tensor(from_numpy(array))
    torch.Tensor.numpy = numbers
    with MODE:
        model = make_model(encoder)
        train(model, features)
        found = prediction.predict_probabilities(model, features, precision=Precision.FLOAT32)
        assert found.shape == (features.words, len(TAGS.tags))
        try:
            torch.ones(2, device=GPU) + torch.ones(2)
        except RuntimeError:
            return
    raise SystemExit("tensors of two devices meet unnoticed")


if __name__ == "__main__":
    main()
