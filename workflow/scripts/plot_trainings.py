"""Draw how a target's models learned, and how long its stages took."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from pathlib import Path

        from unitrans.jobs.files import read_json
        from unitrans.report.plots import plot_curves, plot_times
        from unitrans.report.run_times import stage_seconds

        params = snakemake.params
        plot_curves(
            snakemake.output.curves,
            {
                model: dict(zip(params.seeds, map(read_json, snakemake.input[model]), strict=True))
                for model in params.models
            },
        )
        plot_times(
            snakemake.output.times, stage_seconds(Path(params.benchmarks), others=params.others)
        )
