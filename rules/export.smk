"""What others need of a student: its model card, and the model as ONNX.

Inputs: the student, the statistics of its corpora, f1.json where there are gold labels.
Outputs: results/<target>/student/seed<k>/README.md; results/<target>/export/, the student of
the first seed for other programs, with export.json: how far it gives the same tags.
Configuration: card, encoder.name, entity_types, export.
"""


rule write_model_card:
    """Write the card that Hugging Face tools read."""
    input:
        unpack(ask(inputs.scores)),
        model="results/{target}/student/seed{seed}/model.safetensors",
        quality="results/{target}/student/seed{seed}/quality.json",
        corpora=ask(inputs.card_corpora),
    output:
        card="results/{target}/student/seed{seed}/README.md",
    log:
        "logs/write_model_card/{target}.{seed}.log",
    benchmark:
        "benchmarks/write_model_card/{target}.{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 0),
        runtime=runtime(10),
    params:
        code=code("write_model_card.py"),
        answers=ask(params.is_answered),
        template=params.template_digest(plan, "model_card.md"),
        encoder=config["encoder"]["name"],
        entity_types=config["entity_types"],
        license=config["card"]["license"],
        datasets=config["card"]["datasets"],
        source=plan.source,
        target="{target}",
    script:
        "../workflow/scripts/write_model_card.py"


rule export_student:
    """Write the student for other programs, with fewer subwords and bits, and check it."""
    input:
        student=plan.student,
        card=f"results/{{target}}/student/seed{plan.seeds[0]}/README.md",
        quality=f"results/{{target}}/student/seed{plan.seeds[0]}/quality.json",
        pool="results/{target}/corpus/unlabelled.jsonl",
        source=f"results/{plan.source}/corpus/train.jsonl",
        sentences=ask(inputs.check_sentences),
    output:
        card="results/{target}/export/README.md",
        config="results/{target}/export/config.json",
        weights="results/{target}/export/model.safetensors",
        tokenizer="results/{target}/export/tokenizer.json",
        tokenizer_config="results/{target}/export/tokenizer_config.json",
        model="results/{target}/export/onnx/model.onnx",
        quantised="results/{target}/export/onnx/model_quantized.onnx",
        example="results/{target}/export/example.py",
        trial="results/{target}/export/try/index.html",
        quality="results/{target}/export/quality.json",
        report="results/{target}/export/export.json",
    log:
        "logs/export_student/{target}.log",
    benchmark:
        "benchmarks/export_student/{target}.tsv"
    conda:
        "../envs/export.yaml"
    threads: config["threads"]
    resources:
        mem_mb=memory(2000, 8),
        runtime=runtime(60),
    params:
        code=code("export_student.py"),
        template=params.template_digest(plan, "onnx_example.py", "try.html"),
        settings=config["export"],
        threads=config["threads"],
    script:
        "../workflow/scripts/export_student.py"
