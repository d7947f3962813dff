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
        from unitrans.distillation.word_files import WordFile, write_word_file
        from unitrans.jobs.device import use_threads
        from unitrans.taggers.prediction import judge

        use_threads(snakemake.params.threads)
        judged, tag_set = judge(
            read_blocks(snakemake.input.pool, snakemake.params.shard, labelled=False),
            tagger=Path(snakemake.input.tagger[0]).parent,
            encoder=Path(snakemake.input.encoder[0]).parent,
            max_subwords=snakemake.params.max_subwords,
            precision=snakemake.params.precision,
        )
        parts = (WordFile.of(values, sentences, tag_set) for sentences, values in judged)
        write_word_file(snakemake.output.soft_labels, "probabilities", tag_set, parts)
