"""Every model tags the target's gold sentences, and is scored.

Inputs: the target's gold split, the models, statistics of corpora and votes.
Outputs: results/<target>/predictions/<model>/seed<k>.conll (word, gold, predicted) and
.safetensors (probabilities), results/<target>/f1.json and diagnostics.json;
results/summary.{json,csv,svg} over all targets. Gold labels are read here and nowhere else,
but for the oracle.
Configuration: evaluation, summary.
"""


rule predict_tags:
    """Tag the gold sentences, decoded to legal tags."""
    input:
        gold=ask(inputs.gold),
        encoder=plan.encoder,
        tagger=ask(inputs.tagger),
    output:
        predictions="results/{target}/predictions/{model}/seed{seed}.conll",
        probabilities="results/{target}/predictions/{model}/seed{seed}.safetensors",
    log:
        "logs/predict_tags/{target}.{model}.{seed}.log",
    benchmark:
        "benchmarks/predict_tags/{target}.{model}.{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        gpu=plan.one_gpu,
        mem_mb=memory(1000, 2),
        runtime=runtime(60),
    params:
        code=code("predict_tags.py"),
        max_subwords=config["training"]["max_subwords"],
        precision=config["training"]["precision"],
        threads=config["threads"],
    script:
        "../workflow/scripts/predict_tags.py"


rule score_language:
    """Score all models of a language, with intervals and differences."""
    input:
        predictions=ask(inputs.predictions, MODELS),
        corpora=[*plan.corpora_stats, "results/{target}/projection.stats.json"],
        votes=ask(inputs.vote_stats),
        quality=expand(
            "results/{{target}}/student/seed{seed}/quality.json", seed=plan.seeds
        ),
    output:
        f1="results/{target}/f1.json",
    log:
        "logs/score_language/{target}.log",
    benchmark:
        "benchmarks/score_language/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(500, 20),
        runtime=runtime(30),
    params:
        code=code("score_language.py"),
        digest=ask(params.settings_digest),
        language="{target}",
        models=ask(params.models),
        resamples=config["evaluation"]["resamples"],
        seeds=plan.seeds,
        split=config["evaluation"]["split"],
    script:
        "../workflow/scripts/score_language.py"


rule diagnose_language:
    """Look for what explains the scores of a language."""
    input:
        unpack(ask(inputs.lexicon)),
        predictions=ask(inputs.predictions, MODELS),
        probabilities=ask(inputs.probabilities, MODELS),
        pool="results/{target}/corpus/unlabelled.jsonl",
        source=f"results/{plan.source}/corpus/train.jsonl",
    output:
        diagnostics="results/{target}/diagnostics.json",
    log:
        "logs/diagnose_language/{target}.log",
    benchmark:
        "benchmarks/diagnose_language/{target}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 20),
        runtime=runtime(30),
    params:
        code=code("diagnose_language.py"),
        entity_types=config["entity_types"],
        language="{target}",
        models=MODELS,
        seeds=plan.seeds,
        split=config["evaluation"]["split"],
    script:
        "../workflow/scripts/diagnose_language.py"


rule summarise_results:
    """Put all languages and models into one table and one figure."""
    input:
        predictions=expand(
            "results/{target}/predictions/{model}/seed{seed}.conll",
            target=plan.scored,
            model=plan.compared,
            seed=plan.seeds,
        ),
    output:
        json="results/summary.json",
        csv="results/summary.csv",
        figure=report(
            "results/summary.svg",
            caption="../report/summary.rst",
            category="Scores",
            labels={"language": "all", "shows": "F1 of all models"},
        ),
    log:
        "logs/summarise_results/summary.log",
    benchmark:
        "benchmarks/summarise_results/summary.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(500, 20),
        runtime=runtime(30),
    params:
        code=code("summarise_results.py"),
        languages=plan.scored,
        models=plan.compared,
        resamples=config["evaluation"]["resamples"],
        seeds=plan.seeds,
        split=config["evaluation"]["split"],
    script:
        "../workflow/scripts/summarise_results.py"
