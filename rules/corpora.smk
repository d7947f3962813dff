"""Corpora in any known format become JSON lines.

Inputs: the files that the configuration names.
Outputs: results/<language>/corpus/<split>.jsonl, one sentence a line, and its counts. The
pool, split `unlabelled`, carries no tags: no gold label can leak into what follows.
Configuration: corpora, entity_types.
"""


rule ingest_corpus:
    """Read a split, check it, and write it as JSON lines."""
    input:
        file=ask(inputs.corpus),
    output:
        sentences="results/{language}/corpus/{split}.jsonl",
        stats="results/{language}/corpus/{split}.stats.json",
    log:
        "logs/ingest_corpus/{language}.{split}.log",
    benchmark:
        "benchmarks/ingest_corpus/{language}.{split}.tsv"
    conda:
        "../envs/text.yaml"
    threads: 1
    resources:
        mem_mb=corpus_memory,
        runtime=runtime(30),
    params:
        code=code("ingest_corpus.py"),
        corpus=ask(params.corpus),
        entity_types=config["entity_types"],
        language="{language}",
        split="{split}",
    script:
        "../workflow/scripts/ingest_corpus.py"
