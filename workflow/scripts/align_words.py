"""Align the words of the source corpus with those of its translation."""

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
        from unitrans.jobs.settings import select
        from unitrans.projection.alignment import AlignmentSettings, align_corpus
        from unitrans.projection.links import adopt_links

        files = snakemake.input.translation, snakemake.output.alignments, snakemake.output.stats
        if snakemake.input.links:
            adopt_links(snakemake.input.links[0], *files, shard=snakemake.params.shard)
        else:
            use_threads(snakemake.params.threads)
            align_corpus(
                *files,
                encoder=Path(snakemake.input.encoder[0]).parent,
                source=snakemake.input.source,
                source_vectors=snakemake.input.vectors,
                shard=snakemake.params.shard,
                settings=select(AlignmentSettings, snakemake.params.alignment),
            )
