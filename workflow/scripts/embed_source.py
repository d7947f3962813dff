"""Make the vectors of the source corpus that all target languages are aligned with."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    with job(snakemake.log[0], name=snakemake.rule, settings=dict(snakemake.params)):
        from pathlib import Path

        from unitrans.jobs.device import use_threads
        from unitrans.projection.alignment import embed_source
        from unitrans.projection.word_vectors import VectorSettings

        use_threads(snakemake.params.threads)
        embed_source(
            snakemake.input.source,
            snakemake.output.vectors,
            encoder=Path(snakemake.input.encoder[0]).parent,
            settings=VectorSettings(**snakemake.params.vectors),
        )
