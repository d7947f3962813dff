"""A tagger from its folder, by whatever is installed to compute it."""

from importlib.util import find_spec
from pathlib import Path

from unitrans.encoders.loading import WEIGHTS
from unitrans.tagging.text import Judge


def load_judge(
    folder: str | Path,
    *,
    language: str | None = None,
    dtype: str = "auto",
    threads: int | None = None,
) -> Judge:
    """Load a student's folder, or an export's.

    PyTorch computes where it is installed and the folder has weights for it, else ONNX Runtime.

    Args:
        folder: The folder.
        language: ISO 639-1 code; None for the one that the folder names.
        dtype: What PyTorch computes in: auto, bfloat16 or float32.
        threads: Cores to compute with, with PyTorch for the whole process; None for all.

    Returns:
        The tagger.

    Raises:
        InputError: A file is missing or damaged, or the language is not known.
    """
    has_torch = find_spec("torch") is not None and find_spec("transformers") is not None
    if has_torch and ((Path(folder) / WEIGHTS).exists() or not (Path(folder) / "onnx").is_dir()):
        from unitrans.jobs.device import use_threads
        from unitrans.tagging.student import Student

        if threads is not None:
            use_threads(threads)
        return Student.load(folder, language=language, precision=dtype)
    from unitrans.tagging.session import OnnxStudent

    return OnnxStudent.load(folder, language=language, threads=threads)
