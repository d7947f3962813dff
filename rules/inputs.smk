"""Input functions of sentence translation and of teachers.

Reads the configuration of the targets; makes nothing.
"""


def get_translator_files(wildcards):
    """What sentences are translated with, as far as it is files."""
    resolved = for_language(config, wildcards.target)
    settings = resolved["sentence_translation"]
    if resolved["translation"]["method"] == "parallel":
        return [get_path(settings["path"])]
    if resolved["translation"]["method"] == "marian":
        return get_model_files(settings["model"])
    return []


def get_translated_parts(wildcards):
    """The parts of the translation that jobs of their own have made; none for a single shard."""
    method = for_language(config, wildcards.target)["translation"]["method"]
    if config["shards"]["source"] == 1 or method == "parallel":
        return []
    return gather.source(f"results/{wildcards.target}/translation.{{scatteritem}}.json")


def get_links_file(wildcards):
    """Another aligner's file of links; none where words are aligned here."""
    path = for_language(config, wildcards.target)["alignment"]["path"]
    return [get_path(path)] if path else []


def get_alignment_inputs(wildcards):
    """What words are aligned with; nothing where another aligner's links are taken."""
    if get_links_file(wildcards):
        return {}
    return {
        "source": f"results/{SOURCE}/corpus/train.jsonl",
        "vectors": f"results/{SOURCE}/alignment_vectors.safetensors",
        "encoder": ENCODER,
    }


def get_tuning(wildcards):
    """What the tuned teacher needs beside the projected corpus and the encoder."""
    settings, files = for_language(config, wildcards.target)["tuned_teacher"], {}
    if settings["start"] != "encoder":
        folder = f"results/{SOURCE}/{settings['start']}/seed{wildcards.seed}/"
        files["start"] = multiext(folder, "config.json", "model.safetensors")
    if settings["corpus"] == "mixed":
        files["beside"] = [f"results/{SOURCE}/corpus/train.jsonl"]
    return files
