"""Translate the labelled source corpus sentence by sentence."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.jobs.device import use_threads
        from unitrans.translation.sentence_settings import SentenceTranslationSettings
        from unitrans.translation.sentences import SentenceTranslation

        params = snakemake.params
        use_threads(params.threads)
        translation = SentenceTranslation(
            snakemake.input.source,
            params.shards,
            source_language=params.source_language,
            target_language=params.target_language,
            settings=SentenceTranslationSettings(method=params.method, **params.translation),
        )
        if part := snakemake.wildcards.get("scatteritem"):
            translation.write_part(snakemake.output.part, part=part)
        else:
            translation.write(
                snakemake.output.translation,
                snakemake.output.stats,
                parts=snakemake.input.parts,
            )
