"""Translation of whole sentences: resumable shards, and the way from file to file."""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from unitrans.corpora.sentences import Sentence, read_sentences
from unitrans.corpora.shards import shard_lines
from unitrans.errors import InputError
from unitrans.jobs.artifacts import write_json
from unitrans.jobs.files import read_json
from unitrans.jobs.log import LOGGER, progress
from unitrans.translation.moses import Moses, mask, unmask
from unitrans.translation.sentence_settings import Key, Method, SentenceTranslationSettings
from unitrans.translation.words import TranslatedSentence, write_translation

Translate = Callable[[Sequence[str]], list[str]]


class SentenceTranslation:
    """A labelled corpus on its way into another language, shard by shard.

    Args:
        source: The labelled source corpus.
        shards: A folder for what is done so far; removed when all is.
        source_language: ISO 639-1 code.
        target_language: ISO 639-1 code.
        settings: How sentences are translated.
    """

    def __init__(
        self,
        source: str | Path,
        shards: str | Path,
        *,
        source_language: str,
        target_language: str,
        settings: SentenceTranslationSettings,
    ) -> None:
        self._source = source
        self._sentences = read_sentences(source, labelled=True)
        self._languages = Moses(source_language), Moses(target_language)
        self._shards = Path(shards)
        self._settings = settings
        self._backend: Translate | None = None
        self._known: dict[str, dict] = {}
        is_parallel = settings.method == Method.PARALLEL
        # A file is read whole: its lines count from the start of the corpus.
        self._size = len(self._sentences) if is_parallel else settings.shard_sentences
        self._keep_types = () if is_parallel else settings.keep_types

    def write_part(self, output: str | Path, *, part: str) -> None:
        """Translate a part of the corpus, for ``write`` to put together.

        Args:
            output: The part's translations to write.
            part: Which one, such as ``2-of-4``; a part is made of whole shards.

        Raises:
            InputError: The method cannot work.
        """
        lines = shard_lines(self._source, part, block=self._settings.shard_sentences)
        write_json(output, dict(self._translate(start) for start in self._starts(lines)))

    def write(
        self, output: str | Path, stats: str | Path, *, parts: Sequence[str | Path] = ()
    ) -> None:
        """Translate the whole corpus.

        Args:
            output: The translation to write.
            stats: The counts to write.
            parts: What ``write_part`` has translated already.

        Raises:
            InputError: The method cannot work, or no sentence came back.
        """
        self._known = {name: done for path in parts for name, done in read_json(path).items()}
        counts: Counter[str] = Counter()
        translated: list[TranslatedSentence] = []
        for start in self._starts(range(1, len(self._sentences) + 1)):
            _, done = self._translate(start)
            counts.update(done["counts"])
            translated += [
                TranslatedSentence(one.id, one.tokens, one.tags or (), tuple(words))
                for one, words in zip(self._block(start), done["words"], strict=True)
                if words
            ]
        if not translated:
            raise InputError(f"{self._settings.method}: found no translation; expected some")
        write_translation(output, translated)
        write_json(stats, _summary(self._sentences, translated, counts, self._settings))
        shutil.rmtree(self._shards, ignore_errors=True)

    def _starts(self, lines: range) -> Iterable[int]:
        """Where the shards begin that lie in some lines of the corpus."""
        starts = [line - 1 for line in lines if (line - 1) % self._size == 0]
        return progress(starts, total=len(starts), unit="shards")

    def _block(self, start: int) -> Sequence[Sentence]:
        """The sentences of a shard."""
        return self._sentences[start : start + self._size]

    def _digest(self, start: int) -> str:
        """Name a shard by all that decides its content."""
        parts = (
            [asdict(sentence) for sentence in self._block(start)],
            [language.name for language in self._languages],
            asdict(self._settings),
        )
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20]

    def _translate(self, start: int) -> tuple[str, dict]:
        """Translate a shard, or take it from a part or an earlier, killed job; with its name."""
        name = self._digest(start)
        shard = self._shards / f"{name}.json"
        if name in self._known:
            return name, self._known[name]
        if shard.is_file():
            return name, read_json(shard)
        self._backend = self._backend or make_backend(self._settings, self._sentences)
        done = translate_block(self._block(start), self._backend, self._languages, self._keep_types)
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
        from unitrans.translation.seq2seq import Seq2Seq  # torch, which the others can do without

        return Seq2Seq(settings).translate
    from unitrans.translation.backends import Apertium, read_parallel

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
