"""Rank the labelled corpora at hand for a pool, before any training."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from pathlib import Path

        from unitrans.corpora.sentences import read_sentences
        from unitrans.corpora.shards import Pool
        from unitrans.encoders.loading import load_tokenizer
        from unitrans.evaluation.sources import POOL_SENTENCES, rank_sources
        from unitrans.jobs.artifacts import write_json

        languages = snakemake.params.languages
        result = rank_sources(
            Pool(snakemake.input.pool).some(POOL_SENTENCES),
            {
                language: read_sentences(path, labelled=True)
                for language, path in zip(languages, snakemake.input.sources, strict=True)
            },
            load_tokenizer(Path(snakemake.input.encoder[0]).parent),
        )
        write_json(snakemake.output.sources, result)
