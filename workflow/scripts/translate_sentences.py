"""Translate the labelled source corpus sentence by sentence."""

from typing import TYPE_CHECKING

from unitrans.joblog import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.device import use_threads
        from unitrans.sentence_translation import SentenceTranslationSettings, translate_sentences

        use_threads(snakemake.params.threads)
        translate_sentences(
            snakemake.input.source,
            snakemake.output.translation,
            snakemake.output.stats,
            shards=snakemake.params.shards,
            source_language=snakemake.params.source_language,
            target_language=snakemake.params.target_language,
            settings=SentenceTranslationSettings(
                method=snakemake.params.method, **snakemake.params.translation
            ),
        )
