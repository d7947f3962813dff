"""Compare what the teachers, and those from outside, say of the pool."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.corpora.sentences import read_sentences
        from unitrans.distillation.word_files import read_some
        from unitrans.evaluation.voters import SENTENCES, compare_voters
        from unitrans.jobs.artifacts import write_json
        from unitrans.jobs.log import LOGGER

        pool, values, tag_set = read_some(
            snakemake.input.pool, snakemake.input.soft_labels, most=SENTENCES
        )
        corrected = snakemake.input.get("corrected")
        result = compare_voters(
            pool,
            dict(zip(snakemake.params.names, values, strict=True)),
            tag_set,
            read_sentences(corrected, labelled=True) if corrected else (),
        )
        for name, row in result["voters"].items():
            judged = f", F1 {row['f1']}, without it {-row['without']:+}" if corrected else ""
            LOGGER.info("%s: %d entities, %d alone%s", name, row["entities"], row["alone"], judged)
        write_json(snakemake.output.voters, result)
