"""Translate the labelled source corpus word by word."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.translation.words import TranslationSettings, translate_corpus

        translate_corpus(
            snakemake.input.source,
            snakemake.input.pool,
            snakemake.input.lexicon,
            snakemake.output.translation,
            language=snakemake.params.language,
            seed=snakemake.params.seed,
            shard=snakemake.params.shard,
            settings=TranslationSettings(**snakemake.params.translation),
        )
