"""Other students, for comparison, and the oracle.

Inputs: as for the student; of the oracle, the pool with its gold labels.
Outputs: results/<target>/variants/<name>/student/seed<k>/, results/<target>/oracle/seed<k>/,
and results/<target>/variants/<name>/f1.json of either. Soft labels, votes and teachers are shared.
Unlike the student, a variant leaves out the weights that it shares with the encoder.
Configuration: variants, oracle.
"""


use rule train_student as train_variant with:
    output:
        config="results/{target}/variants/{variant}/student/seed{seed}/config.json",
        model="results/{target}/variants/{variant}/student/seed{seed}/model.safetensors",
        training="results/{target}/variants/{variant}/student/seed{seed}/training.json",
    log:
        "logs/train_variant/{target}.{variant}.{seed}.log",
    benchmark:
        "benchmarks/train_variant/{target}.{variant}.{seed}.tsv"


rule train_oracle:
    """Train the encoder on the pool's gold labels."""
    input:
        corpus="results/{target}/corpus/oracle.jsonl",
        encoder=plan.encoder,
    output:
        config="results/{target}/oracle/seed{seed}/config.json",
        model="results/{target}/oracle/seed{seed}/model.safetensors",
        training="results/{target}/oracle/seed{seed}/training.json",
    log:
        "logs/train_oracle/{target}.{seed}.log",
    benchmark:
        "benchmarks/train_oracle/{target}.{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"] * plan.processes
    resources:
        gpu=config["gpus"],
        mem_mb=memory(3500, 7, of=["encoder"]),
        runtime=runtime(240),
    params:
        code=code("train_teacher.py"),
        checkpoint=f"{plan.prefix}checkpoints/oracle/{{target}}.{{seed}}.safetensors",
        entity_types=config["entity_types"],
        processes=plan.processes,
        seed="{seed}",
        threads=config["threads"],
        training=ask(params.training, "oracle"),
    script:
        "../workflow/scripts/train_teacher.py"


use rule score_language as score_variant with:
    input:
        predictions=ask(inputs.variant_predictions),
        corpora=plan.corpora_stats,
        votes=ask(inputs.vote_stats),
    output:
        f1="results/{target}/variants/{variant}/f1.json",
    log:
        "logs/score_variant/{target}.{variant}.log",
    benchmark:
        "benchmarks/score_variant/{target}.{variant}.tsv"
