"""How well the ranking of sources agrees with the F1 that they lead to.

    python benchmarks/sources.py results/encoder docs/measured/sources.tsv

Eleven corpora of data/ in eight languages, types PER, ORG and LOC only. A tagger is trained on 800
sentences of each source, three epochs, and scored on 200 test sentences of every corpus; rows of
the table that are there already are not measured again. Printed are, for every target, the rank
correlation (Spearman) of the ranking with F1 over all sources of other languages, and what the
first one of the ranking loses against the best.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from tempfile import gettempdir
from typing import NamedTuple

from unitrans.jobs.environment import VARIABLES

os.environ.update(VARIABLES | os.environ)

import numpy as np
import yaml
from scipy.stats import spearmanr
from transformers import PreTrainedTokenizerFast

from unitrans.corpora.ingest import CorpusSettings, read_corpus, unify_tags
from unitrans.corpora.sentences import Sentence, evenly_spaced, write_sentences
from unitrans.corpora.tags import TagSet
from unitrans.encoders.features import make_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.evaluation.bootstrap import count_entities, f1
from unitrans.evaluation.sources import POOL_SENTENCES, rank_sources
from unitrans.jobs.device import Precision, use_threads
from unitrans.jobs.settings import select
from unitrans.taggers.decoding import viterbi_tags
from unitrans.taggers.model import load_tagger
from unitrans.taggers.prediction import predict_probabilities
from unitrans.taggers.teacher import train_teacher
from unitrans.taggers.trainer import TrainingSettings

PROJECT = Path(__file__).parents[1]
TYPES = TagSet(("PER", "ORG", "LOC"))
OTHERS = {kind: "O" for kind in ("MISC", "DATE", "PROD", "EVT", "DRV")}
LABELS = OTHERS | {"GPE_LOC": "LOC", "GPE_ORG": "LOC"}
TRAINED, SCORED, READ = 800, 200, 400


class Corpus(NamedTuple):
    """A corpus of data/, with its language and the files of its splits."""

    language: str
    train: str
    test: str


CORPORA = {
    **{
        f"WikiNEuRal {language}": Corpus(
            language,
            f"wikineural/{language}/train.conllu",
            f"wikineural/{language}/test.conllu",
        )
        for language in ("en", "es", "de", "nl")
    },
    **{
        f"CoNLL {language}": Corpus(
            language, f"conll/{language}/train.conllu", f"conll/{language}/test.conllu"
        )
        for language in ("en", "es", "nl")
    },
    "NorNE nb": Corpus("nb", "norne/nob/train.conllu", "norne/nob/test.conllu"),
    "MasakhaNER sw": Corpus("sw", "masakhaner/sw/train.txt", "masakhaner/sw/test.txt"),
    "MasakhaNER ha": Corpus("ha", "masakhaner/ha/train.txt", "masakhaner/ha/test.txt"),
    "UNER zh": Corpus("zh", "uner/zh/train.iob2", "uner/zh/test.iob2"),
}
SOURCES = [name for name in CORPORA if name not in ("CoNLL en", "CoNLL es", "WikiNEuRal nl")]


def main() -> None:
    """Measure what is missing, and judge the ranking."""
    command = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    command.add_argument("encoder", type=Path, help="the packaged encoder's folder")
    command.add_argument("table", type=Path, help="source, target and F1, with tabs")
    options = command.parse_args()
    use_threads(1)
    known = read_table(options.table)
    tokenizer = load_tokenizer(options.encoder)
    for source in SOURCES:
        if any((source, target) not in known for target in CORPORA):
            with options.table.open("a", encoding="utf-8") as file:
                for target, value in measure(source, options.encoder, tokenizer).items():
                    known[source, target] = value
                    file.write(f"{source}\t{target}\t{value:.2f}\n")
    judge(known, tokenizer)


def read_table(path: Path) -> dict[tuple[str, str], float]:
    """F1 by source and target, as far as it was measured."""
    if not path.exists():
        return {}
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return {(source, target): float(value) for source, target, value in rows}


def sentences(name: str, split: str) -> list[Sentence]:
    """All sentences of a split, with labels of the three types."""
    corpus = CORPORA[name]
    path = PROJECT / "data" / (corpus.train if split == "train" else corpus.test)
    text = path.read_text("utf-8")
    labels = {kind: other for kind, other in LABELS.items() if kind in text}
    settings = CorpusSettings(str(path), label_map=labels)
    _, parsed = read_corpus(settings, split=split, language=corpus.language, folder=gettempdir())
    _, unified, _ = unify_tags(parsed, str(path), settings, TYPES)
    return [Sentence(str(n), one.tokens, one.tags) for n, one in enumerate(unified)]


def measure(source: str, encoder: Path, tokenizer: PreTrainedTokenizerFast) -> dict[str, float]:
    """Train on one corpus and score on all.

    Args:
        source: The corpus to learn from.
        encoder: The encoder's folder.
        tokenizer: Its tokenizer.

    Returns:
        F1 by target, in percent.
    """
    config = yaml.safe_load((PROJECT / "config" / "config.yaml").read_text("utf-8"))
    settings = {**config["training"], **config["source_teacher"], "epochs": 3}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_sentences(folder / "train.jsonl", evenly_spaced(sentences(source, "train"), TRAINED))
        train_teacher(
            [folder / "train.jsonl"],
            folder / "tagger",
            encoder=encoder,
            start=None,
            tag_set=TYPES,
            settings=select(TrainingSettings, settings),
            seed=122,
            checkpoint=folder / "checkpoint",
        )
        model, _ = load_tagger(folder / "tagger", encoder)
    found = {}
    for target in CORPORA:
        gold = evenly_spaced(sentences(target, "test"), SCORED)
        features = make_features(gold, tokenizer, max_subwords=256)
        values = predict_probabilities(
            model,
            features,
            precision=Precision("auto"),
            progress=lambda batches, **_: batches,
        )
        tags = viterbi_tags(values, features.sentence_offsets, TYPES)
        counts = [count_entities(one.tags or (), own) for one, own in zip(gold, tags, strict=True)]
        found[target] = 100 * float(f1(np.array(counts).sum(0)))
    return found


def judge(known: dict[tuple[str, str], float], tokenizer: PreTrainedTokenizerFast) -> None:
    """Print how the ranking agrees with F1.

    Args:
        known: F1 by source and target.
        tokenizer: The encoder's.
    """
    read = {name: evenly_spaced(sentences(name, "train"), READ) for name in CORPORA}
    write = sys.stdout.write
    write("| target | sources | rank correlation | first of the ranking | loses |\n")
    write("| --- | --- | --- | --- | --- |\n")
    correlations, losses = [], []
    for target, corpus in CORPORA.items():
        names = [name for name in SOURCES if CORPORA[name].language != corpus.language]
        rows = rank_sources(
            evenly_spaced(read[target], POOL_SENTENCES),
            {name: read[name] for name in names},
            tokenizer,
        )
        ranking = [row["language"] for row in rows["sources"]]
        values = [known[name, target] for name in ranking]
        correlations.append(float(spearmanr(values, range(len(values), 0, -1)).statistic))
        losses.append(max(values) - values[0])
        write(f"| {target} | {len(names)} | {correlations[-1]:.2f} | {ranking[0]} | ")
        write(f"{losses[-1]:.1f} |\n")
    write(f"\nmean rank correlation {np.mean(correlations):.2f}; the first loses ")
    write(f"{np.mean(losses):.1f} F1 against the best\n")


if __name__ == "__main__":
    main()
