"""Make the lexicon of a target language, from whatever the settings name."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from unitrans.corpora.sentences import read_sentences
from unitrans.corpora.shards import Pool
from unitrans.errors import InputError
from unitrans.jobs.artifacts import write_json
from unitrans.jobs.log import LOGGER
from unitrans.translation.dictionary import (
    DictionaryMethod,
    DictionarySettings,
    Entry,
    Vocabulary,
    coverage,
    lexicon_from_file,
    vocabulary,
    write_lexicon,
)

UNKNOWN_WORDS = 50  # how many words without an entry the statistics list


def build_lexicon(
    source: str | Path,
    pool: str | Path,
    output: str | Path,
    stats: str | Path,
    *,
    encoder: Path,
    settings: DictionarySettings,
    source_language: str = "",
    language: str = "",
) -> None:
    """Make a lexicon, from file to file.

    Args:
        source: The labelled source corpus.
        pool: The unlabelled target corpus.
        output: The lexicon to write.
        stats: Its size and coverage, to write.
        encoder: Checkpoint folder; read only where the lexicon is induced with it.
        settings: How.
        source_language: ISO 639-1 code of the source.
        language: ISO 639-1 code of the target.

    Raises:
        InputError: Input is malformed, or there is no usable entry.
    """
    sentences = read_sentences(source, labelled=True), Pool(pool)
    words = vocabulary(sentences[0], settings.skip_types)
    targets = vocabulary(sentences[1], language=language)
    lemmas = lemmas_of(words, source_language)
    if settings.method == DictionaryMethod.FILE:
        origin = str(settings.path)
        wanted = sorted({*words.translatable, *lemmas.values()})
        lexicon = lexicon_from_file(origin, wanted, pool=targets, language=language)
    else:
        # torch is slow to import, and a dictionary from a file needs none.
        from unitrans.translation.induction import induce, induce_from_vectors

        if settings.method == DictionaryMethod.INDUCED:
            origin = str(encoder)
            lexicon = induce(
                words, targets, *sentences, encoder=encoder, settings=settings, language=language
            )
        else:
            origin = f"{settings.source_vectors}, {settings.target_vectors}"
            lexicon = induce_from_vectors(words, targets, settings=settings, language=language)
    if not lexicon:
        raise InputError.at(
            origin,
            found="no usable entry",
            expected="translations of words of the source corpus",
        )
    found = coverage(lexicon, words)
    lexicon = with_lemmas(lexicon, words, lemmas)
    share = coverage(lexicon, words)
    LOGGER.info(
        "%d entries for %.0f%% of the running words (%.0f%% without those of lemmas)",
        *(len(lexicon), 100 * share, 100 * found),
    )
    write_lexicon(output, lexicon)
    write_json(
        stats,
        {
            "method": str(settings.method),
            "entries": len(lexicon),
            "source_words": len(words.counts),
            "pool_words": len(targets.counts),
            "coverage": round(share, 4),
            "coverage_without_lemmas": round(found, 4),
            **gaps(lexicon, words),
        },
    )


def lemmas_of(words: Vocabulary, language: str) -> dict[str, str]:
    """Find the lemmas of inflected words.

    Args:
        words: Words of the source corpus. Those that mostly stand in entities get none: a
            name is not the inflected form of another word.
        language: ISO 639-1 code of the source.

    Returns:
        The lemma of each word that has another one than itself; none where nobody knows the
        lemmas of the language.
    """
    from simplemma import lemmatize
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    if language not in SUPPORTED_LANGUAGES:
        return {}
    names = words.names
    pairs = (
        (word, lemmatize(word, lang=language).lower())
        for word in words.translatable
        if word not in names
    )
    return {word: lemma for word, lemma in pairs if lemma != word}


def with_lemmas(
    lexicon: Iterable[Entry], words: Vocabulary, lemmas: Mapping[str, str]
) -> list[Entry]:
    """Give inflected words without an entry that of their lemma: *years* that of *year*.

    Args:
        lexicon: The entries that there are, those of lemmas that the corpus lacks among them.
        words: Words of the source corpus.
        lemmas: The lemmas of inflected words.

    Returns:
        The entries of the corpus's words.
    """
    known = {entry.source: entry for entry in lexicon}
    further = [
        Entry(word, known[lemma].target, known[lemma].score)
        for word, lemma in lemmas.items()
        if word not in known and lemma in known
    ]
    return [entry for entry in known.values() if entry.source in words.counts] + further


def gaps(lexicon: Iterable[Entry], words: Vocabulary) -> dict[str, Any]:
    """Tell what has no entry.

    Args:
        lexicon: The entries.
        words: Words of the source corpus.

    Returns:
        ``skipped``, ``names`` and ``others``, the shares of the running words without an entry
        that are never translated, that mostly stand in entities, and that do neither; and
        ``most_frequent``, the most frequent ones of the last kind.
    """
    known, names = {entry.source for entry in lexicon}, words.names
    translatable = set(words.translatable)
    missing: dict[str, dict[str, int]] = {"skipped": {}, "names": {}, "others": {}}
    for word, count in words.counts.items():
        if word not in known:
            kind = "names" if word in names else "others"
            missing[kind if word in translatable else "skipped"][word] = count
    frequent = sorted(missing["others"].items(), key=lambda item: (-item[1], item[0]))
    return {
        "without_entry": {
            kind: round(sum(counts.values()) / max(words.total, 1), 4)
            for kind, counts in missing.items()
        },
        "most_frequent_without_entry": [word for word, _ in frequent[:UNKNOWN_WORDS]],
    }
