"""Make the encoder's checkpoint folder: configuration, weights and tokenizer."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from pathlib import Path

        from unitrans.encoders.checkpoint import EncoderSettings, prepare_encoder

        prepare_encoder(
            EncoderSettings(name=snakemake.params.name, revision=snakemake.params.revision),
            Path(snakemake.output.model).parent,
        )
