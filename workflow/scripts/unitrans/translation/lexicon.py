"""Make the lexicon of a target language, from whatever the settings name."""

from pathlib import Path

from unitrans.corpora.sentences import read_sentences
from unitrans.errors import InputError
from unitrans.jobs.artifacts import write_json
from unitrans.jobs.log import LOGGER
from unitrans.translation.dictionary import (
    DictionaryMethod,
    DictionarySettings,
    coverage,
    lexicon_from_file,
    vocabulary,
    write_lexicon,
)


def build_lexicon(
    source: str | Path,
    pool: str | Path,
    output: str | Path,
    stats: str | Path,
    *,
    encoder: Path,
    settings: DictionarySettings,
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
        language: ISO 639-1 code of the target.

    Raises:
        InputError: Input is malformed, or there is no usable entry.
    """
    sentences = read_sentences(source, labelled=True), read_sentences(pool, labelled=False)
    words = vocabulary(sentences[0], settings.skip_types)
    targets = vocabulary(sentences[1], language=language)
    if settings.method == DictionaryMethod.FILE:
        origin = str(settings.path)
        lexicon = lexicon_from_file(origin, source=words, pool=targets, language=language)
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
    share = coverage(lexicon, words)
    LOGGER.info("%d entries for %.0f%% of the running words", len(lexicon), 100 * share)
    write_lexicon(output, lexicon)
    write_json(
        stats,
        {
            "method": str(settings.method),
            "entries": len(lexicon),
            "source_words": len(words.counts),
            "pool_words": len(targets.counts),
            "coverage": round(share, 4),
        },
    )
