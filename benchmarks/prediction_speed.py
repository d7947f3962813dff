"""Words per second of a student on the CPU: PyTorch and ONNX Runtime, side by side.

    python benchmarks/prediction_speed.py results/es/student/seed122 results/es/export \
        results/es/corpus/test.jsonl --rounds 3 --threads 1

All tag the same sentences, in turns, so that whatever else the machine does slows all alike.
Splitting words into subwords is not timed, loading neither. Prints the median of each.
"""

import argparse
import os
import time
from pathlib import Path
from statistics import median

from unitrans.jobs.environment import VARIABLES

os.environ.update(VARIABLES | os.environ)  # before torch loads

from unitrans.corpora.sentences import read_sentences
from unitrans.encoders.features import make_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.jobs.device import Precision, use_threads
from unitrans.taggers.prediction import predict_probabilities
from unitrans.tagging.session import FLOAT, QUANTISED, onnx_probabilities, open_session
from unitrans.tagging.student import Student


def main() -> None:
    """Time all of them and print a line for each."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("student", type=Path)
    command.add_argument("export", type=Path)
    command.add_argument("sentences", type=Path)
    command.add_argument("--rounds", type=int, default=3)
    command.add_argument("--threads", type=int, default=1)
    options = command.parse_args()
    use_threads(options.threads)
    students = {
        precision: Student.load(options.student, language="en", precision=precision)
        for precision in (Precision.FLOAT32, Precision.BFLOAT16)
    }
    student = students[Precision.FLOAT32]
    sentences, longest = read_sentences(options.sentences), student.settings.max_subwords
    features = make_features(sentences, student.tokenizer, max_subwords=longest)
    exported = make_features(sentences, load_tokenizer(options.export), max_subwords=longest)
    work = {
        f"PyTorch {precision}": lambda precision=precision: predict_probabilities(
            students[precision].model, features, precision=precision
        )
        for precision in students
    }
    for name, label in ((FLOAT, "ONNX float32"), (QUANTISED, "ONNX few bits")):
        session = open_session(options.export / name, threads=options.threads)
        work[label] = lambda session=session: onnx_probabilities(session, exported)
    seconds: dict[str, list[float]] = {label: [] for label in work}
    for _ in range(options.rounds):
        for label, run in work.items():
            began = time.perf_counter()
            run()
            seconds[label].append(time.perf_counter() - began)
    for label, times in seconds.items():
        print(f"{label}: {features.words / median(times):.0f} words/s")


if __name__ == "__main__":
    main()
