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
        from unitrans.distillation.soft_labels import read_aligned
        from unitrans.evaluation.voters import compare_voters
        from unitrans.jobs.artifacts import write_json
        from unitrans.jobs.log import LOGGER

        pool = read_sentences(snakemake.input.pool, labelled=False)
        paths = list(snakemake.input.soft_labels)
        files = read_aligned(paths, "probabilities")
        files[0].check(paths[0], pool, snakemake.input.pool)
        corrected = snakemake.input.get("corrected")
        result = compare_voters(
            pool,
            {name: file.values for name, file in zip(snakemake.params.names, files, strict=True)},
            files[0].tag_set,
            read_sentences(corrected, labelled=True) if corrected else (),
        )
        for name, row in result["voters"].items():
            judged = f", F1 {row['f1']}, without it {-row['without']:+}" if corrected else ""
            LOGGER.info("%s: %d entities, %d alone%s", name, row["entities"], row["alone"], judged)
        write_json(snakemake.output.voters, result)
