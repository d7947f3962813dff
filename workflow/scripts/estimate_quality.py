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

        from unitrans.distillation.lineage import TEACHERS
        from unitrans.distillation.people import HumanLabels
        from unitrans.distillation.word_files import read_some
        from unitrans.evaluation.quality import SENTENCES, estimate_student
        from unitrans.jobs.artifacts import write_json
        from unitrans.jobs.device import use_threads
        from unitrans.tagging.student import Student

        use_threads(snakemake.params.threads)
        people = HumanLabels.read(
            snakemake.input.get("answers", []),
            snakemake.input.get("corrected"),
            snakemake.input.get("held_out", []),
            types=snakemake.params.entity_types,
            language=snakemake.params.language,
        )
        sentences, values, tag_set = read_some(
            snakemake.input.pool,
            snakemake.input.soft_labels,
            most=SENTENCES,
            without={sentence.tokens for sentence in people.corrected},
        )
        student = Student.load(
            Path(snakemake.input.student[0]).parent, precision=snakemake.params.precision
        )
        result = estimate_student(
            sentences,
            student.probabilities(sentences)[0],
            # A student that was told something is not worse for its teachers not knowing it.
            {
                name: people.apply(own, None, sentences, tag_set)[0]
                for name, own in zip(TEACHERS, values, strict=True)
            },
            tag_set,
        )
        write_json(snakemake.output.quality, result)
