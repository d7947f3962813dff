"""Draw how far the teachers agree, and how often they are right."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.evaluation.error_analysis import mean_shares, vote_accuracy
        from unitrans.evaluation.predictions import read_predictions
        from unitrans.jobs.files import read_json
        from unitrans.report.plots import plot_votes

        params, files = snakemake.params, snakemake.input
        kinds = ["O", *params.entity_types]
        stats = [read_json(path)["types"] for path in files.votes]
        coverage = mean_shares([{kind: own[kind]["agreement"] for kind in kinds} for own in stats])
        predictions = [files.get(teacher, []) for teacher in params.teachers]
        accuracies = [
            vote_accuracy([read_predictions(path) for path in paths], kinds)
            for paths in zip(*predictions, strict=True)
        ]
        accuracy = mean_shares(accuracies) if accuracies else {}
        plot_votes(snakemake.output.votes, coverage, accuracy)
