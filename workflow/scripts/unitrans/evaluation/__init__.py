"""How good a model is: predictions, scores, intervals, comparisons and explanations.

The only package that looks at gold labels of a target language.
"""
