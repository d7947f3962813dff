"""How whole sentences are translated."""

from dataclasses import dataclass, field
from enum import StrEnum

from unitrans.errors import InputError
from unitrans.jobs.device import Precision


class Method(StrEnum):
    """Where translations come from."""

    APERTIUM = "apertium"  # the rule-based translator, installed beside this project
    MARIAN = "marian"  # any encoder-decoder: Marian and OPUS-MT, NLLB, M2M
    PARALLEL = "parallel"  # a file of translations made elsewhere


class Key(StrEnum):
    """How the lines of a file of translations find their source sentences."""

    LINE = "line"  # a translation in each line, in the order of the source corpus
    ID = "id"  # the sentence's id, a tab and the translation in each line


@dataclass(frozen=True, kw_only=True)
class SentenceTranslationSettings:
    """How sentences are translated.

    Attributes:
        method: apertium, marian or parallel.
        keep_types: Entity types that pass untranslated; parallel translates nothing anew.
        shard_sentences: A killed job loses at most the work on so many sentences.
        mode: apertium: its language pair, such as eng-spa.
        path: parallel: the file of translations.
        key: parallel: line or id.
        model: marian: a folder or a name on the Hugging Face hub, with safetensors weights.
        revision: marian: branch, tag or commit on the hub; None for its main branch.
        source_code: marian: what NLLB or M2M call the source language, such as eng_Latn.
        target_code: marian: the same of the target language.
        prefix: marian: text before each sentence, such as ``>>nob<<`` for OPUS-MT models of
            several target languages.
        beams: marian: beam width.
        length_ratio: marian: a translation has at most so many times the source's subwords,
            and ten more.
        batch_subwords: marian: subwords of a batch when padded.
        precision: marian: auto, bfloat16 or float32.

    Raises:
        InputError: A value is not allowed, or what the method needs is missing.
    """

    method: str
    keep_types: tuple[str, ...] = ()
    shard_sentences: int = 500
    mode: str | None = None
    path: str | None = None
    key: str = Key.LINE
    model: str | None = None
    revision: str | None = None
    source_code: str | None = None
    target_code: str | None = None
    prefix: str = ""
    beams: int = 4
    length_ratio: float = 2.0
    batch_subwords: int = 2048
    precision: str = field(default=Precision.AUTO)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keep_types", tuple(self.keep_types))
        if self.method not in list(Method):
            raise InputError(
                f"translation.method: found {self.method!r}; expected {', '.join(Method)}"
            )
        for name, allowed in (("key", Key), ("precision", Precision)):
            if (value := getattr(self, name)) not in list(allowed):
                raise InputError(
                    f"sentence_translation.{name}: found {value!r}; expected {', '.join(allowed)}"
                )
        for name in ("shard_sentences", "beams", "batch_subwords"):
            if not isinstance(value := getattr(self, name), int) or value < 1:
                raise InputError(
                    f"sentence_translation.{name}: found {value!r}; expected a whole number from 1"
                )
        if not self.length_ratio > 0:
            raise InputError(
                f"sentence_translation.length_ratio: found {self.length_ratio!r}; "
                "expected a number above 0"
            )
        needed = {Method.APERTIUM: "mode", Method.MARIAN: "model", Method.PARALLEL: "path"}
        name = needed[Method(self.method)]
        if not getattr(self, name):
            raise InputError(
                f"sentence_translation.{name}: found nothing; "
                f"expected a value with translation.method {self.method}"
            )
        if (self.source_code is None) != (self.target_code is None):
            raise InputError(
                "sentence_translation.source_code, sentence_translation.target_code: "
                "found one of them; expected both or none"
            )
