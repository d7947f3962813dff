"""Show what the student finds in the pool, and write a sample to annotate."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from pathlib import Path

        from unitrans.corpora.sentences import read_sentences
        from unitrans.jobs.device import use_threads
        from unitrans.report.samples import write_samples
        from unitrans.tagging.formats import Form
        from unitrans.tagging.student import Student

        params = snakemake.params
        use_threads(params.threads)
        corrected = snakemake.input.get("corrected")
        forms = (Form.DOCCANO, Form.LABEL_STUDIO)
        folder = Path(snakemake.input.student[0]).parent
        write_samples(
            snakemake.input.pool,
            Student.load(folder, language=params.target, precision=params.precision),
            page=snakemake.output.page,
            learn=dict(zip(forms, snakemake.output.learn, strict=True)),
            test=dict(zip(forms, snakemake.output.test, strict=True)),
            count=params.sentences,
            corrected=read_sentences(corrected, labelled=True) if corrected else (),
        )
