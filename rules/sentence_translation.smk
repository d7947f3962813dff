"""The labelled source corpus is translated sentence by sentence, aligned and projected.

For the targets whose translation.method is apertium, marian or parallel; the others go word
by word, through translation.smk.
Inputs: the source's train split, the encoder, files of translations or alignments.
Outputs: results/<target>/translation.jsonl, alignments.txt, projection.jsonl, each with
statistics, and projection.sample.txt to read.
Configuration: translation.method, sentence_translation, alignment, span_projection (each
also under overrides.<target>, but for the keys of alignment that all targets share).
"""


rule translate_sentences:
    """Translate the source corpus sentence by sentence."""
    input:
        source=f"results/{plan.source}/corpus/train.jsonl",
        translator=ask(inputs.translator),
        parts=ask(inputs.translated_parts),
    output:
        translation="results/{target}/translation.jsonl",
        stats="results/{target}/translation.stats.json",
    log:
        "logs/translate_sentences/{target}.log",
    benchmark:
        "benchmarks/translate_sentences/{target}.tsv"
    wildcard_constraints:
        target=plan.translated_by(words=False),
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        gpu=plan.one_gpu,
        mem_mb=memory(3000, 6),
        runtime=runtime(600),
    params:
        code=code("translate_sentences.py"),
        method=ask(params.translation_method),
        shards=f"{plan.prefix}checkpoints/translation/{{target}}",
        source_language=plan.source,
        target_language="{target}",
        threads=config["threads"],
        translation=ask(params.section, "sentence_translation"),
    script:
        "../workflow/scripts/translate_sentences.py"


use rule translate_sentences as translate_part with:
    input:
        source=f"results/{plan.source}/corpus/train.jsonl",
        translator=ask(inputs.translator),
        parts=[],
    output:
        part=temp("results/{target}/translation.{scatteritem}.json"),
    log:
        "logs/translate_part/{target}.{scatteritem}.log",
    benchmark:
        "benchmarks/translate_part/{target}.{scatteritem}.tsv"


rule embed_source:
    """Make the word vectors of the source corpus, once for all targets."""
    input:
        source=f"results/{plan.source}/corpus/train.jsonl",
        encoder=plan.encoder,
    output:
        vectors=f"results/{plan.source}/alignment_vectors.safetensors",
    log:
        "logs/embed_source.log",
    benchmark:
        "benchmarks/embed_source.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        gpu=plan.one_gpu,
        mem_mb=memory(3000, 2),
        runtime=runtime(120),
    params:
        code=code("embed_source.py"),
        threads=config["threads"],
        vectors={
            key: config["alignment"][key]
            for key in ("unit", "layer", "max_subwords", "precision")
        },
    script:
        "../workflow/scripts/embed_source.py"


rule align_words:
    """Align the words of each sentence with those of its translation."""
    input:
        unpack(ask(inputs.alignment)),
        translation="results/{target}/translation.jsonl",
        links=ask(inputs.links),
    output:
        alignments=shard_output("results/{target}/alignments.txt", "source"),
        stats=shard_output("results/{target}/alignments.stats.json", "source"),
    log:
        plan.shard("logs/align_words/{target}.log", "source"),
    benchmark:
        plan.shard("benchmarks/align_words/{target}.tsv", "source")
    wildcard_constraints:
        target=plan.translated_by(words=False),
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        gpu=plan.one_gpu,
        mem_mb=memory(3000, 2),
        runtime=runtime(120),
    params:
        code=code("align_words.py"),
        alignment=ask(params.section, "alignment"),
        shard=ask(params.shard),
        threads=config["threads"],
    script:
        "../workflow/scripts/align_words.py"


rule project_spans:
    """Project labels through the alignment, span by span."""
    input:
        translation="results/{target}/translation.jsonl",
        alignments="results/{target}/alignments.txt",
    output:
        projection="results/{target}/projection.jsonl",
        stats="results/{target}/projection.stats.json",
        sample="results/{target}/projection.sample.txt",
    log:
        "logs/project_spans/{target}.log",
    benchmark:
        "benchmarks/project_spans/{target}.tsv"
    wildcard_constraints:
        target=plan.translated_by(words=False),
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(500, 20),
        runtime=runtime(60),
    params:
        code=code("project_spans.py"),
        entity_types=config["entity_types"],
        projection=ask(params.section, "span_projection"),
    script:
        "../workflow/scripts/project_spans.py"
