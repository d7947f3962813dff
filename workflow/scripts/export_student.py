"""Export a student as ONNX, checked against PyTorch."""

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
        from unitrans.tagging.onnx import export

        use_threads(snakemake.params.threads)
        export(
            Path(snakemake.input.student[0]).parent,
            Path(snakemake.output.report).parent,
            sentences=snakemake.input.sentences,
            threads=snakemake.params.threads,
        )
