"""Translation: what a translated sentence is, and word-by-word translation."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from unitrans.corpora.casing import Casing, casing_of, forms_of, shape, usual_form
from unitrans.corpora.sentences import Sentence, is_words, read_json_lines
from unitrans.corpora.shards import Pool, read_blocks
from unitrans.corpora.tags import OUTSIDE
from unitrans.corpora.writing import Capitals, capitals_of, script_of
from unitrans.errors import InputError
from unitrans.jobs.artifacts import replacing
from unitrans.jobs.log import LOGGER
from unitrans.translation.dictionary import Entry, read_lexicon
from unitrans.translation.transliteration import rules_into, transliterate

TRANSLATION_FORM = '{"id": "...", "tokens": [...], "tags": [...], "translation": [...]}'


@dataclass(frozen=True, kw_only=True)
class TranslationSettings:
    """How sentences are translated word by word.

    Attributes:
        casing: Of words outside entities. copy takes the source word's casing; corpus the
            casing that the target word has in the pool; auto is corpus where the pool
            writes all nouns with capitals, as in German, else copy.
        name_casing: Of words inside entities. corpus takes the usual casing of the pool,
            so that "Spanish" becomes "español"; copy takes the source word's.
        keep_types: Entity types whose words are not translated.
        transliterate: Whether words that are not translated are written in the script of the
            pool, where ICU has rules for it.

    Raises:
        InputError: A value is not allowed.
    """

    casing: str = Casing.AUTO
    name_casing: str = Casing.CORPUS
    keep_types: tuple[str, ...] = ("PER",)
    transliterate: bool = True

    def __post_init__(self) -> None:
        allowed = {"casing": list(Casing), "name_casing": [Casing.COPY, Casing.CORPUS]}
        for key, choices in allowed.items():
            if (value := getattr(self, key)) not in choices:
                raise InputError(
                    f"translation.{key}: found {value!r}; expected {', '.join(choices)}"
                )
        object.__setattr__(self, "keep_types", tuple(self.keep_types))


@dataclass(frozen=True, slots=True)
class TranslatedSentence:
    """A labelled source sentence beside its translation.

    Attributes:
        id: Unique within its file.
        tokens: The W source words.
        tags: One BIO tag for each of them.
        translation: The target words, at least one; their number may differ from W.
    """

    id: str
    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    translation: tuple[str, ...]


def write_translation(path: str | Path, sentences: Iterable[TranslatedSentence]) -> None:
    """Write translated sentences as JSON lines.

    Args:
        path: The file to write, whole or not at all.
        sentences: The sentences in order.
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as handle:
        for sentence in sentences:
            record = {
                "id": sentence.id,
                "tokens": sentence.tokens,
                "tags": sentence.tags,
                "translation": sentence.translation,
            }
            handle.write(json.dumps(record, ensure_ascii=False) + "\n")


def read_translation(path: str | Path) -> list[tuple[int, TranslatedSentence]]:
    """Read and check translated sentences.

    Args:
        path: The file to read.

    Returns:
        The sentences with their line numbers, at least one.

    Raises:
        InputError: A line is malformed, an id stands twice, source words and tags differ
            in number, or the file holds no sentence.
    """
    sentences: list[tuple[int, TranslatedSentence]] = []
    seen: dict[str, int] = {}
    for number, record in read_json_lines(path):
        identifier = record.get("id")
        lists = [record.get(key) for key in ("tokens", "tags", "translation")]
        if not isinstance(identifier, str) or not all(is_words(some) and some for some in lists):
            raise InputError.at(
                path, number, found=json.dumps(record)[:60], expected=TRANSLATION_FORM
            )
        tokens, tags, translation = (tuple(some) for some in lists if some is not None)
        if len(tags) != len(tokens):
            raise InputError.at(
                path,
                number,
                found=f"{len(tags)} tags",
                expected=f"{len(tokens)} tags, one for each token",
            )
        if identifier in seen:
            raise InputError.at(
                path,
                number,
                found=f"id {identifier!r}, which line {seen[identifier]} has",
                expected="an id of its own for each sentence",
            )
        seen[identifier] = number
        sentences.append((number, TranslatedSentence(identifier, tokens, tags, translation)))
    if not sentences:
        raise InputError.at(path, found="no sentence", expected="at least one")
    return sentences


def translate_corpus(
    source: str | Path,
    pool: str | Path,
    lexicon: str | Path,
    output: str | Path,
    *,
    language: str,
    seed: int,
    shard: str,
    settings: TranslationSettings,
) -> None:
    """Translate a labelled corpus word by word, from file to file.

    Args:
        source: The labelled source corpus.
        pool: The unlabelled target corpus; read for its casing.
        lexicon: The lexicon.
        output: The translation to write.
        language: ISO 639-1 code of the target language.
        seed: Seeds the choice between the casings of a word.
        shard: The part of the source corpus to translate, such as ``2-of-4``.
        settings: How.
    """
    sentences = Pool(pool)
    forms = forms_of(sentences, language)
    usual = {word: {usual_form(counts): 1} for word, counts in forms.items()}
    capitals = capitals_of(sentence.tokens for sentence in sentences)
    casing = casing_of(settings.casing, capitals)
    script = script_of(sentence.tokens for sentence in sentences)
    LOGGER.info(*_decisions(script, capitals, casing, transliterated=settings.transliterate))
    entries = read_lexicon(lexicon)
    write_translation(
        output,
        (
            translate_words(
                sentence,
                entries,
                forms=forms if casing is Casing.CORPUS else {},
                name_forms=usual if settings.name_casing == Casing.CORPUS else {},
                seed=seed,
                keep_types=settings.keep_types,
                script=script if settings.transliterate else "Latin",
                language=language,
            )
            for sentences in read_blocks(source, shard, labelled=True)
            for sentence in sentences
        ),
    )


def _decisions(
    script: str, capitals: Capitals, casing: Casing, *, transliterated: bool
) -> tuple[str, ...]:
    """What the pool's writing decides, for the log."""
    if capitals is Capitals.NONE:
        case = "it has no capitals, so casing decides nothing"
    else:
        case = f"capitals mark {capitals}, casing is {casing}"
    stays = "words that are not translated stay as they are"
    if transliterated and rules_into(script):
        stays = "words that are not translated are transliterated"
    return "the pool is written in %s: %s; %s", script, case, stays


def translate_words(
    sentence: Sentence,
    lexicon: Mapping[str, Entry],
    *,
    forms: Mapping[str, Mapping[str, int]],
    name_forms: Mapping[str, Mapping[str, int]],
    seed: int,
    keep_types: Sequence[str],
    script: str = "Latin",
    language: str = "",
) -> TranslatedSentence:
    """Translate a labelled sentence word by word.

    Words inside entities of the types kept, and words without an entry, stay as they are but for
    the script.

    Args:
        sentence: The sentence, W words.
        lexicon: Entries by lower-cased source word.
        forms: How target words outside entities are cased in the pool, with counts; empty
            to copy casing.
        name_forms: The same inside entities.
        seed: Seeds the choice between casings; each sentence draws for itself.
        keep_types: Entity types whose words stay.
        script: The script to write those in that stay.
        language: ISO 639-1 code of the target language.

    Returns:
        The sentence with W target words.

    Source: UniTrans, section 3.2.
    """
    random = Random(f"{seed} {sentence.id}")
    tags = sentence.tags or ()
    first = next((n for n, token in enumerate(sentence.tokens) if token[0].isalpha()), 0)
    translation = []
    for position, (token, tag) in enumerate(zip(sentence.tokens, tags, strict=True)):
        entry = lexicon.get(token.lower())
        if entry is None or tag[2:] in keep_types:
            translation.append(transliterate(token, script, language))
            continue
        known = (forms if tag == OUTSIDE else name_forms).get(entry.target, {})
        translation.append(
            shape(
                entry.target,
                token,
                initial=position == first,
                forms=known,
                random=random,
                language=language,
            )
        )
    return TranslatedSentence(sentence.id, sentence.tokens, tags, tuple(translation))
