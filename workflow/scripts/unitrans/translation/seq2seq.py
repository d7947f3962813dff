"""Translation by pretrained encoder-decoders: Marian and OPUS-MT, NLLB, M2M."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from unitrans.encoders.batches import budget_batches
from unitrans.encoders.checkpoint import EncoderSettings, fetch
from unitrans.encoders.loading import load_any_tokenizer, load_model
from unitrans.errors import InputError
from unitrans.jobs.device import Precision, autocast, device
from unitrans.jobs.log import LOGGER
from unitrans.translation.sentence_settings import SentenceTranslationSettings

SPARE_SUBWORDS = 10  # a translation of few words may need many more


class Seq2Seq:
    """An encoder-decoder with its tokenizer."""

    def __init__(self, settings: SentenceTranslationSettings) -> None:
        """Load the model; no pickle is read and no code of its own is run.

        Args:
            settings: Which model, and how it translates.

        Raises:
            InputError: It cannot be had, its weights are not safetensors, or it does not know
                a language.
        """
        from transformers import AutoModelForSeq2SeqLM

        self._settings = settings
        folder = _folder(settings)
        model: Any = load_model(AutoModelForSeq2SeqLM, folder, expected="a translation model")
        self._tokenizer: Any = load_any_tokenizer(folder)
        self._model = model.to(device()).eval()
        self._start = self._target_start()

    def _target_start(self) -> dict[str, int]:
        """What makes a model of many languages write the right one."""
        settings = self._settings
        if settings.target_code is None:
            return {}
        known = set(self._tokenizer.get_added_vocab())
        form = next((f for f in ("{}", "__{}__") if f.format(settings.target_code) in known), None)
        for name in ("source_code", "target_code"):
            code = getattr(settings, name)
            if form is None or form.format(code) not in known:
                raise InputError(
                    f"sentence_translation.{name}: found {code!r}; "
                    f"expected a language of {settings.model}"
                )
        self._tokenizer.src_lang = settings.source_code
        token = str(form).format(settings.target_code)
        return {"forced_bos_token_id": self._tokenizer.convert_tokens_to_ids(token)}

    def translate(self, texts: Sequence[str]) -> list[str]:
        """Translate sentences, those of similar length together.

        Args:
            texts: The sentences.

        Returns:
            As many translations; an empty one for a sentence longer than the model reads.
        """
        encoded = [self._tokenizer(self._settings.prefix + text).input_ids for text in texts]
        lengths = np.array([len(pieces) for pieces in encoded], dtype=np.int64)
        longest = min(
            self._tokenizer.model_max_length,
            getattr(
                self._model.config, "max_position_embeddings", self._tokenizer.model_max_length
            ),
        )
        readable = np.flatnonzero(lengths <= longest)
        if len(readable) < len(texts):
            LOGGER.warning(
                "%d sentences have more than the %d subwords that %s reads; they are left out",
                len(texts) - len(readable),
                longest,
                self._settings.model,
            )
        translated = [""] * len(texts)
        where = device()
        precision = Precision(self._settings.precision)
        with torch.inference_mode(), autocast(precision, where):
            for rows in budget_batches(lengths[readable], self._settings.batch_subwords):
                numbers = readable[rows]
                for number, text in zip(numbers, self._generate(encoded, numbers), strict=True):
                    translated[number] = " ".join(text.split())
        return translated

    def _generate(self, encoded: Sequence[Sequence[int]], numbers: np.ndarray) -> list[str]:
        """Translate a batch."""
        batch = self._tokenizer.pad(
            {"input_ids": [encoded[number] for number in numbers]}, return_tensors="pt"
        ).to(device())
        most = int(batch.input_ids.shape[1] * self._settings.length_ratio) + SPARE_SUBWORDS
        limit = getattr(self._model.config, "max_position_embeddings", most)
        output = self._model.generate(
            input_ids=batch.input_ids,
            attention_mask=batch.attention_mask,
            num_beams=self._settings.beams,
            do_sample=False,
            max_length=None,
            max_new_tokens=min(most, limit - 1),
            **self._start,
        )
        return self._tokenizer.batch_decode(output, skip_special_tokens=True)


def _folder(settings: SentenceTranslationSettings) -> Path:
    """The model's files, fetched where they are not here."""
    place = EncoderSettings(name=str(settings.model), revision=settings.revision)
    if place.is_folder:
        folder = Path(place.name)
        if not folder.is_dir():
            raise InputError.at(folder, found="no such folder", expected="a translation model")
    else:
        folder = fetch(place, also=("*.spm",))
    return folder
