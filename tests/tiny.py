"""Make a tiny random encoder: python tests/tiny.py FOLDER."""

import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from unitrans.corpora.tags import TagSet
from unitrans.taggers.model import new_tagger, write_tagger

SAMPLE = Path(__file__).parents[1] / "resources" / "sample"
SPECIAL = {f"{name}_token": f"[{name.upper()}]" for name in ("unk", "cls", "sep", "pad", "mask")}


def make_encoder(folder, *, layers=2, hidden=32, vocabulary=2000, seed=0):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary, special_tokens=list(SPECIAL.values()), show_progress=False
    )
    tokenizer.train([str(path) for path in sorted(SAMPLE.glob("*/train.txt"))], trainer)
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
    """A tagger of random weights that finds entities everywhere."""
    model = new_tagger(encoder, TagSet(("PER", "ORG", "LOC", "MISC")), seed=3)
    model.classifier.weight.data *= 40
    model.config.unitrans = {"language": language, "max_subwords": max_subwords}
    write_tagger(model, encoder, folder, whole=True)
    return Path(folder)


if __name__ == "__main__":
    make_encoder(sys.argv[1])
