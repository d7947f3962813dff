"""Tagged text in forms that are no stream: a page, a folder, spaCy's binary file."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from unitrans.errors import InputError
from unitrans.jobs.artifacts import replacing
from unitrans.tagging.formats import Documents, Form, Writer
from unitrans.tagging.text import TaggedSentence

LINE = re.compile(r"[^\r\n]+")
# These are no stream of text: they need a place of their own.
PLACES = {Form.HTML: "a file", Form.BRAT: "a folder", Form.DOCBIN: "a file"}


class Page(Documents):
    """One page to read: the texts with their entities marked."""

    def __init__(self, path: Path, *, many: bool) -> None:
        if find_spec("jinja2") is None:
            raise InputError("--format html: found no jinja2; expected the whole installation")
        self.path, self.many, self.name = path, many, ""
        self._texts: list[dict[str, Any]] = []

    def end(self, text: str) -> None:
        """Keep the text.

        Args:
            text: The whole of it.
        """
        paragraphs, place = [], 0
        for line in text.splitlines(keepends=True):
            end = place + len(line)
            own = [one for one in self.entities if place <= one["start"] < end]
            paragraphs.append(pieces(text, own, place, end))
            place = end
        self._texts.append({"name": self.name if self.many else None, "paragraphs": paragraphs})

    def close(self) -> None:
        """Write the page."""
        from unitrans.jobs.pages import fill_page  # jinja2 is no part of the small package

        fill_page(self.path, "tagged.html", {"texts": self._texts})


class Brat(Documents):
    """brat's standoff: each text as .txt, and beside it its entities as .ann."""

    def __init__(self, path: Path, *, many: bool) -> None:
        self.path, self.many, self.name = path, many, ""
        self._taken: set[str] = set()
        path.mkdir(exist_ok=True)

    def end(self, text: str) -> None:
        """Write both files.

        Args:
            text: The whole of it.

        Raises:
            InputError: Another text has the same name.
        """
        stem = "text" if self.name == "-" else Path(self.name).stem
        if stem in self._taken:
            raise InputError.at(
                self.name, found=f"a second text named {stem}", expected="names that differ"
            )
        self._taken.add(stem)
        lines = []
        for number, one in enumerate(self.entities, 1):
            # A name that goes on in the next line has a part in each.
            parts = ";".join(
                f"{one['start'] + part.start()} {one['start'] + part.end()}"
                for part in LINE.finditer(one["text"])
            )
            place = f"{one['type']} {parts}"
            lines.append(f"T{number}\t{place}\t{' '.join(one['text'].split())}\n")
        for suffix, content in ((".txt", text), (".ann", "".join(lines))):
            with (
                replacing(self.path / (stem + suffix)) as temporary,
                temporary.open("w", encoding="utf-8", newline="") as file,
            ):
                file.write(content)


class DocBin(Documents):
    """spaCy's binary file: a document a text, with the words and sentences of the tagger."""

    def __init__(self, path: Path, *, many: bool) -> None:
        try:
            import spacy
            from spacy.tokens import DocBin as Bin
        except ImportError as error:
            raise InputError(
                "--format docbin: found no spaCy; expected it: pip install spacy"
            ) from error
        self.path, self.many, self.name = path, many, ""
        self._vocabulary = spacy.blank("xx").vocab
        self._documents = Bin(store_user_data=True)

    def begin(self, name: str) -> None:
        """Begin a text.

        Args:
            name: Its file.
        """
        super().begin(name)
        self._sentences: list[TaggedSentence] = []

    def add(self, sentence: TaggedSentence) -> None:
        """Keep a sentence.

        Args:
            sentence: The sentence.
        """
        super().add(sentence)
        self._sentences.append(sentence)

    def end(self, text: str) -> None:
        """Keep the text.

        Args:
            text: The whole of it.
        """
        from spacy.tokens import Doc

        words: list[str] = []
        spaces: list[bool] = []
        starts: list[bool | int | None] = []
        place = 0

        def fill(end: int) -> None:
            """What stands between two words: a blank belongs to the word before."""
            nonlocal place
            if words and text[place : place + 1] == " " and place < end:
                spaces[-1] = True
                place += 1
            if place < end:
                words.append(text[place:end])
                spaces.append(False)
                starts.append(False)
            place = end

        for sentence in self._sentences:
            for number, word in enumerate(sentence.words):
                fill(word.start)
                words.append(text[word.start : word.end])
                spaces.append(False)
                starts.append(number == 0)
                place = word.end
        fill(len(text))
        document = Doc(self._vocabulary, words=words, spaces=spaces, sent_starts=starts)
        spans = [
            document.char_span(one["start"], one["end"], label=one["type"]) for one in self.entities
        ]
        document.ents = [span for span in spans if span is not None]
        document.user_data["file"] = self.name
        document.user_data["scores"] = [one["score"] for one in self.entities]
        self._documents.add(document)

    def close(self) -> None:
        """Write the file."""
        with replacing(self.path) as temporary:
            temporary.write_bytes(self._documents.to_bytes())


def writer_at(form: Form, path: Path, *, many: bool) -> Writer:
    """Make a writer of a form that has a place of its own.

    Args:
        form: One of PLACES.
        path: The file or folder.
        many: Whether there are several texts.

    Returns:
        The writer.

    Raises:
        InputError: What it needs is not installed.
    """
    if form is Form.BRAT:
        return Brat(path, many=many)
    return Page(path, many=many) if form is Form.HTML else DocBin(path, many=many)


def pieces(text: str, entities: list[dict[str, Any]], start: int, end: int) -> list[dict[str, Any]]:
    """Cut a part of a text at its entities.

    Args:
        text: The text.
        entities: Those that start in the part, from left to right.
        start: Where the part starts.
        end: Where it ends.

    Returns:
        ``text`` of each piece, and ``type`` and ``score``, which are None between entities.
    """
    found: list[dict[str, Any]] = []
    for one in entities:
        found.append({"text": text[start : one["start"]], "type": None, "score": None})
        found.append({key: one[key] for key in ("text", "type", "score")})
        start = one["end"]
    found.append({"text": text[start:end].rstrip("\r\n"), "type": None, "score": None})
    return [piece for piece in found if piece["text"]]
