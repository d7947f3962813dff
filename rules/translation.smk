"""The labelled source corpus is translated word by word.

For the targets whose translation.method is words; the others go by sentence_translation.smk.

Inputs: the source's train split, the target's pool, the encoder or a dictionary.
Outputs: results/<target>/lexicon.tsv, translation.jsonl, projection.jsonl, with statistics.
Configuration: dictionary, translation, projection (each also under overrides.<target>).
"""


rule build_lexicon:
    """Induce a dictionary from embeddings, or read one from a file."""
    input:
        source=f"results/{plan.source}/corpus/train.jsonl",
        pool="results/{target}/corpus/unlabelled.jsonl",
        encoder=plan.encoder,
        dictionary=ask(inputs.dictionary),
    output:
        lexicon="results/{target}/lexicon.tsv",
        stats="results/{target}/lexicon.stats.json",
    log:
        "logs/build_lexicon/{target}.log",
    benchmark:
        "benchmarks/build_lexicon/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        gpu=plan.one_gpu,
        mem_mb=memory(1500, 2),
        runtime=runtime(60),
    params:
        code=code("build_lexicon.py"),
        dictionary=ask(params.section, "dictionary"),
        source=plan.source,
        threads=config["threads"],
    script:
        "../workflow/scripts/build_lexicon.py"


rule translate_words:
    """Translate the source corpus word by word."""
    input:
        source=f"results/{plan.source}/corpus/train.jsonl",
        pool="results/{target}/corpus/unlabelled.jsonl",
        lexicon="results/{target}/lexicon.tsv",
    output:
        translation=shard_output("results/{target}/translation.jsonl", "source"),
    log:
        plan.shard("logs/translate_words/{target}.log", "source"),
    benchmark:
        plan.shard("benchmarks/translate_words/{target}.tsv", "source")
    wildcard_constraints:
        target=plan.translated_by(words=True),
    conda:
        "../envs/text.yaml"
    threads: 1
    resources:
        mem_mb=memory(500, 20),
        runtime=runtime(30),
    params:
        code=code("translate_words.py"),
        language="{target}",
        seed=1,
        shard=ask(params.shard),
        translation=ask(
            params.section, "translation", omit=["method", "path", "borrow_names"]
        ),
    script:
        "../workflow/scripts/translate_words.py"


rule project_labels:
    """Give the translated words the labels of their source words."""
    input:
        translation="results/{target}/translation.jsonl",
    output:
        projection="results/{target}/projection.jsonl",
        stats="results/{target}/projection.stats.json",
    log:
        "logs/project_labels/{target}.log",
    benchmark:
        "benchmarks/project_labels/{target}.tsv"
    wildcard_constraints:
        target=plan.translated_by(words=True),
    conda:
        "../envs/text.yaml"
    threads: 1
    resources:
        mem_mb=memory(500, 20),
        runtime=runtime(30),
    params:
        code=code("project_labels.py"),
        entity_types=config["entity_types"],
        projection=ask(params.section, "projection"),
    script:
        "../workflow/scripts/project_labels.py"


rule borrow_names:
    """Put names of the pool where no rule could write the translation's own in its script."""
    input:
        projection="results/{target}/projection.jsonl",
        pool="results/{target}/corpus/unlabelled.jsonl",
        soft_labels="results/{target}/soft_labels/source_teacher/seed{seed}.safetensors",
    output:
        projection="results/{target}/borrowed_names/seed{seed}.jsonl",
        names="results/{target}/borrowed_names/seed{seed}.tsv",
    log:
        "logs/borrow_names/{target}.{seed}.log",
    benchmark:
        "benchmarks/borrow_names/{target}.{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(500, 20),
        runtime=runtime(30),
    params:
        code=code("borrow_names.py"),
        seed="{seed}",
    script:
        "../workflow/scripts/borrow_names.py"


use rule ingest_corpus as read_translated_corpus with:
    input:
        file=ask(inputs.translated_corpus),
    output:
        sentences="results/{target}/projection.jsonl",
        stats="results/{target}/projection.stats.json",
    log:
        "logs/read_translated_corpus/{target}.log",
    benchmark:
        "benchmarks/read_translated_corpus/{target}.tsv"
    wildcard_constraints:
        target=plan.translated_elsewhere,
    params:
        code=code("ingest_corpus.py"),
        corpus=ask(params.translated_corpus),
        entity_types=config["entity_types"],
        language="{target}",
        split="train",
