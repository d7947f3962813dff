"""The answers that rules ask for: the checked configuration, and what each rule needs and makes.

Knows the paths of the workflow; nothing below does.
"""
