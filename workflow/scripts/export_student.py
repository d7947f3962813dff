"""Export a student for other programs, checked against the whole one."""

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
        from unitrans.tagging.export import ExportSettings, export

        use_threads(snakemake.params.threads)
        export(
            Path(snakemake.input.student[0]).parent,
            Path(snakemake.output.report).parent,
            select(ExportSettings, snakemake.params.settings),
            pool=snakemake.input.pool,
            source=snakemake.input.source,
            sentences=snakemake.input.sentences,
            threads=snakemake.params.threads,
        )
