"""A tagger as ONNX: written in float32, and with few bits."""

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import (
    DefaultWeightOnlyQuantConfig,
    MatMulNBitsQuantizer,
)
from torch import nn

from unitrans.jobs.artifacts import replacing

TABLE_BLOCK, LAYER_BLOCK = 32, 128  # weights that share a scale
INT8_PRODUCTS = 4  # accuracy_level of MatMulNBits


def write_float(model: nn.Module, path: str | Path, *, longest: int) -> None:
    """Write a tagger as ONNX, float32, for batches of any size.

    Args:
        model: From ``input_ids`` and ``attention_mask`` (B, T) to logits (B, T, C).
        path: The file to write.
        longest: The most subwords that it has positions for.
    """
    example = torch.ones((2, 16), dtype=torch.long)
    sizes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("subwords", max=longest)}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with replacing(path) as temporary, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's own doings
        torch.onnx.export(
            model.eval(),
            (example, example.clone()),  # one tensor would become one input
            temporary,
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_shapes=(sizes, sizes),
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def write_quantised(source: str | Path, path: str | Path) -> None:
    """Write a tagger once more, as small as it gets without training.

    The table of subwords gets 4 bits a weight, as the packaged encoder's has to begin with, and
    all else 8. Products are of whole numbers but where a layer narrows: what comes in there, from
    an activation, has outliers that whole numbers do not hold.

    Args:
        source: The tagger as ``write_float`` writes it.
        path: The file to write.
    """
    model = onnx.load(source)
    shapes = {tensor.name: tensor.dims for tensor in model.graph.initializer}
    products = [node for node in model.graph.node if node.op_type == "MatMul"]
    wide = [n.name for n in products if (dims := shapes.get(n.input[1])) and dims[0] <= dims[1]]
    with replacing(path) as temporary, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the quantisers' own doings
        part = Path(temporary).with_suffix(".part")
        try:
            model = _few_bits(model, "Gather", bits=4, block=TABLE_BLOCK)
            model = _few_bits(model, "MatMul", bits=8, block=LAYER_BLOCK, exclude=wide)
            onnx.save(model, part)
            quantize_dynamic(
                part,
                temporary,
                weight_type=QuantType.QInt8,
                per_channel=True,
                reduce_range=True,  # older processors add up pairs in 16 bits
                op_types_to_quantize=["MatMul"],
            )
        finally:
            part.unlink(missing_ok=True)


def _few_bits(
    model: onnx.ModelProto, kind: str, *, bits: int, block: int, exclude: Sequence[str] = ()
) -> onnx.ModelProto:
    """Store the weights of some nodes with few bits; what they compute stays as it is."""
    settings = DefaultWeightOnlyQuantConfig(
        block_size=block,
        is_symmetric=True,
        accuracy_level=INT8_PRODUCTS,
        op_types_to_quantize=(kind,),
        quant_axes=((kind, 1 if kind == "Gather" else 0),),
        bits=bits,
    )
    quantizer = MatMulNBitsQuantizer(
        model,
        bits=bits,
        op_types_to_quantize=(kind,),
        nodes_to_exclude=list(exclude),
        algo_config=settings,
    )
    quantizer.process()
    return quantizer.model.model
