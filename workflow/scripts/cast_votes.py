"""Find the words on which all three teachers agree."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.distillation.votes import cast_votes
        from unitrans.jobs.artifacts import write_json

        stats = cast_votes(snakemake.input.soft_labels, snakemake.output.votes)
        write_json(snakemake.output.stats, stats)
