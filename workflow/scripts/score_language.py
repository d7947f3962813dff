"""Score all taggers of one language: f1.json."""

from typing import TYPE_CHECKING

from unitrans.joblog import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

MODELS = ("student", "source_teacher", "translated_teacher", "tuned_teacher")
SIZES = ("sentences", "tokens", "entities")

if __name__ == "__main__":
    language = snakemake.params.language
    with job(snakemake.log[0], name=f"score {language}", settings=dict(snakemake.params)):
        from pathlib import Path

        from unitrans.artifacts import read_json, write_json
        from unitrans.scoring import score_language

        seeds = snakemake.params.seeds
        stats = {path: read_json(path) for path in snakemake.input.corpora}
        result = score_language(
            {model: dict(zip(seeds, snakemake.input[model], strict=True)) for model in MODELS},
            language=language,
            split=snakemake.params.split,
            corpora={
                # results/es/corpus/dev.stats.json is es dev
                f"{Path(path).parts[1]} {Path(path).name.partition('.')[0]}": {
                    key: sizes[key] for key in SIZES if key in sizes
                }
                for path, sizes in stats.items()
            },
            votes=dict(zip(seeds, map(read_json, snakemake.input.votes), strict=True)),
            digest=snakemake.params.digest,
        )
        write_json(snakemake.output.f1, result)
