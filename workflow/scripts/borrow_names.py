"""Put names of the pool where no rule could write the translation's own in its script."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.distillation.names import borrow_names

        borrow_names(
            snakemake.input.projection,
            snakemake.input.pool,
            snakemake.input.soft_labels,
            snakemake.output.projection,
            snakemake.output.names,
            seed=int(snakemake.params.seed),
        )
