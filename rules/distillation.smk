"""The teachers label the pool, and a student learns from them.

Inputs: the pool, the teachers, the encoder; files of external teachers.
Outputs: results/<target>/soft_labels/<model>/seed<k>.safetensors, votes/seed<k>.safetensors
with statistics (votes/<voters>/ for other voters than the three teachers), and student/seed<k>/,
a folder that stands on its own. seed<k>-<k>-<k> is the mean of an ensemble.
Configuration: training, student (also under overrides.<target>), external_teachers.
"""


rule predict_soft_labels:
    """Let a teacher judge every word of the pool."""
    input:
        pool="results/{target}/corpus/unlabelled.jsonl",
        encoder=plan.encoder,
        tagger=ask(inputs.tagger),
    output:
        soft_labels=shard_output(
            "results/{target}/soft_labels/{model}/seed{seed}.safetensors", "pool"
        ),
    log:
        plan.shard("logs/predict_soft_labels/{target}.{model}.{seed}.log", "pool"),
    benchmark:
        plan.shard("benchmarks/predict_soft_labels/{target}.{model}.{seed}.tsv", "pool")
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        gpu=plan.one_gpu,
        mem_mb=memory(1000, 2, of=["encoder", "tagger"]),
        runtime=runtime(60),
    params:
        code=code("predict_soft_labels.py"),
        max_subwords=config["training"]["max_subwords"],
        precision=config["training"]["precision"],
        shard=ask(params.shard),
        threads=config["threads"],
    script:
        "../workflow/scripts/predict_soft_labels.py"


rule average_soft_labels:
    """Average the soft labels of a model over the seeds of an ensemble."""
    input:
        soft_labels=ask(inputs.members),
    output:
        soft_labels="results/{target}/soft_labels/{model}/seed{ensemble}.safetensors",
    log:
        "logs/average_soft_labels/{target}.{model}.{ensemble}.log",
    benchmark:
        "benchmarks/average_soft_labels/{target}.{model}.{ensemble}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(500, 0),
        runtime=runtime(30),
    params:
        code=code("average_soft_labels.py"),
    script:
        "../workflow/scripts/average_soft_labels.py"


rule import_soft_labels:
    """Make soft labels of what a model outside the pipeline says."""
    input:
        labels=ask(inputs.external_labels),
        pool="results/{target}/corpus/unlabelled.jsonl",
    output:
        soft_labels="results/{target}/soft_labels/{external}/seed{members}.safetensors",
    log:
        "logs/import_soft_labels/{target}.{external}.{members}.log",
    benchmark:
        "benchmarks/import_soft_labels/{target}.{external}.{members}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(500, 0),
        runtime=runtime(30),
    params:
        code=code("import_soft_labels.py"),
        entity_types=config["entity_types"],
    script:
        "../workflow/scripts/import_soft_labels.py"


rule cast_votes:
    """Find the words on which all three teachers agree."""
    input:
        soft_labels=expand(
            "results/{{target}}/soft_labels/{teacher}/seed{{members}}.safetensors",
            teacher=TEACHERS,
        ),
    output:
        votes="results/{target}/votes/seed{members}.safetensors",
        stats="results/{target}/votes/seed{members}.stats.json",
    log:
        "logs/cast_votes/{target}.{members}.log",
    benchmark:
        "benchmarks/cast_votes/{target}.{members}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(500, 0),
        runtime=runtime(30),
    params:
        code=code("cast_votes.py"),
    script:
        "../workflow/scripts/cast_votes.py"


use rule cast_votes as cast_chosen_votes with:
    input:
        soft_labels=ask(inputs.voters),
    output:
        votes="results/{target}/votes/{voters}/seed{members}.safetensors",
        stats="results/{target}/votes/{voters}/seed{members}.stats.json",
    log:
        "logs/cast_votes/{target}.{voters}.{members}.log",
    benchmark:
        "benchmarks/cast_votes/{target}.{voters}.{members}.tsv"


rule train_student:
    """Train the student on soft labels and votes."""
    input:
        unpack(ask(inputs.lessons)),
        pool="results/{target}/corpus/unlabelled.jsonl",
        encoder=plan.encoder,
    output:
        config="results/{target}/student/seed{seed}/config.json",
        model="results/{target}/student/seed{seed}/model.safetensors",
        tokenizer="results/{target}/student/seed{seed}/tokenizer.json",
        tokenizer_config="results/{target}/student/seed{seed}/tokenizer_config.json",
        training="results/{target}/student/seed{seed}/training.json",
    log:
        "logs/train_student/{target}.{seed}.log",
    benchmark:
        "benchmarks/train_student/{target}.{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"] * plan.processes
    resources:
        gpu=config["gpus"],
        mem_mb=memory(3500, 7, of=["encoder"]),
        runtime=runtime(240),
    params:
        code=code("train_student.py"),
        checkpoint=ask(params.checkpoint),
        language="{target}",
        processes=plan.processes,
        seed="{seed}",
        settings=ask(params.training, "student"),
        threads=config["threads"],
    script:
        "../workflow/scripts/train_student.py"
