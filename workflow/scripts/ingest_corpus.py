"""Bring one split of one language's corpus into JSON lines."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.corpora.ingest import CorpusSettings, ingest

        # A dataset that is fetched by its name is no input of the rule.
        file = {"path": snakemake.input[0]} if snakemake.input else {}
        ingest(
            CorpusSettings(**{**snakemake.params.corpus, **file}),
            split=snakemake.params.split,
            language=snakemake.params.language,
            entity_types=snakemake.params.entity_types,
            sentences_path=snakemake.output.sentences,
            stats_path=snakemake.output.stats,
        )
