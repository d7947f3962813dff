"""Bring one split of one language's corpus into JSON lines."""

from typing import TYPE_CHECKING

from unitrans.joblog import job

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    language, split = snakemake.params.language, snakemake.params.split
    with job(snakemake.log[0], name=f"ingest {language} {split}", settings=dict(snakemake.params)):
        from unitrans.ingest import CorpusSettings, ingest

        # A dataset that is fetched by its name is no input of the rule.
        file = {"path": snakemake.input[0]} if snakemake.input else {}
        ingest(
            CorpusSettings(**{**snakemake.params.corpus, **file}),
            split=split,
            language=language,
            entity_types=snakemake.params.entity_types,
            sentences_path=snakemake.output.sentences,
            stats_path=snakemake.output.stats,
        )
