"""What can be told without gold labels, and what people are asked.

Inputs: the pool, soft labels, the student; labelled corpora of other languages; answers and
corrected sentences, where there are any.
Outputs: results/<target>/student/seed<k>/quality.json, results/<target>/questions.{tsv,html}, and
on demand results/<target>/sources.json and voters.json.
Configuration: corpora (answers, corrected), annotation, external_teachers.
"""


rule rank_sources:
    """Rank the labelled corpora at hand for a pool, before any training."""
    input:
        pool="results/{target}/corpus/unlabelled.jsonl",
        sources=ask(inputs.sources),
        encoder=plan.encoder,
    output:
        sources="results/{target}/sources.json",
    log:
        "logs/rank_sources/{target}.log",
    benchmark:
        "benchmarks/rank_sources/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 10),
        runtime=runtime(30),
    params:
        code=code("rank_sources.py"),
        languages=ask(params.sources),
    script:
        "../workflow/scripts/rank_sources.py"


rule estimate_quality:
    """Estimate a student's F1 without gold labels, and what its probabilities are worth."""
    input:
        unpack(ask(inputs.said)),
        pool="results/{target}/corpus/unlabelled.jsonl",
        student=ask(inputs.whole_student),
        soft_labels=expand(
            "results/{{target}}/soft_labels/{teacher}/seed{{seed}}.safetensors",
            teacher=TEACHERS,
        ),
    output:
        quality="results/{target}/student/seed{seed}/quality.json",
    log:
        "logs/estimate_quality/{target}.{seed}.log",
    benchmark:
        "benchmarks/estimate_quality/{target}.{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        gpu=plan.one_gpu,
        mem_mb=memory(1000, 4, of=["student"]),
        runtime=runtime(60),
    params:
        code=code("estimate_quality.py"),
        language="{target}",
        entity_types=config["entity_types"],
        precision=config["training"]["precision"],
        threads=config["threads"],
    script:
        "../workflow/scripts/estimate_quality.py"


rule compare_voters:
    """Compare what the teachers, and those from outside, say of the pool."""
    input:
        unpack(ask(inputs.compared_voters)),
        pool="results/{target}/corpus/unlabelled.jsonl",
    output:
        voters="results/{target}/voters.json",
    log:
        "logs/compare_voters/{target}.log",
    benchmark:
        "benchmarks/compare_voters/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(1500, 0),
        runtime=runtime(30),
    params:
        code=code("compare_voters.py"),
        names=ask(inputs.voter_names),
    script:
        "../workflow/scripts/compare_voters.py"


rule ask_questions:
    """Ask about the names of the pool whose answers change most."""
    input:
        unpack(ask(inputs.questions)),
        pool="results/{target}/corpus/unlabelled.jsonl",
    output:
        table="results/{target}/questions.tsv",
        page=report(
            "results/{target}/questions.html",
            caption="../report/questions.rst",
            category="Labels",
            labels={"language": "{target}", "shows": "questions about names"},
        ),
    log:
        "logs/ask_questions/{target}.log",
    benchmark:
        "benchmarks/ask_questions/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(1500, 0),
        runtime=runtime(30),
    params:
        code=code("ask_questions.py"),
        questions=config["annotation"]["questions"],
        target="{target}",
        template=params.template_digest(plan, "page.html", "questions.html"),
    script:
        "../workflow/scripts/ask_questions.py"
