"""Score all taggers of one language: f1.json."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.evaluation.bootstrap import BootstrapSettings
        from unitrans.evaluation.scoring import score_language
        from unitrans.jobs.artifacts import write_json
        from unitrans.jobs.files import read_json

        files, params = dict(snakemake.input.items()), snakemake.params
        predictions = iter(files["predictions"])
        result = score_language(
            {model: {seed: next(predictions) for seed in params.seeds} for model in params.models},
            language=params.language,
            split=params.split,
            corpora={  # results/es/corpus/dev.stats.json speaks of es/corpus/dev
                path.removeprefix("results/").removesuffix(".stats.json"): read_json(path)
                for path in files["corpora"]
            },
            votes=dict(zip(params.seeds, map(read_json, files["votes"]), strict=False)),
            digest=params.digest,
            bootstrap=BootstrapSettings(resamples=params.resamples),
        )
        write_json(snakemake.output.f1, result)
