"""Show what the student gets wrong, to filter and search."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.evaluation.error_analysis import analyse, count_errors
        from unitrans.evaluation.predictions import read_predictions
        from unitrans.report.pages import write_page

        params = snakemake.params
        sentences = analyse(read_predictions(snakemake.input.predictions))
        write_page(
            snakemake.output.page,
            "errors.html",
            target=params.target,
            model=params.model,
            seed=params.seed,
            types=params.entity_types,
            counts=count_errors(sentences, params.entity_types),
            sentences=sentences,
        )
