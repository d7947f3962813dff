"""Replace entities of the projected corpus by names of the pool."""

from typing import TYPE_CHECKING

from unitrans.joblog import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.pool_names import insert_pool_names

        insert_pool_names(
            snakemake.input.projection,
            snakemake.input.pool,
            snakemake.input.soft_labels,
            snakemake.output.corpus,
            snakemake.output.stats,
            share=snakemake.params.share,
            seed=int(snakemake.params.seed),
        )
