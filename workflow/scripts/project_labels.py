"""Project the labels of the source words onto their translation."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.projection.labels import ProjectionSettings, project_corpus

        project_corpus(
            snakemake.input.translation,
            snakemake.output.projection,
            snakemake.output.stats,
            entity_types=snakemake.params.entity_types,
            settings=ProjectionSettings(**snakemake.params.projection),
        )
