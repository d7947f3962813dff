"""What a student finds in its pool: for people to look over, and for annotation tools."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from unitrans.corpora.sentences import Sentence, evenly_spaced
from unitrans.corpora.shards import Pool
from unitrans.corpora.tags import Entity, entities, without_edge_quotes
from unitrans.distillation.choice import choose_sentences
from unitrans.jobs.artifacts import write_text
from unitrans.report.pages import frequent_entities, write_page
from unitrans.taggers.decoding import viterbi
from unitrans.tagging.formats import DOCUMENTS, Form
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


def write_samples(
    pool: str | Path,
    student: Student,
    *,
    page: str | Path,
    learn: Mapping[Form, str | Path],
    test: Mapping[Form, str | Path],
    count: int,
    corrected: Sequence[Sentence] = (),
) -> None:
    """Write the page of entities, and the files for annotation tools.

    Args:
        pool: JSON lines of the pool.
        student: The tagger.
        page: The HTML file to write.
        learn: The files to write, by their form, of sentences whose correction teaches most.
        test: The same of evenly spaced sentences, which say how good a tagger is; no sentence is
            in both.
        count: Sentences in each.
        corrected: Sentences that somebody has corrected already; they are not chosen again.
    """
    sentences = Pool(pool).some(TAGGED)
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
    # Of a small pool either half.
    scored = evenly_spaced(range(len(rows)), min(count, len(rows) // 2))
    done = {sentence.tokens for sentence in corrected}
    left = [
        number
        for number in sorted(set(range(len(rows))) - set(scored))
        if sentences[number].tokens not in done
    ]
    chosen = choose_sentences(
        [sentences[n] for n in left], [rows[n]["doubts"] for n in left], count
    )
    write_for_tools(learn, [rows[left[n]] for n in chosen])
    write_for_tools(test, [rows[n] for n in scored])


def write_for_tools(paths: Mapping[Form, str | Path], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write tagged sentences as annotation tools read them.

    Args:
        paths: The file to write in each form.
        rows: Sentences, as ``tag_sentences`` gives them.
    """
    for form, path in paths.items():
        output = io.StringIO()
        writer = DOCUMENTS[form](output, many=False)
        for row in rows:
            text, found = with_places(row["tokens"], row["entities"], row["scores"])
            writer.document(text, found, {"id": row["id"]})
        writer.close()
        write_text(path, output.getvalue())


def with_places(
    tokens: Sequence[str], found: Sequence[Entity], scores: Sequence[float]
) -> tuple[str, list[dict[str, Any]]]:
    """Join words to a text, and say where its entities stand.

    Args:
        tokens: The words, which are joined by single spaces.
        found: The entities.
        scores: The score of each.

    Returns:
        The text; and of each entity ``type``, ``start`` and ``end`` (exclusive) in characters,
        ``text`` and ``score``.
    """
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token) + 1)
    text = " ".join(tokens)
    places = [(kind, starts[start], starts[end] - 1) for kind, start, end in found]
    return text, [
        {"type": kind, "start": start, "end": end, "text": text[start:end], "score": score}
        for (kind, start, end), score in zip(places, scores, strict=True)
    ]
