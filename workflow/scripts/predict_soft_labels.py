"""Let a teacher judge every word of the pool."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from pathlib import Path

        from unitrans.corpora.shards import read_blocks
        from unitrans.distillation.soft_labels import WordFile
        from unitrans.jobs.device import use_threads
        from unitrans.taggers.prediction import tag_probabilities

        use_threads(snakemake.params.threads)
        values, offsets, tag_set = tag_probabilities(
            read_blocks(snakemake.input.pool, snakemake.params.shard, labelled=False),
            tagger=Path(snakemake.input.tagger[0]).parent,
            encoder=Path(snakemake.input.encoder[0]).parent,
            max_subwords=snakemake.params.max_subwords,
            precision=snakemake.params.precision,
        )
        WordFile(values, offsets, tag_set).write(snakemake.output.soft_labels, "probabilities")
