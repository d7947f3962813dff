"""Show how good a target's tagger is, what to trust, and what to do next."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.jobs.files import read_json
        from unitrans.report.overview import overview
        from unitrans.report.pages import write_page
        from unitrans.report.questions import first_questions

        f1 = snakemake.input.get("f1")
        values = overview(
            read_json(snakemake.input.votes),
            read_json(f1) if f1 else None,
            read_json(snakemake.input.quality),
            first_questions(snakemake.input.questions, snakemake.params.questions),
            target=snakemake.wildcards.target,
            source=snakemake.params.source,
            seed=snakemake.params.seed,
        )
        write_page(snakemake.output.page, "overview.html", **values)
