"""What Snakemake is told: the checked configuration, and what each rule needs and makes.

Knows the paths of the workflow; nothing below does.
"""
