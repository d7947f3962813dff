"""Labels by hand on both sides: what the default settings bring across."""

import pytest
from seqeval.metrics import f1_score

from europarl import FOLDER, read_pairs
from unitrans.encoders.checkpoint import EncoderSettings, prepare_encoder
from unitrans.projection.alignment import Aligner, AlignmentSettings
from unitrans.projection.spans import Keep, Projector, SpanSettings
from unitrans.translation.words import TranslatedSentence


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER.is_dir(), reason="needs data/europarl")
def test_the_default_brings_labels_to_where_people_put_them(tmp_path):
    prepare_encoder(EncoderSettings(name="packaged"), tmp_path)
    english, spanish = read_pairs("en", "es")
    pairs = [
        TranslatedSentence(a.id, a.tokens, a.tags, b.tokens)
        for a, b in zip(english, spanish, strict=True)
    ]
    links = Aligner(tmp_path, AlignmentSettings()).align(
        [pair.tokens for pair in pairs], [pair.translation for pair in pairs]
    )
    projector = Projector(pairs, SpanSettings(keep=Keep.ALL))
    found = [list(projector.project(*both).tags) for both in zip(pairs, links, strict=True)]
    assert f1_score([list(sentence.tags) for sentence in spanish], found) > 0.93
