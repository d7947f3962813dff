"""Show a target's scores as a table and as figures."""

from typing import TYPE_CHECKING

from unitrans.joblog import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.artifacts import read_json
        from unitrans.error_analysis import confusion
        from unitrans.pages import write_page
        from unitrans.plots import plot_confusion, plot_scores
        from unitrans.predictions import read_predictions

        result = read_json(snakemake.input.f1)
        kinds = ["O", *snakemake.params.entity_types]
        counts = confusion(read_predictions(snakemake.input.predictions), kinds)
        write_page(snakemake.output.table, "scores.html", result=result)
        plot_scores(snakemake.output.bars, result)
        plot_confusion(snakemake.output.confusion, counts, kinds)
