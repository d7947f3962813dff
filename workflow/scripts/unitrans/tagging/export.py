"""A student for other programs: small, with the files that they look for, and checked."""

import shutil
import warnings
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from transformers import pipeline

from unitrans.corpora.sentences import Sentence, read_sentences
from unitrans.corpora.shards import Pool
from unitrans.corpora.tags import Entity, entities
from unitrans.encoders.checkpoint import write_checkpoint
from unitrans.encoders.features import make_features
from unitrans.errors import InputError
from unitrans.evaluation.bootstrap import count_entities, f1
from unitrans.jobs.artifacts import replacing, write_json
from unitrans.jobs.log import LOGGER
from unitrans.taggers.calibration import QUALITY
from unitrans.taggers.decoding import viterbi_tags
from unitrans.tagging.decoder import DecodedTagger
from unitrans.tagging.onnx import write_float, write_quantised
from unitrans.tagging.session import FLOAT, QUANTISED, onnx_probabilities, open_session
from unitrans.tagging.student import Student
from unitrans.tagging.vocabulary import can_trim, kept_pieces, trim_model, trim_tokenizer

TEMPLATES = Path(__file__).parents[3] / "templates"
EXAMPLE, TRY = TEMPLATES / "onnx_example.py", TEMPLATES / "try.html"
LEAST_EQUAL = 0.999
PIPELINE_SENTENCES = 500  # it takes one at a time


@dataclass(frozen=True)
class ExportSettings:
    """How a student is exported.

    Attributes:
        pieces: How many subwords it keeps; None for all.

    Raises:
        InputError: The number is out of range.
    """

    pieces: int | None

    def __post_init__(self) -> None:
        if self.pieces is not None and self.pieces < 1:
            raise InputError(f"export.pieces: found {self.pieces}; expected 1 or more, or null")


def export(
    student_folder: str | Path,
    folder: str | Path,
    settings: ExportSettings,
    *,
    pool: str | Path,
    source: str | Path,
    sentences: str | Path,
    threads: int,
) -> None:
    """Write a student with all that other programs need of it, and check it.

    Args:
        student_folder: The student.
        folder: Where README.md, quality.json, config.json, model.safetensors, the tokenizer, both
            ONNX models, example.py, try/index.html and export.json go.
        settings: How.
        pool: JSON lines that the student was trained on.
        source: JSON lines of the source corpus.
        sentences: JSON lines to check it on; with tags, F1 is compared as well.
        threads: Threads of ONNX Runtime.

    Raises:
        InputError: Fewer than 99.9% of the words have the same tag in PyTorch and in
            float32 ONNX; export.json is then not written.
    """
    folder = Path(folder)
    whole = Student.load(student_folder, precision="float32")
    student = trimmed(
        whole,
        Pool(pool),
        read_sentences(source),
        pieces=settings.pieces,
    )
    (folder / FLOAT).parent.mkdir(parents=True, exist_ok=True)
    # Half the size, and what prediction computes with where the processor can.
    rounded = deepcopy(student.model).bfloat16()
    write_checkpoint(rounded, student.tokenizer, folder)
    student = replace(student, model=rounded.float())
    positions = student.model.config.max_position_embeddings
    longest = min(student.tokenizer.model_max_length, positions)
    decoded = DecodedTagger(student.model, student.tokenizer, student.tag_set, longest=longest)
    write_float(decoded, folder / FLOAT, longest=longest)
    write_quantised(folder / FLOAT, folder / QUANTISED)
    copies = {name: Path(student_folder, name) for name in ("README.md", QUALITY)}
    copies |= {"example.py": EXAMPLE, "try/index.html": TRY}
    (folder / "try").mkdir(exist_ok=True)
    for name, original in copies.items():
        with replacing(folder / name) as temporary:
            shutil.copyfile(original, temporary)
    report = check(whole, student, read_sentences(sentences), folder, threads=threads)
    equal = report["models"][FLOAT]["equal_tags"]
    if equal < LEAST_EQUAL:
        raise InputError.at(
            folder / FLOAT,
            found=f"{equal:.2%} of the tags equal to PyTorch's",
            expected=f"{LEAST_EQUAL:.1%}",
        )
    write_json(folder / "export.json", report)


def trimmed(
    student: Student, pool: Iterable[Sentence], source: Iterable[Sentence], *, pieces: int | None
) -> Student:
    """Leave out the subwords that a student's language does not need.

    Args:
        student: The student.
        pool: The sentences that it was trained on.
        source: The sentences of the source corpus.
        pieces: How many to keep; None for all.

    Returns:
        The smaller student; the same one if it has no more than that, or if its tokenizer cannot
        be trimmed.
    """
    if pieces is None or len(student.tokenizer) <= pieces:
        return student
    if not can_trim(student.tokenizer):
        LOGGER.warning("this kind of tokenizer cannot be trimmed: all subwords are kept")
        return student
    kept = kept_pieces(
        student.tokenizer, pool, source, language=student.settings.language, most=pieces
    )
    LOGGER.info("%d of %d subwords are kept", len(kept), len(student.tokenizer))
    return replace(
        student,
        model=trim_model(student.model, kept),
        tokenizer=trim_tokenizer(student.tokenizer, kept),
    )


def check(
    whole: Student,
    student: Student,
    sentences: Sequence[Sentence],
    folder: str | Path,
    *,
    threads: int,
) -> dict[str, Any]:
    """Compare what was exported with the whole student, after decoding.

    Args:
        whole: The student, in float32.
        student: The same, trimmed.
        sentences: Real sentences, labelled or not.
        folder: What was exported.
        threads: Threads of ONNX Runtime.

    Returns:
        The content of export.json.
    """
    folder = Path(folder)
    values, offsets = whole.probabilities(sentences)
    expected = viterbi_tags(values, offsets, whole.tag_set)
    features = make_features(
        sentences, student.tokenizer, max_subwords=student.settings.max_subwords
    )
    found = {"model.safetensors": student.probabilities(sentences)[0]}
    for name in (FLOAT, QUANTISED):
        found[name] = onnx_probabilities(open_session(folder / name, threads=threads), features)
    decoded = {name: viterbi_tags(part, offsets, whole.tag_set) for name, part in found.items()}
    beside = {
        "model.safetensors": expected,
        FLOAT: decoded["model.safetensors"],
        QUANTISED: decoded["model.safetensors"],
    }
    score = _f1(sentences, expected)
    models = {}
    for name, tags in decoded.items():
        equal = sum(map(_equal, beside[name], tags)) / features.words
        own = _f1(sentences, tags)
        models[name] = {
            "megabytes": round((folder / name).stat().st_size / 1e6, 1),
            "equal_tags": round(equal, 6),
            "f1": own,
            "f1_loss": None if own is None or score is None else round(score - own, 2),
        }
        LOGGER.info("%s: %.2f%% of the tags are equal, F1 %s", name, 100 * equal, own)
    return {
        "sentences": len(sentences),
        "words": features.words,
        "pieces": {"kept": len(student.tokenizer), "of": len(whole.tokenizer)},
        "changed_words": round(changed_words(whole, student, sentences), 6),
        "f1": score,
        "models": models,
        "pipeline": check_pipeline(student, sentences, decoded["model.safetensors"]),
        "versions": {"onnxruntime": onnxruntime.__version__, "torch": torch.__version__},
    }


def changed_words(whole: Student, student: Student, sentences: Sequence[Sentence]) -> float:
    """Count the words that a smaller vocabulary splits otherwise.

    Args:
        whole: The student.
        student: The same, trimmed.
        sentences: Real sentences.

    Returns:
        Their share of all words.
    """
    words = sorted({token for sentence in sentences for token in sentence.tokens})
    splits = [[one.tokenizer.tokenize(word) for word in words] for one in (whole, student)]
    changed = {word for word, old, new in zip(words, *splits, strict=True) if old != new}
    tokens = [token for sentence in sentences for token in sentence.tokens]
    return sum(token in changed for token in tokens) / max(1, len(tokens))


def check_pipeline(
    student: Student, sentences: Sequence[Sentence], tags: Sequence[Sequence[str]]
) -> dict[str, float | None]:
    """Compare the pipeline of transformers, on plain text, with the decoded tags.

    Args:
        student: The student, in float32.
        sentences: Real sentences, of which the first 500 are taken.
        tags: The decoded tags of each.

    Returns:
        ``sentences``: the share of sentences with the same entities; ``entities``: entities
        that both find, as a share of all that either finds; ``f1`` of the pipeline and
        ``own_f1`` of the decoded tags on the same sentences, None without gold labels.
    """
    tagger = pipeline(
        "token-classification",
        model=student.model,
        tokenizer=student.tokenizer,
        aggregation_strategy="simple",
    )
    some = list(islice(sentences, PIPELINE_SENTENCES))
    alike = both = either = 0
    counts = np.zeros((2, 3), dtype=np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its way to batch
        for sentence, decoded in zip(some, tags, strict=False):
            ours = set(entities(decoded))
            theirs = set(pipeline_entities(tagger(" ".join(sentence.tokens)), sentence.tokens))
            alike += ours == theirs
            both += len(ours & theirs)
            either += len(ours | theirs)
            if sentence.tags is not None:
                gold = set(entities(sentence.tags))
                for row, own in zip(counts, (theirs, ours), strict=True):
                    row += (len(gold & own), len(own), len(gold))
    LOGGER.info("transformers' pipeline: the same entities in %.1f%%", 100 * alike / len(some))
    labelled = all(sentence.tags is not None for sentence in some)
    scores = [round(100 * float(f1(row)), 2) if labelled else None for row in counts]
    return {
        "sentences": round(alike / len(some), 4),
        "entities": round(both / either, 4) if either else 1.0,
        "f1": scores[0],
        "own_f1": scores[1],
    }


def pipeline_entities(found: Sequence[dict[str, Any]], tokens: Sequence[str]) -> list[Entity]:
    """Say in words what the pipeline says in characters.

    Args:
        found: What the pipeline found in the words.
        tokens: The words.

    Returns:
        The entities; one that starts or ends inside a word has -1 there.
    """
    ends = np.cumsum([len(token) + 1 for token in tokens]) - 1
    first = {
        int(end) - len(token): n for n, (end, token) in enumerate(zip(ends, tokens, strict=True))
    }
    last = {int(end): number for number, end in enumerate(ends, 1)}
    return [
        Entity(one["entity_group"], first.get(one["start"], -1), last.get(one["end"], -1))
        for one in found
    ]


def _equal(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tags of two sequences are the same."""
    return sum(map(str.__eq__, one, other))


def _f1(sentences: Sequence[Sentence], tags: Sequence[Sequence[str]]) -> float | None:
    """F1 in percent; None without gold tags."""
    pairs = [(s.tags, own) for s, own in zip(sentences, tags, strict=True) if s.tags is not None]
    if not pairs:
        return None
    counts = np.array([count_entities(gold, own) for gold, own in pairs]).sum(axis=0)
    return round(100 * float(f1(counts)), 2)
