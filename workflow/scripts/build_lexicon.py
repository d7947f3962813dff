"""Make the lexicon of a target language: one translation for each source word that has one."""

from typing import TYPE_CHECKING

from unitrans.joblog import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    language = snakemake.params.language
    with job(snakemake.log[0], name=f"lexicon {language}", settings=dict(snakemake.params)):
        from pathlib import Path

        import torch

        from unitrans.dictionary import DictionarySettings
        from unitrans.lexicon import build_lexicon

        torch.set_num_threads(snakemake.params.threads)
        build_lexicon(
            snakemake.input.source,
            snakemake.input.pool,
            snakemake.output.lexicon,
            snakemake.output.stats,
            encoder=Path(snakemake.input.encoder_config).parent,
            settings=DictionarySettings(**snakemake.params.dictionary),
        )
