"""The training loop, shared by the three teachers and the student, and its settings."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.optim import AdamW
from transformers import PreTrainedModel

from unitrans.encoders.batches import shuffled_batches
from unitrans.encoders.features import Batch, Features
from unitrans.errors import InputError
from unitrans.jobs.artifacts import read_tensors, write_tensors
from unitrans.jobs.columns import array_blocks
from unitrans.jobs.device import Precision, device, number_type
from unitrans.jobs.environment import CHECKPOINT_SECONDS
from unitrans.jobs.finished import keep_finished, read_finished
from unitrans.jobs.log import LOGGER, progress
from unitrans.taggers.losses import WordLoss
from unitrans.taggers.model import word_logits
from unitrans.taggers.weights import weight_groups, working_copy

if TYPE_CHECKING:
    from accelerate import Accelerator

CURVE_STEPS = 10


@dataclass(frozen=True)
class TrainingSettings:
    """How one model is trained.

    Attributes:
        epochs: Passes over the corpus.
        minimum_steps: Updates that a small corpus gets at least, by further epochs.
        batch_size: Sentences (windows) in an update.
        learning_rate: The peak for the encoder's weights.
        head_learning_rate: The peak for the classification layer's weights.
        weight_decay: AdamW's, for all weights but biases and LayerNorm.
        warmup: The part of all updates in which the rate climbs; it falls linearly after.
        gradient_clip: The largest gradient norm.
        masking: The part of the subwords that is hidden in each update, from 0 to below 1.
        freeze_embeddings: Whether the embeddings stay as they are.
        freeze_layers: How many bottom layers stay as they are.
        max_subwords: A window's length.
        precision: auto, bfloat16 or float32.
        compile: Whether the layers' kernels are joined by torch.compile.
        checkpoint_seconds: How much work a killed job may lose; where it is not given, what the
            environment says.

    Raises:
        InputError: A value is out of range.
    """

    epochs: int
    minimum_steps: int
    batch_size: int
    learning_rate: float
    head_learning_rate: float
    weight_decay: float
    warmup: float
    gradient_clip: float
    masking: float
    freeze_embeddings: bool
    freeze_layers: int
    max_subwords: int
    precision: Precision
    compile: bool
    checkpoint_seconds: float = field(
        default_factory=lambda: float(os.environ.get(CHECKPOINT_SECONDS, "300"))
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "precision", Precision(self.precision))
        above_zero = ("epochs", "batch_size", "learning_rate", "head_learning_rate")
        for name in (*above_zero, "gradient_clip", "checkpoint_seconds"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name}: found {getattr(self, name)}; expected more than 0")
        if not 0 <= self.warmup <= 1:
            raise InputError(f"warmup: found {self.warmup}; expected 0 to 1")
        if not 0 <= self.masking < 1:
            raise InputError(f"masking: found {self.masking}; expected 0 to below 1")
        if self.max_subwords < 8:
            raise InputError(f"max_subwords: found {self.max_subwords}; expected 8 or more")


class Trainer:
    """One training: its model, its data, and where it stands.

    Args:
        model: The tagger, with frozen weights marked; trained in place.
        features: The corpus.
        loss: What it makes small.
        settings: The hyperparameters.
        seed: Decides order and dropout.
        checkpoint: A file to go on from, written now and then; the caller removes it when the
            trained model is safe on disk.
        processes: How many processes share each update.
        accelerator: What this one shares them through; None where it is alone, or only goes
            on from where the others came.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        features: Features,
        loss: WordLoss,
        settings: TrainingSettings,
        *,
        seed: int,
        checkpoint: Path,
        processes: int = 1,
        accelerator: "Accelerator | None" = None,
    ) -> None:
        self.device = device()
        self.model = model
        nn.Module.to(model, self.device)
        self.features = features
        self.loss = loss.to(self.device)
        self.settings = settings
        self.seed = seed
        self.checkpoint = checkpoint
        self.steps_per_epoch = -(-len(features.lengths) // settings.batch_size)
        self.steps = max(settings.epochs * self.steps_per_epoch, settings.minimum_steps)
        groups = weight_groups(
            model,
            learning_rate=settings.learning_rate,
            head_learning_rate=settings.head_learning_rate,
            weight_decay=settings.weight_decay,
        )
        self.optimizer = AdamW(groups, fused=True)
        number = number_type(settings.precision, self.device)
        self.working = working_copy(model, number, compiled=settings.compile)
        # The weights that training changes, each with its rounded copy; none where they are shared.
        self._rounded = [
            (weight, working)
            for weight, working in zip(model.parameters(), self.working.parameters(), strict=True)
            if weight.requires_grad and working is not weight
        ]
        self.processes = processes
        self.accelerator = accelerator
        self.rank = 0
        if accelerator is not None:
            self.rank = accelerator.process_index
            # DistributedDataParallel, which averages the gradients of all processes.
            self.working = accelerator.prepare_model(self.working, device_placement=False)
        self.curve: list[dict[str, float]] = []
        self._losses: list[torch.Tensor] = []
        self._words = np.diff(features.word_offsets)
        self._epoch = -1
        self._batches: list[np.ndarray] = []
        self.fingerprint = self._fingerprint()

    def _rate(self, step: int) -> float:
        """Linear warm-up, then linear decay to zero; a factor of the peak rate."""
        warmup = int(self.steps * self.settings.warmup)
        if step < warmup:
            return (step + 1) / (warmup + 1)
        return max(0.0, (self.steps - step) / max(1, self.steps - warmup))

    def run(self) -> list[dict[str, float]]:
        """Train to the end, from the last checkpoint if there is one.

        Returns:
            The learning curve: step and mean loss since the entry before.

        Raises:
            InputError: The loss is no longer a number.
        """
        self.working.train()
        torch.manual_seed(self.seed)
        start = self._resume()
        if self.rank:
            # Dropout of its own, also after a resumption: the checkpoint is the first process'.
            torch.manual_seed(hash((self.seed, self.rank, start)))
        if start == self.steps:
            return self.curve
        self._refresh()
        trained = sum(w.numel() for w in self.model.parameters() if w.requires_grad)
        LOGGER.info(
            "training: %d updates of %d sentences, %.1f M weights on %s, %d threads",
            *(self.steps, self.settings.batch_size, trained / 1e6),
            *(self.device, torch.get_num_threads()),
        )
        saved = monotonic()
        for step in progress(
            range(start, self.steps), total=self.steps, unit="updates", start=start
        ):
            for group in self.optimizer.param_groups:
                group["lr"] = group["peak"] * self._rate(step)
            self._update(self._windows(step))
            if (step + 1) % max(1, self.steps // CURVE_STEPS) == 0 or step + 1 == self.steps:
                mean = self._mean_loss()
                self._losses.clear()
                if not np.isfinite(mean):
                    raise InputError(
                        f"training diverged at update {step + 1}: the loss is {mean};"
                        " expected a number; lower the learning rates"
                    )
                self.curve.append({"step": step + 1, "loss": round(mean, 6)})
                LOGGER.info("update %d of %d: loss %.4f", step + 1, self.steps, mean)
            if self.rank == 0 and monotonic() - saved > self.settings.checkpoint_seconds:
                self.save(step + 1)
                saved = monotonic()
        return self.curve

    def _windows(self, step: int) -> np.ndarray:
        """The windows of an update; they depend on the seed and the step only."""
        epoch, within = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            generator = np.random.default_rng((self.seed, epoch))
            self._epoch = epoch
            self._batches = shuffled_batches(
                self.features.lengths, self.settings.batch_size, generator
            )
        return self._batches[within]

    def _share(self, windows: np.ndarray) -> tuple[Batch, float]:
        """This process' part of an update, and what its mean loss counts in that of all."""
        every = self.loss.every_subword
        if self.accelerator is None:
            return self.features.batch(windows, every_subword=every), 1.0
        own = windows[self.rank :: self.processes]
        part = self.processes * self._words[own].sum() / self._words[windows].sum()
        # A process without a window takes part with one that does not count.
        return self.features.batch(own if len(own) else windows[:1], every_subword=every), float(
            part
        )

    def _update(self, windows: np.ndarray) -> None:
        """One step of the optimiser."""
        batch, part = self._share(windows)
        if self.settings.masking:
            batch = self.features.masked(batch, self.settings.masking)
        words = batch.words  # stay on the CPU, where what they should be is looked up
        batch = batch.to(self.device)
        loss = part * self.loss(word_logits(self.working, batch), words, batch.order)
        loss.backward()
        for weight, working in self._rounded:
            if working.grad is not None:
                weight.grad = working.grad.to(weight.dtype)
                working.grad = None
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.gradient_clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self._refresh()
        self._losses.append(loss.detach())

    def _mean_loss(self) -> float:
        """The mean loss since the last entry of the curve, over all processes."""
        mean = torch.stack(self._losses).mean()
        if self.accelerator is not None:
            mean = self.accelerator.reduce(mean, "mean")
        return mean.item()

    @torch.no_grad()
    def _refresh(self) -> None:
        """Round the weights anew for the working copy."""
        for weight, working in self._rounded:
            working.copy_(weight)

    def _trained(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        """The weights that training changes, by name."""
        return ((name, w) for name, w in self.model.named_parameters() if w.requires_grad)

    def _fingerprint(self) -> str:
        """What a checkpoint must have in common with this training to be gone on from."""
        settings: list[Any] = [asdict(self.settings), self.seed, self.processes]
        del settings[0]["checkpoint_seconds"]  # when it is saved decides nothing
        digest = hashlib.sha256(json.dumps(settings).encode())
        features = [self.features.pieces, self.features.piece_offsets, self.features.word_offsets]
        weights = (weight.detach().cpu().numpy() for _, weight in self._trained())
        for array in (*features, *self.loss.arrays(), *weights):
            for block in array_blocks(array):
                digest.update(block.data)
        return digest.hexdigest()

    def save(self, step: int) -> None:
        """Write a checkpoint: all that the rest of the training depends on.

        Args:
            step: The updates done.
        """
        tensors = {"rng": torch.get_rng_state()}
        if self.device.type == "cuda":
            tensors["rng.cuda"] = torch.cuda.get_rng_state()
        for name, weight in self._trained():
            tensors[f"weight.{name}"] = weight
            for key, value in self.optimizer.state[weight].items():
                tensors[f"{key}.{name}"] = value
        state = {
            "step": step,
            "curve": self.curve,
            "losses": [loss.item() for loss in self._losses],
        }
        metadata = {"fingerprint": self.fingerprint, "state": json.dumps(state)}
        write_tensors(self.checkpoint, tensors, metadata)
        LOGGER.debug("checkpoint at update %d", step)

    def keep(self, weights: Path) -> None:
        """Keep what the training came to until its job is recorded.

        Args:
            weights: The file that the trained model was written to.
        """
        keep_finished(self.checkpoint, weights, self.fingerprint, self.curve)

    def _is_finished(self) -> bool:
        """Take the weights of this very training if it has ended before."""
        found = read_finished(self.checkpoint, self.fingerprint)
        if found is None:
            return False
        path, curve = found
        try:
            tensors, _ = read_tensors(path)
        except InputError as error:
            LOGGER.warning("starting anew, what is kept cannot be read: %s", error)
            return False
        with torch.no_grad():
            for name, weight in self._trained():
                weight.copy_(tensors[name])
        self.curve = curve
        LOGGER.info("the training has ended before, and its job was not recorded")
        return True

    def _resume(self) -> int:
        """Go on from where this very training has come to, if it has begun before.

        Returns:
            The updates done before.
        """
        if self._is_finished():
            return self.steps
        if not self.checkpoint.exists():
            return 0
        try:
            tensors, metadata = read_tensors(self.checkpoint)
        except InputError as error:
            LOGGER.warning("starting anew, the checkpoint cannot be read: %s", error)
            return 0
        if metadata.get("fingerprint") != self.fingerprint:
            LOGGER.info("starting anew: the checkpoint is of another training")
            return 0
        state = json.loads(metadata["state"])
        with torch.no_grad():
            for name, weight in self._trained():
                weight.copy_(tensors[f"weight.{name}"])
                self.optimizer.state[weight] = {
                    key: tensors[f"{key}.{name}"].to(self.device)
                    for key in ("step", "exp_avg", "exp_avg_sq")
                }
        torch.set_rng_state(tensors["rng"])
        if self.device.type == "cuda":
            torch.cuda.set_rng_state(tensors["rng.cuda"])
        self.curve = state["curve"]
        self._losses = [torch.full((), loss, device=self.device) for loss in state["losses"]]
        LOGGER.info("going on from update %d", state["step"])
        return state["step"]
