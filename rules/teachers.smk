"""The three teachers, one of each for every seed.

Inputs: the encoder; the source's train split, and those of source_teacher.further_languages; the
target's projected corpus.
Outputs: results/<source>/source_teacher/seed<k>/, trained once for all targets, and
results/<target>/{translated,tuned}_teacher/seed<k>/. A teacher leaves out the weights
that it shares with the encoder.
With translation.pool_names, results/<target>/pool_names/seed<k>.jsonl, which they learn from.
Configuration: training, source_teacher, translated_teacher, tuned_teacher, translation.pool_names
(the latter three also under overrides.<target>).
"""


rule train_source_teacher:
    """Train the encoder on the labelled source corpus, and on further ones if there are any."""
    input:
        corpus=f"results/{SOURCE}/corpus/train.jsonl",
        beside=expand(
            "results/{language}/corpus/train.jsonl",
            language=config["source_teacher"]["further_languages"],
        ),
        encoder=ENCODER,
    output:
        config=f"results/{SOURCE}/source_teacher/seed{{seed}}/config.json",
        model=f"results/{SOURCE}/source_teacher/seed{{seed}}/model.safetensors",
        training=f"results/{SOURCE}/source_teacher/seed{{seed}}/training.json",
    log:
        "logs/train_source_teacher/{seed}.log",
    benchmark:
        "benchmarks/train_source_teacher/{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"] * PROCESSES
    resources:
        gpu=config["gpus"],
        mem_mb=get_memory(3000, 7),
        runtime=get_runtime(240),
    params:
        code=code("train_teacher.py"),
        checkpoint="checkpoints/source_teacher/{seed}.safetensors",
        entity_types=config["entity_types"],
        processes=PROCESSES,
        seed="{seed}",
        threads=config["threads"],
        training=get_training("source_teacher"),
    script:
        "../workflow/scripts/train_teacher.py"


rule insert_pool_names:
    """Replace entities of the projected corpus by names of the pool."""
    input:
        projection="results/{target}/projection.jsonl",
        pool="results/{target}/corpus/unlabelled.jsonl",
        soft_labels="results/{target}/soft_labels/source_teacher/seed{seed}.safetensors",
    output:
        corpus="results/{target}/pool_names/seed{seed}.jsonl",
        stats="results/{target}/pool_names/seed{seed}.stats.json",
    log:
        "logs/insert_pool_names/{target}.{seed}.log",
    benchmark:
        "benchmarks/insert_pool_names/{target}.{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=get_memory(500, 20),
        runtime=get_runtime(30),
    params:
        code=code("insert_pool_names.py"),
        seed="{seed}",
        share=get_pool_names,
    script:
        "../workflow/scripts/insert_pool_names.py"


rule train_translated_teacher:
    """Train the encoder on the translated, projected corpus."""
    input:
        corpus=get_projection,
        encoder=ENCODER,
    output:
        config="results/{target}/translated_teacher/seed{seed}/config.json",
        model="results/{target}/translated_teacher/seed{seed}/model.safetensors",
        training="results/{target}/translated_teacher/seed{seed}/training.json",
    log:
        "logs/train_translated_teacher/{target}.{seed}.log",
    benchmark:
        "benchmarks/train_translated_teacher/{target}.{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"] * PROCESSES
    resources:
        gpu=config["gpus"],
        mem_mb=get_memory(3000, 7),
        runtime=get_runtime(240),
    params:
        code=code("train_teacher.py"),
        checkpoint="checkpoints/translated_teacher/{target}.{seed}.safetensors",
        entity_types=config["entity_types"],
        processes=PROCESSES,
        seed="{seed}",
        threads=config["threads"],
        training=get_training("translated_teacher"),
    script:
        "../workflow/scripts/train_teacher.py"


rule train_tuned_teacher:
    """Train the source teacher further on the projected corpus."""
    input:
        unpack(get_tuning),
        corpus=get_projection,
        encoder=ENCODER,
    output:
        config="results/{target}/tuned_teacher/seed{seed}/config.json",
        model="results/{target}/tuned_teacher/seed{seed}/model.safetensors",
        training="results/{target}/tuned_teacher/seed{seed}/training.json",
    log:
        "logs/train_tuned_teacher/{target}.{seed}.log",
    benchmark:
        "benchmarks/train_tuned_teacher/{target}.{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"] * PROCESSES
    resources:
        gpu=config["gpus"],
        mem_mb=get_memory(3000, 7),
        runtime=get_runtime(240),
    params:
        code=code("train_teacher.py"),
        checkpoint="checkpoints/tuned_teacher/{target}.{seed}.safetensors",
        entity_types=config["entity_types"],
        processes=PROCESSES,
        seed="{seed}",
        threads=config["threads"],
        training=get_training("tuned_teacher"),
    script:
        "../workflow/scripts/train_teacher.py"
