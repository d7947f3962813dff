"""Translations from Apertium, and from files made elsewhere."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from unitrans.corpora.raw_text import clean
from unitrans.corpora.sentences import Sentence
from unitrans.errors import InputError
from unitrans.jobs.lines import read_lines


class Apertium:
    """The rule-based translator, run as a program."""

    def __init__(self, mode: str) -> None:
        """Find the program and the language pair.

        Args:
            mode: The language pair, such as eng-spa.

        Raises:
            InputError: The program or the pair is not installed.
        """
        program = shutil.which("apertium")
        if program is None:
            raise InputError(
                "translation.method: found no program apertium; "
                "expected it installed (Debian: apertium, apertium-eng-spa)"
            )
        listed = subprocess.run([program, "-l"], capture_output=True, text=True, check=False)
        modes = listed.stdout.split()
        if mode not in modes:
            raise InputError(
                f"sentence_translation.mode: found {mode!r}; expected one that is installed: "
                f"{', '.join(modes) or 'none'}"
            )
        self._command = [program, "-u", mode]  # -u: unknown words come out unmarked

    def translate(self, texts: Sequence[str]) -> list[str]:
        """Translate sentences.

        Args:
            texts: The sentences, without line breaks.

        Returns:
            As many translations; an empty one of an empty text.

        Raises:
            InputError: The program failed, or gave another number of sentences back.
        """
        filled = [number for number, text in enumerate(texts) if text.strip()]
        # An empty line ends a sentence for sure, so that none knows of another.
        done = subprocess.run(
            self._command,
            input="\n\n".join(texts[number] for number in filled).encode(),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            reason = " ".join(done.stderr.decode(errors="replace").split())[:200]
            raise InputError(f"apertium: found {reason or 'a failure'}; expected a translation")
        parts = done.stdout.decode().split("\n\n") if filled else []
        if len(parts) != len(filled):
            raise InputError(
                f"apertium: found {len(parts)} translations of {len(filled)} sentences; "
                "expected as many"
            )
        translated = [""] * len(texts)
        for number, part in zip(filled, parts, strict=True):
            translated[number] = clean(part)
        return translated


def read_parallel(path: str | Path, sentences: Sequence[Sentence], *, by_id: bool) -> list[str]:
    """Read translations made elsewhere.

    Args:
        path: The file: a translation in each line, or an id, a tab and a translation.
        sentences: The source corpus.
        by_id: Whether lines have ids; else they are in the order of the corpus.

    Returns:
        The translation of each sentence; an empty line says that it has none.

    Raises:
        InputError: The file is missing, has a line too many or too few, or an id is unknown,
            missing or stands twice.
    """
    lines = read_lines(path, expected="translations")
    if by_id:
        return _by_id(path, lines, sentences)
    if len(lines) != len(sentences):
        raise InputError.at(
            path,
            min(len(lines), len(sentences)) + 1,
            found=f"{len(lines)} lines in all",
            expected=f"{len(sentences)}, one for each source sentence",
        )
    return [clean(line) for line in lines]


def _by_id(path: str | Path, lines: Sequence[str], sentences: Sequence[Sentence]) -> list[str]:
    """Bring lines with ids into the order of the corpus."""
    known = {sentence.id for sentence in sentences}
    texts: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        identifier, tab, text = line.partition("\t")
        if not tab:
            raise InputError.at(path, number, found=f"{line[:40]!r}", expected="id, tab, text")
        if identifier not in known or identifier in texts:
            kind = "a second" if identifier in texts else "an unknown"
            raise InputError.at(
                path, number, found=f"{kind} id {identifier!r}", expected="each source id once"
            )
        texts[identifier] = clean(text)
    missing = next((one.id for one in sentences if one.id not in texts), None)
    if missing is not None:
        raise InputError.at(path, found=f"no id {missing!r}", expected="each source id once")
    return [texts[sentence.id] for sentence in sentences]
