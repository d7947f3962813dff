"""Look for what explains the scores of a language."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.evaluation.diagnostics import diagnose
        from unitrans.jobs.artifacts import write_json

        params = snakemake.params
        predictions, probabilities = (
            {model: {seed: next(paths) for seed in params.seeds} for model in params.models}
            for paths in map(iter, (snakemake.input.predictions, snakemake.input.probabilities))
        )
        found = diagnose(
            predictions,
            probabilities,
            pool=snakemake.input.pool,
            source=snakemake.input.source,
            lexicon=snakemake.input.get("lexicon"),
            entity_types=params.entity_types,
        )
        about = {"language": params.language, "split": params.split, "seeds": params.seeds}
        write_json(snakemake.output.diagnostics, about | found)
