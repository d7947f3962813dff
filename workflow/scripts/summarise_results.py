"""Put all languages and models into one table and one figure."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from itertools import product

        from unitrans.evaluation.bootstrap import BootstrapSettings
        from unitrans.evaluation.summary import summarise, write_table
        from unitrans.jobs.artifacts import write_json
        from unitrans.report.summary import write_figure

        params, predictions = snakemake.params, {}
        names = product(params.languages, params.models, params.seeds)
        for (language, model, seed), path in zip(names, snakemake.input.predictions, strict=True):
            predictions.setdefault(language, {}).setdefault(model, {})[seed] = path
        bootstrap = BootstrapSettings(resamples=params.resamples)
        result = summarise(predictions, split=params.split, bootstrap=bootstrap)
        write_json(snakemake.output.json, result)
        write_table(snakemake.output.csv, result["rows"])
        write_figure(snakemake.output.figure, result["rows"], level=bootstrap.level)
