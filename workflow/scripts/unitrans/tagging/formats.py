"""Tagged text in the forms that other programs read."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TextIO

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


class Writer:
    """Writes tagged texts, one after another. Each form has a class of its own below this one.

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

    def end(self, text: str) -> None:
        """Write the text.

        Args:
            text: The whole of it.
        """
        self.document(text, self.entities, {"file": self.name} if self.many else {})

    def document(self, text: str, entities: list[dict[str, Any]], more: Mapping[str, Any]) -> None:
        """Write a text.

        Args:
            text: The whole of it.
            entities: With type, start, end, text and score.
            more: What else its record has.
        """


class Doccano(Documents):
    """JSON lines: ``text``, and ``label`` with start, end and type.

    doccano counts as JavaScript does: a character beyond U+FFFF is two (its issue 2290).
    """

    def document(self, text: str, entities: list[dict[str, Any]], more: Mapping[str, Any]) -> None:
        """Write a text.

        Args:
            text: The whole of it.
            entities: With type, start, end, text and score.
            more: What else its record has.
        """
        places = utf16_places(text)
        labels = [[places[e["start"]], places[e["end"]], e["type"]] for e in entities]
        self.output.write(_json_line({"text": text, "label": labels, **more}))


class LabelStudio(Documents):
    """A list of tasks, each with one prediction; places count characters."""

    def __init__(self, output: TextIO, *, many: bool) -> None:
        super().__init__(output, many=many)
        self._before = "[\n"

    def document(self, text: str, entities: list[dict[str, Any]], more: Mapping[str, Any]) -> None:
        """Write a text.

        Args:
            text: The whole of it.
            entities: With type, start, end, text and score.
            more: What else its record has.
        """
        task = {"data": {"text": text, **more}, "predictions": [prediction(entities)]}
        self.output.write(self._before + json.dumps(task, ensure_ascii=False))
        self._before = ",\n"

    def close(self) -> None:
        """End the list."""
        self.output.write("\n]\n" if self._before == ",\n" else "[]\n")


DOCUMENTS: Mapping[Form, type[Documents]] = {
    Form.DOCCANO: Doccano,
    Form.LABEL_STUDIO: LabelStudio,
}
STREAMS: Mapping[Form, type[Writer]] = {
    Form.JSONL: JsonLines,
    Form.CONLL: Conll,
    Form.OFFSETS: Offsets,
    **DOCUMENTS,
}


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


def _json_line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"
