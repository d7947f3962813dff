"""A student as ONNX: float32, and with 8-bit weights; checked against PyTorch."""

import logging
import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from transformers import pipeline

from unitrans.corpora.sentences import Sentence, read_sentences
from unitrans.corpora.tags import Entity, entities
from unitrans.encoders.features import Features, budget_batches, make_features
from unitrans.encoders.loading import TOKENIZER_FILES
from unitrans.errors import InputError
from unitrans.evaluation.bootstrap import count_entities, f1
from unitrans.jobs.artifacts import replacing, write_json
from unitrans.jobs.log import LOGGER, progress
from unitrans.taggers.decoding import viterbi_tags
from unitrans.taggers.prediction import BATCH_SUBWORDS
from unitrans.tagging.text import Student

FLOAT, INT8 = "model.onnx", "model.int8.onnx"
EXAMPLE = Path(__file__).parents[3] / "templates" / "onnx_example.py"
LEAST_EQUAL = 0.999


def export(
    student_folder: str | Path, folder: str | Path, *, sentences: str | Path, threads: int
) -> None:
    """Write a student as ONNX with all that is needed to use it, and check it.

    Args:
        student_folder: The student.
        folder: Where model.onnx, model.int8.onnx, config.json, the tokenizer, example.py and
            export.json go.
        sentences: JSON lines to check it on; with tags, F1 is compared as well.
        threads: Threads of ONNX Runtime.

    Raises:
        InputError: Fewer than 99.9% of the words have the same tag in PyTorch and in
            float32 ONNX; export.json is then not written.
    """
    folder = Path(folder)
    student = Student.load(student_folder, language="en", precision="float32")
    corpus = read_sentences(sentences)
    positions = student.model.config.max_position_embeddings
    longest = min(student.tokenizer.model_max_length, positions)
    write_float(student.model, folder / FLOAT, longest=longest)
    with replacing(folder / INT8) as temporary:
        quantize_dynamic(folder / FLOAT, temporary, weight_type=QuantType.QInt8)
    copies = {name: Path(student_folder, name) for name in ("config.json", *TOKENIZER_FILES)}
    for name, source in {**copies, "example.py": EXAMPLE}.items():
        with replacing(folder / name) as temporary:
            shutil.copyfile(source, temporary)
    report = check(student, corpus, folder, threads=threads)
    if report["models"][FLOAT]["equal_tags"] < LEAST_EQUAL:
        raise InputError.at(
            folder / FLOAT,
            found=f"{report['models'][FLOAT]['equal_tags']:.2%} of the tags equal to PyTorch's",
            expected=f"{LEAST_EQUAL:.1%}",
        )
    write_json(folder / "export.json", report)


class _Logits(nn.Module):
    """A model that takes and gives tensors, not mappings."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Score subwords: (B, T) and (B, T) to (B, T, C)."""
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


def write_float(model: nn.Module, path: str | Path, *, longest: int) -> None:
    """Write a tagger as ONNX, float32, for batches of any size.

    Args:
        model: The tagger.
        path: The file to write.
        longest: The most subwords that it has positions for.
    """
    example = torch.ones((2, 16), dtype=torch.long)
    sizes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("subwords", max=longest)}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with replacing(path) as temporary, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's own doings
        torch.onnx.export(
            _Logits(model).eval(),
            (example, example.clone()),  # one tensor would become one input
            temporary,
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_shapes=(sizes, sizes),
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def open_session(path: str | Path, *, threads: int) -> onnxruntime.InferenceSession:
    """Load an ONNX model.

    Args:
        path: The model.
        threads: Threads to compute with.

    Returns:
        The model, ready to run on the CPU.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def onnx_probabilities(session: onnxruntime.InferenceSession, features: Features) -> np.ndarray:
    """Let an ONNX tagger judge every word.

    Args:
        session: The model.
        features: The corpus.

    Returns:
        Probabilities (W, C), float32, in the order of the corpus.
    """
    classes = session.get_outputs()[0].shape[-1]
    probabilities = np.zeros((features.words, classes), dtype=np.float32)
    batches = budget_batches(features.lengths, BATCH_SUBWORDS["cpu"])
    for windows in progress(batches, total=len(batches), unit="batches"):
        batch = features.batch(windows)
        (logits,) = session.run(
            ["logits"],
            {
                "input_ids": batch.input_ids.numpy(),
                "attention_mask": batch.attention_mask.numpy(),
            },
        )
        words = logits.reshape(-1, classes)[batch.positions.numpy()]  # (B * T, C) to (W, C)
        exponents = np.exp(words - words.max(axis=1, keepdims=True))
        probabilities[batch.words.numpy()] = exponents / exponents.sum(axis=1, keepdims=True)
    return probabilities


def check(
    student: Student, sentences: Sequence[Sentence], folder: str | Path, *, threads: int
) -> dict[str, Any]:
    """Compare the ONNX models with PyTorch, after decoding.

    Args:
        student: The student, in float32.
        sentences: Real sentences, labelled or not.
        folder: Where the ONNX models are.
        threads: Threads of ONNX Runtime.

    Returns:
        The content of export.json.
    """
    features = make_features(sentences, student.tokenizer, max_subwords=student.max_subwords)
    expected, offsets = student.probabilities(sentences)
    tags = viterbi_tags(expected, offsets, student.tag_set)
    score = _f1(sentences, tags)
    models = {}
    for name in (FLOAT, INT8):
        path = Path(folder) / name
        values = onnx_probabilities(open_session(path, threads=threads), features)
        found = viterbi_tags(values, offsets, student.tag_set)
        equal = sum(map(_equal, tags, found)) / features.words
        own = _f1(sentences, found)
        models[name] = {
            "megabytes": round(path.stat().st_size / 1e6, 1),
            "equal_tags": round(equal, 6),
            "f1": own,
            "f1_loss": None if own is None or score is None else round(score - own, 2),
        }
        LOGGER.info("%s: %.3f%% of the tags equal PyTorch's, F1 %s", name, 100 * equal, own)
    return {
        "sentences": len(sentences),
        "words": features.words,
        "pytorch_f1": score,
        "models": models,
        "pipeline": check_pipeline(student, sentences, tags),
        "versions": {"onnxruntime": onnxruntime.__version__, "torch": torch.__version__},
    }


def check_pipeline(
    student: Student, sentences: Sequence[Sentence], tags: Sequence[Sequence[str]]
) -> dict[str, float]:
    """Compare the pipeline of transformers with the decoded tags.

    It takes each word's best tag by itself, legal after the one before or not, and for
    encoders without marks of continuation it takes a word for two where its first subword
    is a mark of space alone.

    Args:
        student: The student, in float32.
        sentences: Real sentences.
        tags: The decoded tags of each.

    Returns:
        ``sentences``: the share of sentences with the same entities; ``entities``: entities
        that both find, as a share of all that either finds.
    """
    tagger = pipeline(
        "token-classification",
        model=student.model,
        tokenizer=student.tokenizer,
        aggregation_strategy="first",
    )
    alike = both = either = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its way to find words
        for sentence, decoded in zip(sentences, tags, strict=True):
            found = tagger(list(sentence.tokens), is_split_into_words=True)
            ours = set(entities(decoded))
            theirs = set(pipeline_entities(found[0], sentence.tokens))
            alike += ours == theirs
            both += len(ours & theirs)
            either += len(ours | theirs)
    shares = {"sentences": alike / len(sentences), "entities": both / either if either else 1.0}
    LOGGER.info("transformers' pipeline: the same entities in %.1f%%", 100 * shares["sentences"])
    return {name: round(share, 4) for name, share in shares.items()}


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
