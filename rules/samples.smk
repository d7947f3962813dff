"""Pages of examples to look over, and sentences to annotate.

Inputs: the translation, the student's predictions, the pool and the student.
Outputs: results/<target>/errors.html, results/<target>/report/{translation,entities}.html, and
results/<target>/annotate* for people to correct.
Configuration: entity_types, annotation.
"""


rule show_translation:
    """Show samples of the dictionary and of projected sentences."""
    input:
        unpack(ask(inputs.lexicon)),
        translation="results/{target}/translation.jsonl",
        projection="results/{target}/projection.jsonl",
    output:
        page=report(
            "results/{target}/report/translation.html",
            caption="../report/translation.rst",
            category="Labels",
            labels={"language": "{target}", "shows": "dictionary and projection"},
        ),
    log:
        "logs/show_translation/{target}.log",
    benchmark:
        "benchmarks/show_translation/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 0),
        runtime=runtime(10),
    params:
        code=code("show_translation.py"),
        sentences=20,
        source=plan.source,
        target="{target}",
        template=params.template_digest(plan, "page.html", "samples.html"),
        words=20,
    script:
        "../workflow/scripts/show_translation.py"


rule show_errors:
    """Show what the student gets wrong, to filter and search."""
    input:
        predictions=f"results/{{target}}/predictions/student/seed{plan.seeds[0]}.conll",
    output:
        page=report(
            "results/{target}/errors.html",
            caption="../report/errors.rst",
            category="Scores",
            labels={"language": "{target}", "shows": "errors, to filter and search"},
        ),
    log:
        "logs/show_errors/{target}.log",
    benchmark:
        "benchmarks/show_errors/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 0),
        runtime=runtime(10),
    params:
        code=code("show_errors.py"),
        entity_types=config["entity_types"],
        model="student",
        seed=plan.seeds[0],
        target="{target}",
        template=params.template_digest(plan, "page.html", "errors.html"),
    script:
        "../workflow/scripts/show_errors.py"


rule sample_entities:
    """Show what the student finds in the pool, and write a sample to annotate."""
    input:
        unpack(ask(inputs.corrected)),
        pool="results/{target}/corpus/unlabelled.jsonl",
        student=plan.student,
    output:
        page=report(
            "results/{target}/report/entities.html",
            caption="../report/entities.rst",
            category="Labels",
            labels={"language": "{target}", "shows": "entities of the pool"},
        ),
        learn=[
            "results/{target}/annotate.jsonl",
            "results/{target}/annotate.label-studio.json",
        ],
        test=[
            "results/{target}/annotate_test.jsonl",
            "results/{target}/annotate_test.label-studio.json",
        ],
    log:
        "logs/sample_entities/{target}.log",
    benchmark:
        "benchmarks/sample_entities/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        mem_mb=memory(1000, 4),
        runtime=runtime(30),
    params:
        code=code("sample_entities.py"),
        precision=config["training"]["precision"],
        sentences=config["annotation"]["sentences"],
        target="{target}",
        template=params.template_digest(plan, "page.html", "entities.html"),
        threads=config["threads"],
    script:
        "../workflow/scripts/sample_entities.py"
