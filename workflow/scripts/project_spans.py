"""Project the labels of the source words through the alignment onto their translation."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.projection.corpus import project_spans
        from unitrans.projection.spans import SpanSettings

        project_spans(
            snakemake.input.translation,
            snakemake.input.alignments,
            snakemake.output.projection,
            snakemake.output.stats,
            snakemake.output.sample,
            entity_types=snakemake.params.entity_types,
            settings=SpanSettings(**snakemake.params.projection),
        )
