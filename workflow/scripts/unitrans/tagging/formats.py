"""Tagged text in the forms that other programs read."""

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

from unitrans.errors import InputError
from unitrans.jobs.artifacts import replacing
from unitrans.tagging.text import TaggedSentence

MODEL = "unitrans"  # what annotation tools call the one who made a suggestion


class Form(StrEnum):
    """How tagged text is written."""

    JSONL = "jsonl"  # a sentence a line, entities with their places
    CONLL = "conll"  # a word and its tag a line
    OFFSETS = "offsets"  # the same with the word's start and end, in columns
    DOCCANO = "doccano"  # JSON lines, a text a line, for doccano's import
    LABEL_STUDIO = "label-studio"  # a JSON list of tasks with suggestions
    HTML = "html"  # one page to read
    BRAT = "brat"  # a folder with each text and its .ann file
    DOCBIN = "docbin"  # spaCy's binary file of documents


# These are no stream of text: they need a place of their own.
PLACES = {Form.HTML: "a file", Form.BRAT: "a folder", Form.DOCBIN: "a file"}


class Writer:
    """Writes tagged texts, one after another; the base of all forms that go on as they come.

    Args:
        output: Where to.
        many: Whether there are several texts, so that each must be told apart.
    """

    keeps_text = False  # whether a text is needed as a whole

    def __init__(self, output: TextIO, *, many: bool) -> None:
        self.output = output
        self.many = many
        self.name = ""

    def begin(self, name: str) -> None:
        """Begin a text.

        Args:
            name: Its file.
        """
        self.name = name

    def add(self, sentence: TaggedSentence) -> None:
        """Write a sentence.

        Args:
            sentence: The sentence.
        """
        raise NotImplementedError

    def end(self, text: str) -> None:
        """End a text.

        Args:
            text: The whole of it, where the form keeps it.
        """

    def close(self) -> None:
        """Write what is left."""


class JsonLines(Writer):
    """A sentence a line."""

    def add(self, sentence: TaggedSentence) -> None:
        """Write a sentence.

        Args:
            sentence: The sentence.
        """
        file = {"file": self.name} if self.many else {}
        self.output.write(_json_line(file | sentence.record()))


class Conll(Writer):
    """A word a line, an empty line after each sentence."""

    def begin(self, name: str) -> None:
        """Name the text, where there are several.

        Args:
            name: Its file.
        """
        if self.many:
            self.output.write(f"# file = {name}\n")

    def add(self, sentence: TaggedSentence) -> None:
        """Write a sentence.

        Args:
            sentence: The sentence.
        """
        rows = zip(sentence.words, sentence.tags, strict=True)
        self.output.write("".join(f"{word.text} {tag}\n" for word, tag in rows) + "\n")


class Offsets(Conll):
    """Word, start, end and tag, with tabs between them."""

    def add(self, sentence: TaggedSentence) -> None:
        """Write a sentence.

        Args:
            sentence: The sentence.
        """
        for word, tag in zip(sentence.words, sentence.tags, strict=True):
            self.output.write(f"{word.text}\t{word.start}\t{word.end}\t{tag}\n")
        self.output.write("\n")


class Documents(Writer):
    """The base of forms that have a text as a whole."""

    keeps_text = True

    def begin(self, name: str) -> None:
        """Begin a text.

        Args:
            name: Its file.
        """
        self.name = name
        self.entities: list[dict[str, Any]] = []

    def add(self, sentence: TaggedSentence) -> None:
        """Keep a sentence's entities.

        Args:
            sentence: The sentence.
        """
        self.entities += sentence.entities()


class Doccano(Documents):
    """JSON lines: ``text``, and ``label`` with start, end and type.

    doccano counts as JavaScript does: a character beyond U+FFFF is two (its issue 2290).
    """

    def end(self, text: str) -> None:
        """Write the text.

        Args:
            text: The whole of it.
        """
        places = utf16_places(text)
        labels = [[places[e["start"]], places[e["end"]], e["type"]] for e in self.entities]
        file = {"file": self.name} if self.many else {}
        self.output.write(_json_line({"text": text, "label": labels} | file))


class LabelStudio(Documents):
    """A list of tasks, each with one prediction; places count characters."""

    def __init__(self, output: TextIO, *, many: bool) -> None:
        super().__init__(output, many=many)
        self._before = "[\n"

    def end(self, text: str) -> None:
        """Write the text.

        Args:
            text: The whole of it.
        """
        data = {"text": text} | ({"file": self.name} if self.many else {})
        task = {"data": data, "predictions": [prediction(self.entities)]}
        self.output.write(self._before + json.dumps(task, ensure_ascii=False))
        self._before = ",\n"

    def close(self) -> None:
        """End the list."""
        self.output.write("\n]\n" if self._before == ",\n" else "[]\n")


class Page(Documents):
    """One page to read: the texts with their entities marked."""

    def __init__(self, path: Path, *, many: bool) -> None:
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
        from unitrans.report.pages import write_page

        write_page(self.path, "tagged.html", texts=self._texts)


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
            place = f"{one['type']} {one['start']} {one['end']}"
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
        starts: list[bool] = []
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


STREAMS: Mapping[Form, type[Writer]] = {
    Form.JSONL: JsonLines,
    Form.CONLL: Conll,
    Form.OFFSETS: Offsets,
    Form.DOCCANO: Doccano,
    Form.LABEL_STUDIO: LabelStudio,
}


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


def prediction(entities: list[dict[str, Any]], tag: str = "label", to: str = "text") -> dict:
    """Write entities as a prediction of Label Studio.

    Args:
        entities: With type, start, end, text and score.
        tag: The name of the labels in the project's interface.
        to: The name of the text there.

    Returns:
        ``model_version``, ``score`` (the lowest of the entities') and ``result``.
    """
    result = [
        {
            "id": f"entity{number}",
            "from_name": tag,
            "to_name": to,
            "type": "labels",
            "score": one["score"],
            "value": {
                "start": one["start"],
                "end": one["end"],
                "text": one["text"],
                "labels": [one["type"]],
            },
        }
        for number, one in enumerate(entities, 1)
    ]
    score = min((one["score"] for one in entities), default=1.0)
    return {"model_version": MODEL, "score": score, "result": result}


def utf16_places(text: str) -> list[int]:
    """Count as JavaScript does.

    Args:
        text: The text.

    Returns:
        For each place in the text (len + 1), the place in units of UTF-16.
    """
    places = [0]
    for character in text:
        places.append(places[-1] + (2 if ord(character) > 0xFFFF else 1))
    return places


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


def _json_line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"
