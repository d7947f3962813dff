"""Make soft labels of what a model outside the pipeline says of the pool."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.corpora.tags import TagSet
        from unitrans.distillation.external import import_soft_labels

        import_soft_labels(
            snakemake.input.labels,
            snakemake.input.pool,
            TagSet(tuple(snakemake.params.entity_types)),
        ).write(snakemake.output.soft_labels, "probabilities")
