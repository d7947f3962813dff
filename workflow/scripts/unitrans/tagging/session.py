"""A tagger run by ONNX Runtime, without PyTorch and transformers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from unitrans.corpora.sentences import Sentence
from unitrans.encoders.batches import CORE_SUBWORDS, budget_batches
from unitrans.encoders.features import Features, make_features
from unitrans.encoders.loading import TOKENIZER_FILES
from unitrans.errors import InputError
from unitrans.jobs.files import check_file, read_json_object
from unitrans.taggers.folder import TaggerSettings, read_settings

# The names that optimum and transformers.js look for.
FLOAT, QUANTISED = "onnx/model.onnx", "onnx/model_quantized.onnx"
# A model's outputs: decoded logits for other programs, and its own for the project's tagger.
LOGITS, OWN_LOGITS = "logits", "own_logits"


class FileTokenizer:
    """A folder's tokenizer, and as much of transformers' interface as features are made with.

    Args:
        folder: Where tokenizer.json and tokenizer_config.json are.

    Attributes:
        pad_token_id: The subword that fills a batch up.
        unk_token_id: The subword for what has none.
        mask_token_id: The subword that hides another; None where there is none.

    Raises:
        InputError: A file is missing, damaged, or names no subword to fill up with.
    """

    def __init__(self, folder: str | Path) -> None:
        tokens, config = (Path(folder) / name for name in TOKENIZER_FILES)
        check_file(tokens, "a tokenizer")
        try:
            self._tokenizer = Tokenizer.from_file(str(tokens))
        except Exception as error:  # tokenizers raises nothing more special
            raise InputError.at(tokens, found=str(error), expected="a tokenizer") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        names = read_json_object(config)
        pad, unknown, mask = (
            self._tokenizer.token_to_id(str(names.get(f"{name}_token")))
            for name in ("pad", "unk", "mask")
        )
        if pad is None or unknown is None:
            raise InputError.at(
                config, found="no pad_token or unk_token", expected="both, of tokenizer.json"
            )
        self.pad_token_id: int = pad
        self.unk_token_id: int = unknown
        self.mask_token_id: int | None = mask

    def convert_tokens_to_ids(self, token: str) -> int | None:
        """The number of a subword; None where there is no such subword."""
        number: int | None = self._tokenizer.token_to_id(token)
        return number

    def __call__(
        self,
        text: str | list[list[str]],
        *,
        is_split_into_words: bool = False,
        add_special_tokens: bool = True,
    ) -> SimpleNamespace:
        """Split texts into subwords.

        Args:
            text: One text, or the words of several.
            is_split_into_words: Whether it is words.
            add_special_tokens: Whether the special subwords stand around each.

        Returns:
            ``input_ids``: the numbers of the subwords, for each text.
        """
        options = {"is_pretokenized": is_split_into_words, "add_special_tokens": add_special_tokens}
        if isinstance(text, str):
            return SimpleNamespace(input_ids=self._tokenizer.encode(text, **options).ids)
        encoded = self._tokenizer.encode_batch(text, **options)
        return SimpleNamespace(input_ids=[one.ids for one in encoded])


@dataclass(frozen=True)
class OnnxStudent:
    """A tagger that stands on its own, as an export has it.

    Attributes:
        session: The model.
        tokenizer: Its subword tokenizer.
        settings: Its classes, its language, and how much it reads at once.
    """

    session: onnxruntime.InferenceSession
    tokenizer: FileTokenizer
    settings: TaggerSettings

    @classmethod
    def load(
        cls, folder: str | Path, *, language: str | None = None, threads: int | None = None
    ) -> "OnnxStudent":
        """Load an export's folder.

        Args:
            folder: The folder.
            language: ISO 639-1 code; None for the one that the folder names.
            threads: Cores to compute with; None for all.

        Returns:
            The tagger: with few bits where there is such a model, else float32.

        Raises:
            InputError: A file is missing or damaged, or the language is not known.
        """
        folder = Path(folder)
        settings = read_settings(folder, language)
        models = [folder / name for name in (QUANTISED, FLOAT) if (folder / name).exists()]
        if not models:
            raise InputError.at(
                folder,
                found=f"neither {QUANTISED} nor {FLOAT}",
                expected="one of them, as in results/<target>/export",
            )
        try:
            session = open_session(models[0], threads=threads or 0)
        except Exception as error:  # ONNX Runtime has an exception of its own for each fault
            found = str(error).splitlines()[0]
            raise InputError.at(models[0], found=found, expected="an ONNX model") from error
        outputs = [output.name for output in session.get_outputs()]
        if OWN_LOGITS not in outputs:
            raise InputError.at(
                models[0],
                found=f"the outputs {', '.join(outputs)}",
                expected=f"{OWN_LOGITS} as well; export the student again",
            )
        return cls(session, FileTokenizer(folder), settings)

    def probabilities(self, sentences: Sequence[Sentence]) -> tuple[np.ndarray, np.ndarray]:
        """Judge every word.

        Args:
            sentences: At least one sentence.

        Returns:
            Probabilities (W, C), and where each sentence's words start (sentences + 1).
        """
        longest = self.settings.max_subwords
        features = make_features(sentences, self.tokenizer, max_subwords=longest)
        return onnx_probabilities(self.session, features), features.sentence_offsets


def open_session(path: str | Path, *, threads: int) -> onnxruntime.InferenceSession:
    """Load an ONNX model.

    Args:
        path: The model.
        threads: Threads to compute with; 0 for all cores.

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
    options = onnxruntime.RunOptions()
    options.only_execute_path_to_fetches = True  # not the decoding
    probabilities = np.zeros((features.words, classes), dtype=np.float32)
    batches = budget_batches(features.lengths, CORE_SUBWORDS)
    for windows in batches:
        batch = features.arrays(windows)
        inputs = {"input_ids": batch.input_ids, "attention_mask": batch.attention_mask}
        (logits,) = session.run([OWN_LOGITS], inputs, options)
        words = logits.reshape(-1, classes)[batch.positions]  # (B * T, C) to (W, C)
        exponents = np.exp(words - words.max(axis=1, keepdims=True))
        probabilities[batch.words] = exponents / exponents.sum(axis=1, keepdims=True)
    return probabilities
