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
        from unitrans.corpora.tags import without_edge_quotes
        from unitrans.distillation.lineage import TEACHERS
        from unitrans.distillation.soft_labels import read_aligned
        from unitrans.evaluation.quality import SENTENCES, estimate
        from unitrans.jobs.artifacts import write_json
        from unitrans.jobs.device import use_threads
        from unitrans.jobs.log import LOGGER
        from unitrans.taggers.decoding import viterbi, viterbi_tags
        from unitrans.tagging.student import Student

        use_threads(snakemake.params.threads)
        pool = read_sentences(snakemake.input.pool, labelled=False)
        files = read_aligned(snakemake.input.soft_labels, "probabilities")
        files[0].check(snakemake.input.soft_labels[0], pool, snakemake.input.pool)
        chosen = evenly_spaced(range(len(pool)), SENTENCES)
        sentences = [pool[number] for number in chosen]
        offsets = np.cumsum([0, *(len(sentence.tokens) for sentence in sentences)])
        student = Student.load(
            Path(snakemake.input.student[0]).parent, precision=snakemake.params.precision
        )
        values, _ = student.probabilities(sentences)
        classes = viterbi(values, offsets, student.tag_set)
        own = values[np.arange(len(classes)), classes]

        def tags(probabilities: np.ndarray) -> list[tuple[str, ...]]:
            """Decode as the tagger does."""
            decoded = viterbi_tags(probabilities, offsets, student.tag_set)
            return [
                without_edge_quotes(sentence.tokens, row)
                for sentence, row in zip(sentences, decoded, strict=True)
            ]

        starts = files[0].offsets
        rows = np.concatenate([np.arange(starts[n], starts[n + 1]) for n in chosen])
        result = estimate(
            tags(values),
            np.split(own, offsets[1:-1]),
            {name: tags(file.values[rows]) for name, file in zip(TEACHERS, files, strict=True)},
        )
        low, high = result["f1"]["interval"]
        LOGGER.info(
            "F1 is probably %.0f, %.0f to %.0f (estimated without gold labels): %s",
            *(result["f1"]["estimate"], low, high, result["verdict"]),
        )
        write_json(snakemake.output.quality, result)
