"""Figures and tables of each target, gathered by snakemake --report.

Inputs: trainings, votes, predictions, scores.
Outputs: overview.html, learning_curves.svg, run_times.svg, votes.svg, scores.html, scores.svg and
confusion.svg in results/<target>/report/.
Configuration: seeds, entity_types.
"""


rule show_overview:
    """Show how good a target's tagger is, what to trust, and what to do next."""
    input:
        unpack(ask(inputs.scores)),
        votes=f"results/{{target}}/votes/seed{plan.seeds[0]}.stats.json",
        quality=f"results/{{target}}/student/seed{plan.seeds[0]}/quality.json",
        questions="results/{target}/questions.tsv",
    output:
        page=report(
            "results/{target}/report/overview.html",
            caption="../report/overview.rst",
            category="Answer",
            labels={"language": "{target}", "shows": "how good it is"},
        ),
    log:
        "logs/show_overview/{target}.log",
    benchmark:
        "benchmarks/show_overview/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 0),
        runtime=runtime(10),
    params:
        code=code("show_overview.py"),
        questions=5,
        seed=plan.seeds[0],
        source=plan.source,
        template=params.template_digest(plan, "page.html", "overview.html"),
    script:
        "../workflow/scripts/show_overview.py"


rule plot_trainings:
    """Draw how the models learned, and how long the stages took."""
    input:
        unpack(ask(inputs.scores)),
        unpack(ask(inputs.trainings)),
    output:
        curves=report(
            "results/{target}/report/learning_curves.svg",
            caption="../report/learning_curves.rst",
            category="Training",
            labels={"language": "{target}", "shows": "learning curves"},
        ),
        times=report(
            "results/{target}/report/run_times.svg",
            caption="../report/run_times.rst",
            category="Training",
            labels={"language": "{target}", "shows": "run times"},
        ),
    log:
        "logs/plot_trainings/{target}.log",
    benchmark:
        "benchmarks/plot_trainings/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 0),
        runtime=runtime(10),
    params:
        code=code("plot_trainings.py"),
        benchmarks=f"{plan.prefix}benchmarks",
        models=MODELS,
        others=ask(params.other_targets),
        seeds=plan.seeds,
    script:
        "../workflow/scripts/plot_trainings.py"


rule plot_votes:
    """Draw how far the teachers agree, and how often they are right."""
    input:
        unpack(ask(inputs.teacher_predictions)),
        votes=expand("results/{{target}}/votes/seed{seed}.stats.json", seed=plan.seeds),
    output:
        votes=report(
            "results/{target}/report/votes.svg",
            caption="../report/votes.rst",
            category="Labels",
            labels={"language": "{target}", "shows": "votes"},
        ),
    log:
        "logs/plot_votes/{target}.log",
    benchmark:
        "benchmarks/plot_votes/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 0),
        runtime=runtime(10),
    params:
        code=code("plot_votes.py"),
        entity_types=config["entity_types"],
        teachers=TEACHERS,
    script:
        "../workflow/scripts/plot_votes.py"


rule plot_scores:
    """Show the scores as a table and as figures."""
    input:
        f1="results/{target}/f1.json",
        predictions=f"results/{{target}}/predictions/student/seed{plan.seeds[0]}.conll",
    output:
        table=report(
            "results/{target}/report/scores.html",
            caption="../report/scores.rst",
            category="Scores",
            labels={"language": "{target}", "shows": "table"},
        ),
        bars=report(
            "results/{target}/report/scores.svg",
            caption="../report/scores.rst",
            category="Scores",
            labels={"language": "{target}", "shows": "F1 of all models"},
        ),
        confusion=report(
            "results/{target}/report/confusion.svg",
            caption="../report/confusion.rst",
            category="Scores",
            labels={"language": "{target}", "shows": "confusion of types"},
        ),
    log:
        "logs/plot_scores/{target}.log",
    benchmark:
        "benchmarks/plot_scores/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 0),
        runtime=runtime(10),
    params:
        code=code("plot_scores.py"),
        entity_types=config["entity_types"],
        template=params.template_digest(plan, "page.html", "scores.html"),
    script:
        "../workflow/scripts/plot_scores.py"
