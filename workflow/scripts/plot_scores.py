"""Show a target's scores as a table and as figures."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.evaluation.error_analysis import confusion
        from unitrans.evaluation.predictions import read_predictions
        from unitrans.jobs.files import read_json
        from unitrans.report.pages import write_page
        from unitrans.report.plots import plot_confusion, plot_scores

        result = read_json(snakemake.input.f1)
        kinds = ["O", *snakemake.params.entity_types]
        counts = confusion(read_predictions(snakemake.input.predictions), kinds)
        write_page(snakemake.output.table, "scores.html", result=result)
        plot_scores(snakemake.output.bars, result)
        plot_confusion(snakemake.output.confusion, counts, kinds)
