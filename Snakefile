"""UniTrans: a named-entity tagger for a language with no labelled data.

snakemake --cores 8 results/es/f1.json
"""

from snakemake.utils import min_version

min_version("9.27")


report: "report/workflow.rst"


configfile: f"{workflow.current_basedir}/config/config.yaml"


include: "rules/common.smk"
include: "rules/encoder.smk"
include: "rules/corpora.smk"
include: "rules/translation.smk"
include: "rules/sentence_translation.smk"
include: "rules/teachers.smk"
include: "rules/distillation.smk"
include: "rules/evaluation.smk"
include: "rules/unlabelled.smk"
include: "rules/variants.smk"
include: "rules/shards.smk"
include: "rules/tagging.smk"
include: "rules/export.smk"
include: "rules/report.smk"
include: "rules/samples.smk"


rule all:
    default_target: True
    input:
        ask(inputs.everything),
