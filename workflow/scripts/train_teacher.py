"""Train a teacher on labelled corpora; Snakemake gives the one to go on from, if any."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from pathlib import Path

        from unitrans.corpora.tags import TagSet
        from unitrans.jobs.device import use_threads
        from unitrans.jobs.settings import select
        from unitrans.taggers.teacher import train_teacher
        from unitrans.taggers.trainer import TrainingSettings

        use_threads(snakemake.params.threads)
        start = snakemake.input.get("start")
        train_teacher(
            [snakemake.input.corpus, *snakemake.input.get("beside", [])],
            Path(snakemake.output.model).parent,
            encoder=Path(snakemake.input.encoder[0]).parent,
            start=Path(start[0]).parent if start else None,
            tag_set=TagSet(tuple(snakemake.params.entity_types)),
            settings=select(TrainingSettings, snakemake.params.training),
            seed=int(snakemake.params.seed),
            checkpoint=snakemake.params.checkpoint,
            processes=snakemake.params.processes,
        )
