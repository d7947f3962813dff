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
        from unitrans.distillation.people import HumanLabels
        from unitrans.distillation.soft_labels import read_aligned
        from unitrans.evaluation.quality import SENTENCES, estimate_student
        from unitrans.jobs.artifacts import write_json
        from unitrans.jobs.device import use_threads
        from unitrans.tagging.student import Student

        use_threads(snakemake.params.threads)
        pool = read_sentences(snakemake.input.pool, labelled=False)
        files = read_aligned(snakemake.input.soft_labels, "probabilities")
        files[0].check(snakemake.input.soft_labels[0], pool, snakemake.input.pool)
        tag_set = files[0].tag_set
        people = HumanLabels.read(
            snakemake.input.get("answers", []),
            snakemake.input.get("corrected"),
            snakemake.input.get("held_out", []),
            types=tag_set.types,
            language=snakemake.params.language,
        )
        seen = {sentence.tokens for sentence in people.corrected}
        unseen = [number for number, one in enumerate(pool) if one.tokens not in seen]
        chosen = evenly_spaced(unseen, SENTENCES)
        starts = files[0].offsets
        rows = np.concatenate([np.arange(starts[n], starts[n + 1]) for n in chosen])
        sentences = [pool[number] for number in chosen]
        student = Student.load(
            Path(snakemake.input.student[0]).parent, precision=snakemake.params.precision
        )
        result = estimate_student(
            sentences,
            student.probabilities(sentences)[0],
            # A student that was told something is not worse for its teachers not knowing it.
            {
                name: people.apply(file.values[rows], None, sentences, tag_set)[0]
                for name, file in zip(TEACHERS, files, strict=True)
            },
            tag_set,
        )
        write_json(snakemake.output.quality, result)
