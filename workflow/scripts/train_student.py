"""Train the student on soft labels and votes."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from pathlib import Path

        from unitrans.distillation.loss import DistillationSettings
        from unitrans.distillation.student import train_student
        from unitrans.jobs.device import use_threads
        from unitrans.jobs.settings import select
        from unitrans.taggers.trainer import TrainingSettings

        use_threads(snakemake.params.threads)
        start = snakemake.input.get("start")
        train_student(
            snakemake.input.pool,
            Path(snakemake.output.model).parent,
            whole=snakemake.output.get("tokenizer") is not None,  # a variant has none
            soft_labels=list(snakemake.input.get("soft_labels", [])),
            votes=snakemake.input.get("votes"),
            encoder=Path(snakemake.input.encoder[0]).parent,
            start=Path(start[0]).parent if start else None,
            source=snakemake.input.get("source"),
            answers=snakemake.input.get("answers", []),
            corrected=snakemake.input.get("corrected"),
            held_out=snakemake.input.get("held_out", []),
            settings=select(TrainingSettings, snakemake.params.settings),
            distillation=select(DistillationSettings, snakemake.params.settings),
            language=snakemake.params.language,
            seed=int(snakemake.params.seed),
            checkpoint=snakemake.params.checkpoint,
            processes=snakemake.params.processes,
        )
