"""Write a student's model card."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.jobs.files import read_json
        from unitrans.jobs.settings import select
        from unitrans.tagging.card import CardSettings, write_card

        scores = snakemake.input.get("f1")
        write_card(
            snakemake.output.card,
            select(CardSettings, {**snakemake.params, "seed": int(snakemake.wildcards.seed)}),
            corpora=[read_json(path) for path in snakemake.input.corpora],
            result=read_json(scores) if scores else None,
            quality=read_json(snakemake.input.quality),
        )
