"""Make soft labels of what a model outside the pipeline says of the pool."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.corpora.tags import TagSet
        from unitrans.distillation.external import import_soft_labels
        from unitrans.distillation.word_files import write_word_file

        tag_set = TagSet(tuple(snakemake.params.entity_types))
        parts = import_soft_labels(snakemake.input.labels, snakemake.input.pool, tag_set)
        write_word_file(snakemake.output.soft_labels, "probabilities", tag_set, parts)
