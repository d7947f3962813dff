"""Tag the gold sentences and write them as word, gold, predicted."""

from typing import TYPE_CHECKING

from unitrans.jobs.log import job  # first, so that torch loads with the right thread policy

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake

    snakemake: Snakemake

if __name__ == "__main__":
    name = " ".join([snakemake.rule, *snakemake.wildcards])
    with job(snakemake.log[0], name=name, settings=dict(snakemake.params)):
        from pathlib import Path

        from unitrans.corpora.sentences import read_sentences
        from unitrans.corpora.tags import without_edge_quotes
        from unitrans.distillation.word_files import WordFile
        from unitrans.evaluation.predictions import write_predictions
        from unitrans.jobs.device import use_threads
        from unitrans.taggers.decoding import viterbi_tags
        from unitrans.taggers.prediction import judge

        use_threads(snakemake.params.threads)
        sentences = read_sentences(snakemake.input.gold, labelled=True)
        judged, tag_set = judge(
            [sentences],
            tagger=Path(snakemake.input.tagger[0]).parent,
            encoder=Path(snakemake.input.encoder[0]).parent,
            max_subwords=snakemake.params.max_subwords,
            precision=snakemake.params.precision,
        )
        [(_, values)] = judged
        file = WordFile.of(values, sentences, tag_set)
        decoded = viterbi_tags(values, file.offsets, tag_set)
        tags = [
            without_edge_quotes(sentence.tokens, own)
            for sentence, own in zip(sentences, decoded, strict=True)
        ]
        write_predictions(snakemake.output.predictions, sentences, tags)
        file.write(snakemake.output.probabilities, "probabilities")
