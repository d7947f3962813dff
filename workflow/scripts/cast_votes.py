"""Find the words on which all three teachers agree."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from dataclasses import replace

        from unitrans.distillation.soft_labels import read_aligned
        from unitrans.distillation.votes import vote, vote_stats
        from unitrans.jobs.artifacts import write_json

        files = read_aligned(snakemake.input.soft_labels, "probabilities")
        probabilities = [file.values for file in files]
        votes = vote(probabilities)
        stats = vote_stats(probabilities, votes, files[0].tag_set)
        write_json(snakemake.output.stats, stats)
        replace(files[0], values=votes).write(snakemake.output.votes, "votes")
