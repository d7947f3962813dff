"""Make a tiny random encoder: python tests/tiny.py FOLDER."""

import sys
from collections import Counter
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from unitrans.corpora.tags import TagSet
from unitrans.taggers.folder import FORMAT
from unitrans.taggers.model import new_tagger, write_tagger

SAMPLE = Path(__file__).parents[1] / "resources" / "sample"
SPECIAL = {f"{name}_token": f"[{name.upper()}]" for name in ("unk", "cls", "sep", "pad", "mask")}


def pieces(size):
    """The sample's characters, frequent words and frequent endings, with their numbers.

    The library's trainer breaks ties by chance, so that two runs would have two models.
    """
    counts = Counter()
    characters = set()
    for path in sorted(SAMPLE.glob("*/train.txt")):
        for word in path.read_text(encoding="utf-8").split():
            characters.update(word)
            counts[word] += 1
            counts.update(f"##{word[-length:]}" for length in (2, 3, 4) if length < len(word))
    single = [one for letter in sorted(characters) for one in (letter, f"##{letter}")]
    frequent = sorted(counts, key=lambda piece: (-counts[piece], piece))
    names = dict.fromkeys([*SPECIAL.values(), *single, *frequent])
    return {name: number for number, name in enumerate([*names][:size])}


def make_encoder(folder, *, layers=2, hidden=32, vocabulary=2000, seed=0):
    tokenizer = Tokenizer(models.WordPiece(pieces(vocabulary), unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    marks = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", None, marks)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **SPECIAL).save_pretrained(folder)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=2 * hidden,
        max_position_embeddings=128,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return Path(folder)


def make_student(encoder, folder, *, language="es", max_subwords=24):
    """A tagger of random weights that finds entities everywhere, and is nowhere in two minds."""
    model = new_tagger(encoder, TagSet(("PER", "ORG", "LOC", "MISC")), seed=5)
    model.classifier.weight.data *= 40
    own = {"format": FORMAT, "language": language, "max_subwords": max_subwords}
    model.config.unitrans = own
    write_tagger(model, encoder, folder, whole=True)
    return Path(folder)


if __name__ == "__main__":
    make_encoder(sys.argv[1])
