"""Sentences and tags: what they are, and how they come in from files, data sets and raw text.

Every format ends here as one kind of sentence; what follows reads no other.
"""
