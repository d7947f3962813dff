"""The labelled source corpus in the target language: word by word, or by whole sentences.

Word by word needs a dictionary, which is read from a file or induced from word vectors.
"""
