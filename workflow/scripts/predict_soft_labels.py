"""Let a teacher judge every word of the pool."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from snakemake.iocontainers import Snakemake

    from unitrans.corpora.sentences import Sentence

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from pathlib import Path

        import numpy as np

        from unitrans.corpora.shards import read_blocks
        from unitrans.distillation.soft_labels import WordFile, sentence_keys
        from unitrans.jobs.device import use_threads
        from unitrans.taggers.prediction import tag_probabilities

        use_threads(snakemake.params.threads)
        keys = []

        def blocks() -> "Iterator[list[Sentence]]":
            """Pass the pool on in parts, and keep the digests of its sentences."""
            pool = snakemake.input.pool
            for block in read_blocks(pool, snakemake.params.shard, labelled=False):
                keys.append(sentence_keys(block))
                yield block

        values, offsets, tag_set = tag_probabilities(
            blocks(),
            tagger=Path(snakemake.input.tagger[0]).parent,
            encoder=Path(snakemake.input.encoder[0]).parent,
            max_subwords=snakemake.params.max_subwords,
            precision=snakemake.params.precision,
        )
        file = WordFile(values, offsets, tag_set, np.concatenate(keys))
        file.write(snakemake.output.soft_labels, "probabilities")
