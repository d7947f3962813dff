"""How fast models are trained and used, beside Hugging Face's Trainer and a padded loop.

    python benchmarks/throughput.py results/encoder results/en/corpus/train.jsonl

All take the same sentences, in turns, so that whatever else the machine does slows all alike;
the ratios are medians over the rounds. The peak is that of bfloat16 products of the encoder's
own shapes, a batch of sentences at a time. Useful operations: six for each weight of the body and
subword in training, two of a frozen layer's and in prediction; padding does not count.
Where OpenVINO is installed (``pip install openvino``), it predicts as well.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from unitrans.jobs.environment import VARIABLES

os.environ.update(VARIABLES | os.environ)  # before torch loads

import numpy as np
import torch
import yaml
from torch.nn import functional
from transformers import DataCollatorForTokenClassification, PreTrainedModel, TrainingArguments
from transformers import Trainer as HuggingFaceTrainer

from unitrans.corpora.sentences import read_sentences
from unitrans.corpora.tags import TagSet
from unitrans.encoders.batches import budget_batches
from unitrans.encoders.features import Features, make_features
from unitrans.jobs.device import Precision
from unitrans.jobs.settings import select
from unitrans.taggers.losses import LabelLoss
from unitrans.taggers.model import freeze, load_tokenizer, new_tagger
from unitrans.taggers.prediction import BATCH_SUBWORDS, predict_probabilities
from unitrans.taggers.trainer import Trainer, TrainingSettings

CONFIG = Path(__file__).parents[1] / "config" / "config.yaml"
PADDED = 256  # subwords to which the padded loop fills every sentence


class Bench:
    """The sentences, the encoder, and every way to train on them."""

    def __init__(self, encoder: Path, corpus: Path, sentences: int) -> None:
        """Read all once.

        Args:
            encoder: Checkpoint folder.
            corpus: Labelled sentences.
            sentences: So many of them, evenly spaced.
        """
        config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
        self.settings = select(
            TrainingSettings,
            config["training"]
            | config["source_teacher"]
            | {"epochs": 1, "checkpoint_seconds": 1e9},
        )
        self.encoder = encoder
        self.tag_set = TagSet(tuple(config["entity_types"]))
        whole = read_sentences(corpus, labelled=True)
        self.sentences = whole[:: max(1, len(whole) // sentences)][:sentences]
        self.tokenizer = load_tokenizer(encoder)
        self.features: Features = make_features(
            self.sentences, self.tokenizer, max_subwords=self.settings.max_subwords
        )
        self.labels = np.array(
            [self.tag_set.index[tag] for one in self.sentences for tag in one.tags or ()]
        )
        base = new_tagger(encoder, self.tag_set, seed=1).base_model
        frozen = sum(weight.numel() for weight in base.embeddings.parameters())
        self.body = sum(weight.numel() for weight in base.parameters()) - frozen
        self.sizes = base.config.hidden_size, base.config.intermediate_size
        self.layers = base.config.num_hidden_layers

    def ours(self, frozen: int) -> Callable[[], None]:
        """This project's loop.

        Args:
            frozen: Bottom layers that are not trained.

        Returns:
            What trains for an epoch.
        """

        def train() -> None:
            model = new_tagger(self.encoder, self.tag_set, seed=1)
            freeze(model, embeddings=self.settings.freeze_embeddings, layers=frozen)
            with tempfile.TemporaryDirectory() as folder:
                trainer = Trainer(
                    model,
                    self.features,
                    LabelLoss(self.labels),
                    self.settings,
                    seed=1,
                    checkpoint=Path(folder, "state"),
                )
                self.clock(trainer.run)

        return train

    def hugging_face(self, **options: object) -> Callable[[], None]:
        """Hugging Face's Trainer.

        Args:
            options: Of its arguments, beside its defaults.

        Returns:
            What trains for an epoch.
        """
        rows = [self._row(number) for number in range(len(self.features.lengths))]

        def train() -> None:
            model = new_tagger(self.encoder, self.tag_set, seed=1)
            with tempfile.TemporaryDirectory() as folder:
                arguments = TrainingArguments(
                    folder,
                    num_train_epochs=1,
                    save_strategy="no",
                    logging_strategy="no",
                    report_to="none",
                    disable_tqdm=True,
                    **options,  # type: ignore[arg-type]
                )
                trainer = HuggingFaceTrainer(
                    model,
                    arguments,
                    train_dataset=rows,  # type: ignore[arg-type]
                    data_collator=DataCollatorForTokenClassification(self.tokenizer),
                )
                self.clock(trainer.train)

        return train

    def padded(self, sentences: int) -> Callable[[], None]:
        """A loop over sentences padded to one length, float32, all weights trained.

        Args:
            sentences: It is slow: so many of them, and the time scaled.

        Returns:
            What trains for a part of an epoch.
        """
        model = new_tagger(self.encoder, self.tag_set, seed=1).train()
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)
        size = 32
        rows = [self._row(number) for number in range(min(sentences, len(self.features.lengths)))]

        def epoch() -> None:
            for start in range(0, len(rows), size):
                part = rows[start : start + size]
                batch = self.tokenizer.pad(
                    [{"input_ids": row["input_ids"]} for row in part],
                    padding="max_length",
                    max_length=PADDED,
                    return_tensors="pt",
                )
                labels = torch.full((len(part), PADDED), -100)
                for line, row in zip(labels, part, strict=True):
                    line[: len(row["labels"])] = torch.tensor(row["labels"])
                model(**batch, labels=labels).loss.backward()
                optimizer.step()
                optimizer.zero_grad()

        return lambda: self.clock(epoch, len(self.features.lengths) / len(rows))

    def predict(self, precision: Precision) -> Callable[[], None]:
        """This project's prediction.

        Args:
            precision: Of the matrix products.

        Returns:
            What reads all sentences.
        """
        model = new_tagger(self.encoder, self.tag_set, seed=1)
        return lambda: self.clock(
            lambda: predict_probabilities(model, self.features, precision=precision)
        )

    def openvino(self, threads: int) -> Callable[[], None]:
        """Intel's inference engine, on the batches of this project's prediction.

        Args:
            threads: It keeps its own.

        Returns:
            What reads all sentences.
        """
        import openvino

        class Logits(torch.nn.Module):
            def __init__(self, model: PreTrainedModel) -> None:
                super().__init__()
                self.model = model

            def forward(
                self, input_ids: torch.Tensor, attention_mask: torch.Tensor
            ) -> torch.Tensor:
                return self.model(input_ids=input_ids, attention_mask=attention_mask).logits

        batches = [
            self.features.batch(windows)
            for windows in budget_batches(self.features.lengths, BATCH_SUBWORDS["cpu"])
        ]
        example = {"input_ids": batches[0].input_ids, "attention_mask": batches[0].attention_mask}
        model = Logits(new_tagger(self.encoder, self.tag_set, seed=1).eval())
        options = {"INFERENCE_PRECISION_HINT": "bf16", "INFERENCE_NUM_THREADS": threads}
        compiled = openvino.compile_model(
            openvino.convert_model(model, example_input=example), "CPU", options
        )
        request = compiled.create_infer_request()

        def predict() -> None:
            for batch in batches:
                logits = request.infer([batch.input_ids.numpy(), batch.attention_mask.numpy()])[0]
                torch.from_numpy(logits).flatten(0, 1)[batch.positions].float().softmax(-1)

        return lambda: self.clock(predict)

    def peak(self, seconds: float = 0.5) -> float:
        """Multiply matrices of the encoder's shapes.

        Args:
            seconds: How long for each shape.

        Returns:
            Operations per second.
        """
        hidden, inner = self.sizes
        rows = int(self.features.lengths.mean() * self.settings.batch_size)
        rates = []
        for width, height in ((hidden, hidden), (hidden, inner), (inner, hidden)):
            left = torch.randn(rows, width, dtype=torch.bfloat16)
            right = torch.randn(height, width, dtype=torch.bfloat16)
            functional.linear(left, right)
            count, start = 0, time.perf_counter()
            while (spent := time.perf_counter() - start) < seconds:
                functional.linear(left, right)
                count += 1
            rates.append(2 * rows * width * height * count / spent)
        return sum(rates) / len(rates)

    def clock(self, work: Callable[[], object], factor: float = 1.0) -> None:
        """Time what counts, without loading models.

        Args:
            work: What to do.
            factor: What the time is multiplied with.
        """
        start = time.perf_counter()
        work()
        self.seconds = factor * (time.perf_counter() - start)

    def _row(self, window: int) -> dict[str, list[int]]:
        """A sentence for Hugging Face's Trainer: subwords, and labels of the first of each word."""
        features = self.features
        start, end = features.piece_offsets[window : window + 2]
        first, last = features.word_offsets[window : window + 2]
        labels = np.full(end - start, -100)
        labels[features.first_pieces[first:last]] = self.labels[first:last]
        return {"input_ids": features.pieces[start:end].tolist(), "labels": labels.tolist()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("encoder", type=Path, help="checkpoint folder")
    parser.add_argument("corpus", type=Path, help="labelled sentences, JSON lines")
    parser.add_argument("--sentences", type=int, default=320)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    bench = Bench(arguments.encoder, arguments.corpus, arguments.sentences)
    best = {
        "use_cpu": not torch.cuda.is_available(),
        "bf16": True,
        "train_sampling_strategy": "group_by_length",
        "per_device_train_batch_size": 16,
    }
    frozen = bench.settings.freeze_layers
    ways = {
        "ours, training": (6 - 4 * frozen / bench.layers, bench.ours(frozen)),
        "ours, training all layers": (6, bench.ours(0)),
        "Trainer, its defaults": (6, bench.hugging_face()),
        "Trainer, bf16, group_by_length": (6, bench.hugging_face(**best)),
        f"padded to {PADDED}, float32": (6, bench.padded(32)),
        "ours, prediction, bfloat16": (2, bench.predict(Precision.BFLOAT16)),
        "ours, prediction, float32": (2, bench.predict(Precision.FLOAT32)),
    }
    if find_spec("openvino"):
        ways["OpenVINO, prediction, bfloat16"] = (2, bench.openvino(arguments.threads))
    subwords = int(bench.features.lengths.sum())
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    peaks = []
    for _ in range(arguments.rounds):
        peaks.append(bench.peak())
        for name, (_, work) in ways.items():
            work()
            seconds[name].append(bench.seconds)
    print(f"{len(bench.sentences)} sentences, {subwords} subwords, {arguments.threads} threads")
    print(f"peak: {median(peaks) / 1e9:.0f} GFLOP/s (bfloat16, the encoder's shapes)")
    print("| | sentences/s | share of peak | ours is so many times as fast |")
    print("| --- | --- | --- | --- |")
    for name, (operations, _) in ways.items():
        rate = len(bench.sentences) / median(seconds[name])
        useful = [
            operations * bench.body * subwords / spent / peak
            for spent, peak in zip(seconds[name], peaks, strict=True)
        ]
        kind = next(iter(ways)) if operations > 2 else "ours, prediction, bfloat16"
        ratio = median(
            theirs / own for theirs, own in zip(seconds[name], seconds[kind], strict=True)
        )
        print(f"| {name} | {rate:.1f} | {median(useful):.0%} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
