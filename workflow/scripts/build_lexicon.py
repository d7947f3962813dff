"""Make the lexicon of a target language: one translation for each source word that has one."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from pathlib import Path

        from unitrans.jobs.device import use_threads
        from unitrans.translation.dictionary import DictionarySettings
        from unitrans.translation.lexicon import build_lexicon

        use_threads(snakemake.params.threads)
        build_lexicon(
            snakemake.input.source,
            snakemake.input.pool,
            snakemake.output.lexicon,
            snakemake.output.stats,
            encoder=Path(snakemake.input.encoder[0]).parent,
            settings=DictionarySettings(**snakemake.params.dictionary),
            source_language=snakemake.params.source,
            language=snakemake.wildcards.target,
        )
