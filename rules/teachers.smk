"""The three teachers, one of each for every seed.

Inputs: the encoder; the source's train split, and those of source_teacher.further_languages; the
target's projected corpus.
Outputs: results/<source>/source_teacher/seed<k>/, trained once for all targets, and
results/<target>/{translated,tuned}_teacher/seed<k>/. A teacher leaves out the weights
that it shares with the encoder.
Configuration: training, source_teacher, translated_teacher, tuned_teacher (the latter two also
under overrides.<target>).
"""


rule train_source_teacher:
    """Train the encoder on the labelled source corpus, and on further ones if there are any."""
    input:
        corpus=f"results/{plan.source}/corpus/train.jsonl",
        beside=expand(
            "results/{language}/corpus/train.jsonl",
            language=config["source_teacher"]["further_languages"],
        ),
        encoder=plan.encoder,
    output:
        config=f"results/{plan.source}/source_teacher/seed{{seed}}/config.json",
        model=f"results/{plan.source}/source_teacher/seed{{seed}}/model.safetensors",
        training=f"results/{plan.source}/source_teacher/seed{{seed}}/training.json",
    log:
        "logs/train_source_teacher/{seed}.log",
    benchmark:
        "benchmarks/train_source_teacher/{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"] * plan.processes
    resources:
        gpu=config["gpus"],
        mem_mb=memory(3000, 7),
        runtime=runtime(240),
    params:
        code=code("train_teacher.py"),
        checkpoint=f"{plan.prefix}checkpoints/source_teacher/{{seed}}.safetensors",
        entity_types=config["entity_types"],
        processes=plan.processes,
        seed="{seed}",
        threads=config["threads"],
        training=ask(params.training, "source_teacher"),
    script:
        "../workflow/scripts/train_teacher.py"


rule train_translated_teacher:
    """Train the encoder on the translated, projected corpus."""
    input:
        corpus=ask(inputs.projected),
        encoder=plan.encoder,
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
    threads: config["threads"] * plan.processes
    resources:
        gpu=config["gpus"],
        mem_mb=memory(3000, 7),
        runtime=runtime(240),
    params:
        code=code("train_teacher.py"),
        checkpoint=f"{plan.prefix}checkpoints/translated_teacher/{{target}}.{{seed}}.safetensors",
        entity_types=config["entity_types"],
        processes=plan.processes,
        seed="{seed}",
        threads=config["threads"],
        training=ask(params.training, "translated_teacher"),
    script:
        "../workflow/scripts/train_teacher.py"


rule train_tuned_teacher:
    """Train the source teacher further on the projected corpus."""
    input:
        unpack(ask(inputs.tuning)),
        corpus=ask(inputs.projected),
        encoder=plan.encoder,
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
    threads: config["threads"] * plan.processes
    resources:
        gpu=config["gpus"],
        mem_mb=memory(3000, 7),
        runtime=runtime(240),
    params:
        code=code("train_teacher.py"),
        checkpoint=f"{plan.prefix}checkpoints/tuned_teacher/{{target}}.{{seed}}.safetensors",
        entity_types=config["entity_types"],
        processes=plan.processes,
        seed="{seed}",
        threads=config["threads"],
        training=ask(params.training, "tuned_teacher"),
    script:
        "../workflow/scripts/train_teacher.py"
