"""Ask about the names of the pool whose answers change most."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from unitrans.distillation.people import HumanLabels
        from unitrans.distillation.questions import SENTENCES, find_questions
        from unitrans.distillation.soft_labels import mean_probabilities
        from unitrans.distillation.word_files import read_some
        from unitrans.jobs.log import LOGGER
        from unitrans.report.questions import write_questions

        target = snakemake.params.target
        learned = list(snakemake.input.learned)
        paths = [*learned, *snakemake.input.teachers]
        pool, values, tag_set = read_some(snakemake.input.pool, paths, most=SENTENCES)
        people = HumanLabels.read(
            snakemake.input.get("answers", []), None, (), types=tag_set.types, language=target
        )
        questions = find_questions(
            pool,
            values[len(learned) :],
            mean_probabilities(values[: len(learned)]),
            tag_set,
            answered=people.answers,
            most=snakemake.params.questions,
        )
        LOGGER.info("%d names to ask about; %d have an answer", len(questions), len(people.answers))
        write_questions(
            questions,
            pool,
            tag_set.types,
            target=target,
            table=snakemake.output.table,
            page=snakemake.output.page,
        )
