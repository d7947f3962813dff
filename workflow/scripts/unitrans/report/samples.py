"""What a student finds in its pool: for people to look over, and for annotation tools."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unitrans.corpora.sentences import Sentence, evenly_spaced, read_sentences
from unitrans.corpora.tags import Entity, entities, without_edge_quotes
from unitrans.distillation.choice import choose_sentences
from unitrans.jobs.artifacts import write_text
from unitrans.report.pages import frequent_entities, write_page
from unitrans.taggers.decoding import viterbi
from unitrans.tagging.student import Student

TAGGED, SHOWN, NAMES = 2000, 20, 20


def tag_sentences(sentences: Sequence[Sentence], student: Student) -> list[dict[str, Any]]:
    """Tag sentences of the pool.

    Args:
        sentences: The sentences.
        student: The tagger.

    Returns:
        ``id``, ``tokens``, ``entities``, their ``scores`` (the mean probability of the words'
        tags), and ``doubts``, how probable it is that each word's tag is wrong (W,).
    """
    probabilities, offsets = student.probabilities(sentences)
    classes = viterbi(probabilities, offsets, student.tag_set)
    rows = []
    for number, sentence in enumerate(sentences):
        part = slice(offsets[number], offsets[number + 1])
        own, chosen = probabilities[part], classes[part]
        scores = own[range(len(chosen)), chosen]
        tags = [student.tag_set.tags[tag] for tag in chosen]
        found = entities(without_edge_quotes(sentence.tokens, tags))
        rows.append(
            {
                "id": sentence.id,
                "tokens": sentence.tokens,
                "entities": found,
                "scores": [float(scores[start:end].mean()) for _, start, end in found],
                "doubts": 1 - scores,
            }
        )
    return rows


def doccano_line(identifier: str, tokens: Sequence[str], found: Sequence[Entity]) -> str:
    """Write a sentence as annotation tools read it.

    Args:
        identifier: The sentence's id in the pool.
        tokens: Its words, which are joined by single spaces.
        found: Its entities.

    Returns:
        A line of JSON: ``id``, ``text``, and ``label``: start, end (exclusive) and type.
    """
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token) + 1)
    labels = [[starts[start], starts[end] - 1, kind] for kind, start, end in found]
    record = {"id": identifier, "text": " ".join(tokens), "label": labels}
    return json.dumps(record, ensure_ascii=False) + "\n"


def write_samples(
    pool: str | Path, student: Student, *, page: str | Path, annotations: str | Path, count: int
) -> None:
    """Write the page of entities, and the file for annotation tools.

    Args:
        pool: JSON lines of the pool.
        student: The tagger.
        page: The HTML file to write.
        annotations: The JSON lines to write, the sentences first whose correction is worth most.
        count: Sentences in the latter.
    """
    sentences = evenly_spaced(read_sentences(pool, labelled=False), TAGGED)
    rows = tag_sentences(sentences, student)
    found = [
        {
            "type": entity.type,
            "text": " ".join(row["tokens"][entity.start : entity.end]),
            "score": s,
        }
        for row in rows
        for entity, s in zip(row["entities"], row["scores"], strict=True)
    ]
    write_page(
        page,
        "entities.html",
        target=student.settings.language,
        sentences=len(rows),
        found=len(found),
        frequent=frequent_entities(found, student.tag_set.types, NAMES),
        unsure=sorted(rows, key=lambda row: -row["doubts"].max())[:SHOWN],
        sample=evenly_spaced(rows, SHOWN),
    )
    chosen = choose_sentences(sentences, [row["doubts"] for row in rows], count)
    lines = [doccano_line(rows[n]["id"], rows[n]["tokens"], rows[n]["entities"]) for n in chosen]
    write_text(annotations, "".join(lines))
