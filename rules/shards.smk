"""Shards become one artifact, the same bytes that a single job would give.

Inputs: the shards of the soft labels, of the translation word by word, and of the alignment.
Outputs: results/<target>/soft_labels/<teacher>/seed<k>.safetensors, translation.jsonl and
alignments.txt. Shards of whole sentences are put together by translate_sentences.
Configuration: shards. With one shard these rules have nothing to do.
"""


ruleorder: predict_soft_labels > gather_soft_labels
ruleorder: translate_words > gather_translation
ruleorder: align_words > gather_alignments


rule gather_soft_labels:
    """Put the soft labels of all shards of the pool together."""
    input:
        shards=gather.pool(
            "results/{{target}}/soft_labels/{{model}}/seed{{seed}}.{scatteritem}.safetensors"
        ),
    output:
        soft_labels="results/{target}/soft_labels/{model}/seed{seed}.safetensors",
    log:
        "logs/gather_soft_labels/{target}.{model}.{seed}.log",
    benchmark:
        "benchmarks/gather_soft_labels/{target}.{model}.{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(500, 0),
        runtime=runtime(30),
    params:
        code=code("gather_soft_labels.py"),
    script:
        "../workflow/scripts/gather_soft_labels.py"


rule gather_translation:
    """Put the translations of all shards of the source corpus together."""
    input:
        shards=gather.source("results/{{target}}/translation.{scatteritem}.jsonl"),
    output:
        translation="results/{target}/translation.jsonl",
    log:
        "logs/gather_translation/{target}.log",
    benchmark:
        "benchmarks/gather_translation/{target}.tsv"
    wildcard_constraints:
        target=plan.translated_by(words=True),
    conda:
        "../envs/text.yaml"
    threads: 1
    resources:
        mem_mb=memory(500, 0),
        runtime=runtime(30),
    params:
        code=code("gather_translation.py"),
    script:
        "../workflow/scripts/gather_translation.py"


rule gather_alignments:
    """Put the alignments of all shards of the translation together."""
    input:
        alignments=gather.source("results/{{target}}/alignments.{scatteritem}.txt"),
        stats=gather.source("results/{{target}}/alignments.stats.{scatteritem}.json"),
    output:
        alignments="results/{target}/alignments.txt",
        stats="results/{target}/alignments.stats.json",
    log:
        "logs/gather_alignments/{target}.log",
    benchmark:
        "benchmarks/gather_alignments/{target}.tsv"
    wildcard_constraints:
        target=plan.translated_by(words=False),
    conda:
        "../envs/text.yaml"
    threads: 1
    resources:
        mem_mb=memory(500, 0),
        runtime=runtime(30),
    params:
        code=code("gather_alignments.py"),
    script:
        "../workflow/scripts/gather_alignments.py"
