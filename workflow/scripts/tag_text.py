"""Tag a raw text with a student."""

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
        from unitrans.tagging.file import tag_file
        from unitrans.tagging.student import Student

        use_threads(snakemake.params.threads)
        student = Student.load(
            Path(snakemake.input.student[0]).parent,
            language=snakemake.params.language,
            precision=snakemake.params.precision,
        )
        tag_file(snakemake.input.text, student, list(snakemake.output))
