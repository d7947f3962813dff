"""The student of the first seed tags your own raw text.

Inputs: data/<target>/<name>.txt, UTF-8, in the project's folder; the student.
Outputs: results/<target>/tagged/<name>.conll (word, tag) and <name>.jsonl (entities with
places in the text and scores).
Configuration: training.precision.
"""


rule tag_text:
    """Tag a raw text."""
    input:
        text=ask(inputs.text),
        student=plan.student,
        quality=f"results/{{target}}/student/seed{plan.seeds[0]}/quality.json",
    output:
        conll="results/{target}/tagged/{name}.conll",
        jsonl="results/{target}/tagged/{name}.jsonl",
    log:
        "logs/tag_text/{target}.{name}.log",
    benchmark:
        "benchmarks/tag_text/{target}.{name}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        gpu=plan.one_gpu,
        mem_mb=memory(1000, 4),
        runtime=runtime(240),
    params:
        code=code("tag_text.py"),
        language="{target}",
        precision=config["training"]["precision"],
        threads=config["threads"],
    script:
        "../workflow/scripts/tag_text.py"
