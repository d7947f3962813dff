"""Translation of whole sentences: settings, resumable shards, and the way from file to file."""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

from unitrans.artifacts import read_json, write_json
from unitrans.corpus import Sentence, read_sentences
from unitrans.device import Precision
from unitrans.errors import InputError
from unitrans.joblog import LOGGER, progress
from unitrans.moses import Moses, mask, unmask
from unitrans.shards import shard_lines
from unitrans.translation import TranslatedSentence, write_translation

Translate = Callable[[Sequence[str]], list[str]]


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


def translate_part(
    source: str | Path,
    output: str | Path,
    *,
    part: str,
    shards: str | Path,
    source_language: str,
    target_language: str,
    settings: SentenceTranslationSettings,
) -> None:
    """Translate a part of a corpus, for ``translate_sentences`` to put together.

    Args:
        source: The labelled source corpus.
        output: The part's translations to write.
        part: Which one, such as ``2-of-4``; a part is made of whole shards.
        shards: As of ``translate_sentences``.
        source_language: ISO 639-1 code.
        target_language: ISO 639-1 code.
        settings: How.

    Raises:
        InputError: The method cannot work.
    """
    lines = shard_lines(source, part, block=settings.shard_sentences)
    work = _Work(source, shards, source_language, target_language, settings)
    write_json(output, dict(work.translate(start) for start in work.starts(lines)))


def translate_sentences(
    source: str | Path,
    output: str | Path,
    stats: str | Path,
    *,
    parts: Sequence[str | Path] = (),
    shards: str | Path,
    source_language: str,
    target_language: str,
    settings: SentenceTranslationSettings,
) -> None:
    """Translate a labelled corpus, from file to file.

    Args:
        source: The labelled source corpus.
        output: The translation to write.
        stats: The counts to write.
        parts: What ``translate_part`` has translated already.
        shards: A folder for what is done so far; removed when all is.
        source_language: ISO 639-1 code.
        target_language: ISO 639-1 code.
        settings: How.

    Raises:
        InputError: The method cannot work, or no sentence came back.
    """
    work = _Work(source, shards, source_language, target_language, settings)
    work.known = {name: done for path in parts for name, done in read_json(path).items()}
    counts: Counter[str] = Counter()
    translated: list[TranslatedSentence] = []
    for start in work.starts(range(1, len(work.sentences) + 1)):
        _, done = work.translate(start)
        counts.update(done["counts"])
        translated += [
            TranslatedSentence(one.id, one.tokens, one.tags or (), tuple(words))
            for one, words in zip(work.block(start), done["words"], strict=True)
            if words
        ]
    if not translated:
        raise InputError(f"{settings.method}: found no translation; expected some")
    write_translation(output, translated)
    write_json(stats, _summary(work.sentences, translated, counts, settings))
    shutil.rmtree(shards, ignore_errors=True)


class _Work:
    """A corpus on its way into another language, shard by shard."""

    def __init__(
        self,
        source: str | Path,
        shards: str | Path,
        source_language: str,
        target_language: str,
        settings: SentenceTranslationSettings,
    ) -> None:
        self.sentences = read_sentences(source, labelled=True)
        self._languages = Moses(source_language), Moses(target_language)
        self._shards = Path(shards)
        self._settings = settings
        self._backend: Translate | None = None
        self.known: dict[str, dict] = {}
        is_parallel = settings.method == Method.PARALLEL
        # A file is read whole: its lines count from the start of the corpus.
        self._size = len(self.sentences) if is_parallel else settings.shard_sentences
        self._keep_types = () if is_parallel else settings.keep_types

    def starts(self, lines: range) -> Iterable[int]:
        """Where the shards begin that lie in some lines of the corpus."""
        starts = [line - 1 for line in lines if (line - 1) % self._size == 0]
        return progress(starts, total=len(starts), unit="shards")

    def block(self, start: int) -> Sequence[Sentence]:
        """The sentences of a shard."""
        return self.sentences[start : start + self._size]

    def _digest(self, start: int) -> str:
        """Name a shard by all that decides its content."""
        parts = (
            [asdict(sentence) for sentence in self.block(start)],
            [language.name for language in self._languages],
            asdict(self._settings),
        )
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20]

    def translate(self, start: int) -> tuple[str, dict]:
        """Translate a shard, or take it from a part or an earlier, killed job; with its name."""
        name = self._digest(start)
        shard = self._shards / f"{name}.json"
        if name in self.known:
            return name, self.known[name]
        if shard.is_file():
            return name, read_json(shard)
        self._backend = self._backend or make_backend(self._settings, self.sentences)
        done = translate_block(self.block(start), self._backend, self._languages, self._keep_types)
        if self._settings.method != Method.PARALLEL:
            write_json(shard, done)
        return name, done


def make_backend(settings: SentenceTranslationSettings, sentences: Sequence[Sentence]) -> Translate:
    """Get a backend ready.

    Args:
        settings: Which one.
        sentences: The source corpus.

    Returns:
        What translates texts; an empty text says that it could not.
    """
    backend = Method(settings.method)
    if backend is Method.MARIAN:
        from unitrans.seq2seq import Seq2Seq  # torch, which the others can do without

        return Seq2Seq(settings).translate
    from unitrans.backends import Apertium, read_parallel

    if backend is Method.APERTIUM:
        return Apertium(str(settings.mode)).translate
    texts = read_parallel(str(settings.path), sentences, by_id=settings.key == Key.ID)
    return lambda _: texts


def translate_block(
    block: Sequence[Sentence],
    translate: Translate,
    languages: tuple[Moses, Moses],
    keep_types: Sequence[str],
) -> dict:
    """Translate some sentences.

    Args:
        block: The sentences.
        translate: The backend.
        languages: Source and target language.
        keep_types: Entity types that pass untranslated.

    Returns:
        A JSON value: the translated ``words`` of each sentence, none where it has no
        translation, and ``counts``.
    """
    source, target = languages
    masked = [mask(sentence, keep_types) for sentence in block]
    texts = translate([source.join(words) for words, _ in masked])
    translated: list[Sequence[str]] = []
    failed: list[int] = []
    for number, (text, (_, kept)) in enumerate(zip(texts, masked, strict=True)):
        words = unmask(target.split(text), kept)
        if words is None and text:
            failed.append(number)
        translated.append(words or ())
    # Where a made-up name got lost, the sentence is translated with its real names.
    plain = translate([source.join(block[number].tokens) for number in failed]) if failed else []
    for number, text in zip(failed, plain, strict=True):
        translated[number] = target.split(text)
    kept_total = sum(len(kept) for _, kept in masked)
    lost = sum(len(masked[number][1]) for number in failed)
    return {
        "words": translated,
        "counts": {"entities_passed": kept_total - lost, "entities_not_passed": lost},
    }


def _summary(
    sentences: Sequence[Sentence],
    translated: Sequence[TranslatedSentence],
    counts: Counter[str],
    settings: SentenceTranslationSettings,
) -> dict:
    """The counts of a translation."""
    words = sum(len(sentence.tokens) for sentence in translated)
    target_words = sum(len(sentence.translation) for sentence in translated)
    lost = len(sentences) - len(translated)
    LOGGER.info("%d of %d sentences have a translation", len(translated), len(sentences))
    return {
        "method": str(settings.method),
        "sentences": {"translated": len(translated), "without_translation": lost},
        "words": {"source": words, "target": target_words},
        "entities_passed": counts["entities_passed"],
        "entities_not_passed": counts["entities_not_passed"],
    }
