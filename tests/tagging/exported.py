"""A tiny student exported for other programs, which several tests look at."""

from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.tagging.export import ExportSettings, export

TEXT = "Ana vive en Bergen y trabaja para la Universidad de Oslo desde 1994 ."
WORDS = TEXT.split()
PIECES = 600


def run(student_folder, folder, corpus, pieces=PIECES):
    write_sentences(folder / "gold.jsonl", corpus)
    write_sentences(folder / "pool.jsonl", [Sentence(one.id, one.tokens) for one in corpus])
    export(
        student_folder,
        folder,
        ExportSettings(pieces),
        pool=folder / "pool.jsonl",
        source=folder / "gold.jsonl",
        sentences=folder / "gold.jsonl",
        threads=1,
    )
