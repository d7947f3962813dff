"""A student as PyTorch's model."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from transformers import AutoModelForTokenClassification, PreTrainedModel, PreTrainedTokenizerFast

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import TagSet
from unitrans.encoders.features import make_features
from unitrans.encoders.loading import load_model, load_tokenizer
from unitrans.jobs.device import Precision
from unitrans.taggers.folder import TaggerSettings, read_settings
from unitrans.taggers.prediction import predict_probabilities


@dataclass(frozen=True)
class Student:
    """A tagger that stands on its own.

    Attributes:
        model: The model.
        tokenizer: Its subword tokenizer.
        settings: Its classes, its language, and how much it reads at once.
        precision: Of the matrix products.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    settings: TaggerSettings
    precision: Precision

    @classmethod
    def load(
        cls, folder: str | Path, *, language: str | None = None, precision: Precision | str = "auto"
    ) -> "Student":
        """Load a student's folder.

        Args:
            folder: The folder.
            language: ISO 639-1 code; None for the one that the folder names.
            precision: auto, bfloat16 or float32.

        Returns:
            The student.

        Raises:
            InputError: A file is missing or damaged, or the language is not known.
        """
        folder = Path(folder)
        settings = read_settings(folder, language)
        tokenizer = load_tokenizer(folder)
        model = load_model(AutoModelForTokenClassification, folder, expected="a tagger", whole=True)
        return cls(model, tokenizer, settings, Precision(precision))

    @property
    def tag_set(self) -> TagSet:
        """Its classes."""
        return self.settings.tag_set

    def probabilities(self, sentences: Sequence[Sentence]) -> tuple[np.ndarray, np.ndarray]:
        """Judge every word.

        Args:
            sentences: At least one sentence.

        Returns:
            Probabilities (W, C), and where each sentence's words start (sentences + 1).
        """
        longest = self.settings.max_subwords
        features = make_features(sentences, self.tokenizer, max_subwords=longest)
        values = predict_probabilities(
            self.model, features, precision=self.precision, progress=lambda batches, **_: batches
        )
        return values, features.sentence_offsets
