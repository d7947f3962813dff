"""What an update of the paper's recipe costs with multilingual BERT's and XLM-R's architectures.

    python benchmarks/encoders.py results/encoder results/en/corpus/train.jsonl

The architectures have their real sizes, vocabularies included, and random weights: the numbers
are all that their training costs, nothing that it learns. A teacher is trained as
config/paper.yaml has it for some updates, and its checkpoint and its weights are written.
The subwords are the packaged encoder's, of which the first ones of each vocabulary are taken.
Every architecture runs in a process of its own. Prints a line for each: millions of weights,
seconds of an update on one core (processor time, so that other work on the machine does not
count), peak of memory, size of a checkpoint and of a teacher, and hours for all
trainings of one target with all sentences of CoNLL-2003 English and CoNLL-2002 Spanish.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from unitrans.jobs.environment import VARIABLES

os.environ.update(VARIABLES | os.environ)  # before torch loads

import numpy as np
import torch
import yaml
from transformers import AutoModel, BertConfig, XLMRobertaConfig

from unitrans.corpora.sentences import evenly_spaced, read_sentences
from unitrans.corpora.tags import TagSet, label_classes
from unitrans.encoders.features import make_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.jobs.device import use_threads
from unitrans.jobs.settings import select
from unitrans.taggers.losses import LabelLoss
from unitrans.taggers.model import freeze, new_tagger, write_tagger
from unitrans.taggers.trainer import Trainer, TrainingSettings
from unitrans.tagging.vocabulary import trim_tokenizer

PROJECT = Path(__file__).parents[1]
LARGE = {
    "hidden_size": 1024,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "intermediate_size": 4096,
}
XLM_R = {"vocab_size": 250_002, "max_position_embeddings": 514, "type_vocab_size": 1}
ARCHITECTURES = {
    "multilingual BERT": BertConfig(vocab_size=119_547),
    "XLM-R base": XLMRobertaConfig(**XLM_R),
    "XLM-R large": XLMRobertaConfig(**XLM_R, **LARGE),
}
TRAINED = (14_041, 14_041, 14_041, 8_323)  # sentences: three teachers and the student, each
EPOCHS = 3


def main() -> None:
    """Run each architecture and print its line."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("encoder", type=Path, help="the packaged encoder's folder")
    command.add_argument("corpus", type=Path, help="labelled sentences, JSON lines")
    command.add_argument("--updates", type=int, default=6)
    command.add_argument("--only", choices=ARCHITECTURES, help="in this process")
    options = command.parse_args()
    if options.only:
        print(json.dumps(measure(options)))
        return
    print("architecture, million weights, s/update, peak GB, checkpoint GB, teacher GB, h")
    for name in ARCHITECTURES:
        again = [sys.executable, __file__, *sys.argv[1:], "--only", name]
        done = subprocess.run(again, stdout=subprocess.PIPE, text=True, check=True)
        row = json.loads(done.stdout.splitlines()[-1])
        updates = sum(-(-sentences // row["batch_size"]) for sentences in TRAINED) * EPOCHS
        print(
            f"{name}, {row['weights'] / 1e6:.0f}, {row['seconds']:.2f}, {row['peak']:.1f}, "
            f"{row['checkpoint']:.2f}, {row['teacher']:.2f}, {updates * row['seconds'] / 3600:.1f}"
        )


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Train one architecture for some updates, and write what a training writes.

    Args:
        options: The command line.

    Returns:
        ``weights``; processor ``seconds`` of an update (mean); in GB ``peak``, ``checkpoint`` and
        ``teacher``; ``batch_size``.
    """
    use_threads(1)
    config = yaml.safe_load((PROJECT / "config" / "paper.yaml").read_text("utf-8"))
    defaults = yaml.safe_load((PROJECT / "config" / "config.yaml").read_text("utf-8"))
    values = {**defaults["training"], **config["training"], **config["source_teacher"]}
    settings = select(TrainingSettings, {**values, "epochs": 1})
    sentences = evenly_spaced(
        read_sentences(options.corpus, labelled=True), options.updates * settings.batch_size
    )
    tag_set = TagSet(tuple(defaults["entity_types"]))
    labels = label_classes(sentences, tag_set, path=options.corpus)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        architecture = ARCHITECTURES[options.only]
        tokenizer = load_tokenizer(options.encoder)
        special = set(tokenizer.all_special_ids)
        kept = sorted(special | set(range(architecture.vocab_size - len(special))))
        kept = [number for number in kept if number < len(tokenizer)]
        trim_tokenizer(tokenizer, np.array(kept)).save_pretrained(folder / "encoder")
        torch.manual_seed(1)
        AutoModel.from_config(architecture).save_pretrained(folder / "encoder")
        model = new_tagger(folder / "encoder", tag_set, seed=1)
        freeze(model, embeddings=settings.freeze_embeddings, layers=settings.freeze_layers)
        features = make_features(
            sentences, load_tokenizer(folder / "encoder"), max_subwords=settings.max_subwords
        )
        checkpoint = folder / "checkpoint.safetensors"
        trainer = Trainer(
            model,
            features,
            LabelLoss(labels),
            settings,
            seed=1,
            checkpoint=checkpoint,
        )
        start = time.process_time()
        trainer.run()
        seconds = (time.process_time() - start) / trainer.steps
        trainer.save(trainer.steps)
        write_tagger(model, folder / "encoder", folder / "teacher", whole=False)
        return {
            "weights": sum(weight.numel() for weight in model.parameters()),
            "seconds": seconds,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
            "checkpoint": checkpoint.stat().st_size / 1e9,
            "teacher": (folder / "teacher" / "model.safetensors").stat().st_size / 1e9,
            "batch_size": settings.batch_size,
        }


if __name__ == "__main__":
    main()
