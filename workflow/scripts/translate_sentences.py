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
        from unitrans.sentence_translation import (
            SentenceTranslationSettings,
            translate_part,
            translate_sentences,
        )

        params = snakemake.params
        use_threads(params.threads)
        options = {
            "shards": params.shards,
            "source_language": params.source_language,
            "target_language": params.target_language,
            "settings": SentenceTranslationSettings(method=params.method, **params.translation),
        }
        if part := snakemake.wildcards.get("scatteritem"):
            translate_part(snakemake.input.source, snakemake.output.part, part=part, **options)
        else:
            translate_sentences(
                snakemake.input.source,
                snakemake.output.translation,
                snakemake.output.stats,
                parts=snakemake.input.parts,
                **options,
            )
