"""Estimate how good a student is, without gold labels."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from pathlib import Path

        import numpy as np

        from unitrans.corpora.sentences import evenly_spaced, read_sentences
        from unitrans.distillation.lineage import TEACHERS
        from unitrans.distillation.soft_labels import read_aligned
        from unitrans.evaluation.quality import SENTENCES, estimate_student
        from unitrans.jobs.artifacts import write_json
        from unitrans.jobs.device import use_threads
        from unitrans.tagging.student import Student

        use_threads(snakemake.params.threads)
        pool = read_sentences(snakemake.input.pool, labelled=False)
        files = read_aligned(snakemake.input.soft_labels, "probabilities")
        files[0].check(snakemake.input.soft_labels[0], pool, snakemake.input.pool)
        chosen = evenly_spaced(range(len(pool)), SENTENCES)
        starts = files[0].offsets
        rows = np.concatenate([np.arange(starts[n], starts[n + 1]) for n in chosen])
        sentences = [pool[number] for number in chosen]
        student = Student.load(
            Path(snakemake.input.student[0]).parent, precision=snakemake.params.precision
        )
        result = estimate_student(
            sentences,
            student.probabilities(sentences)[0],
            {name: file.values[rows] for name, file in zip(TEACHERS, files, strict=True)},
            student.tag_set,
        )
        write_json(snakemake.output.quality, result)
