"""Show samples of a target's dictionary and projected sentences."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.corpora.sentences import evenly_spaced, read_json_lines
        from unitrans.report.pages import side_by_side, write_page
        from unitrans.translation.dictionary import read_lexicon

        files, params = snakemake.input, snakemake.params
        lexicon = [*read_lexicon(files.lexicon).values()] if files.get("lexicon") else []
        words = evenly_spaced(lexicon, 3 * params.words)
        columns = [words[at : at + params.words] for at in range(0, len(words), params.words)]
        pairs = side_by_side(
            [line for _, line in read_json_lines(files.translation)],
            {line["id"]: line for _, line in read_json_lines(files.projection)},
        )
        write_page(
            snakemake.output.page,
            "samples.html",
            source=params.source,
            target=params.target,
            entries=len(lexicon),
            lexicon=columns,
            sentences=evenly_spaced([pair for pair in pairs if pair["entities"]], params.sentences),
        )
