"""A tagger as ONNX: written in float32, and with few bits."""

import logging
import warnings
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import (
    DefaultWeightOnlyQuantConfig,
    MatMulNBitsQuantizer,
)
from torch import nn

from unitrans.jobs.artifacts import replacing
from unitrans.tagging.session import LOGITS, OWN_LOGITS

TABLE_BLOCK, LAYER_BLOCK = 32, 128  # weights that share a scale
INT8_PRODUCTS = 4  # accuracy_level of MatMulNBits


def write_float(model: nn.Module, path: str | Path, *, longest: int) -> None:
    """Write a tagger as ONNX, float32, for batches of any size.

    Args:
        model: From ``input_ids`` and ``attention_mask`` (B, T) to decoded logits and the model's
            own, each (B, T, C).
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
            output_names=[LOGITS, OWN_LOGITS],
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
            _pack_table(model)
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


def _pack_table(model: onnx.ModelProto) -> None:
    """Store the largest table with 4 bits a weight, and look rows up by operations of ONNX's own.

    ONNX Runtime has one operation for this, which its build for browsers lacks.
    """
    graph = model.graph
    tables = {tensor.name: tensor for tensor in graph.initializer}
    looked_up = [n for n in graph.node if n.op_type == "Gather" and n.input[0] in tables]
    gather = max(looked_up, key=lambda node: prod(tables[node.input[0]].dims))
    name, (rows,), output = gather.input[0], gather.input[1:], gather.output[0]
    weights = onnx.numpy_helper.to_array(tables[name])
    packed, scales = pack_rows(weights)
    blocks = scales.shape[1]
    new = {
        "packed": packed,
        "scales": scales[..., None],
        "sixteen": np.float32(16),
        "eight": np.float32(8),
        # Each row in blocks of which the first half was in the low bits; 0 keeps a size.
        "blocks": np.array([0, 0, blocks, TABLE_BLOCK // 2], dtype=np.int64),
        "width": np.array([0, 0, blocks * TABLE_BLOCK], dtype=np.int64),
    }
    graph.initializer.remove(tables[name])
    graph.initializer.extend(
        onnx.numpy_helper.from_array(np.asarray(value), f"table.{key}")
        for key, value in new.items()
    )
    steps: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Gather", ["table.packed", rows], "bytes", {"axis": 0}),
        ("Cast", ["bytes"], "numbers", {"to": onnx.TensorProto.FLOAT}),
        ("Div", ["numbers", "table.sixteen"], "sixteenths", {}),
        ("Floor", ["sixteenths"], "high", {}),
        ("Mul", ["high", "table.sixteen"], "shifted", {}),
        ("Sub", ["numbers", "shifted"], "low", {}),
        ("Reshape", ["low", "table.blocks"], "low_blocks", {}),
        ("Reshape", ["high", "table.blocks"], "high_blocks", {}),
        ("Concat", ["low_blocks", "high_blocks"], "both", {"axis": 3}),
        ("Sub", ["both", "table.eight"], "whole", {}),
        ("Gather", ["table.scales", rows], "half_scales", {"axis": 0}),
        ("Cast", ["half_scales"], "row_scales", {"to": onnx.TensorProto.FLOAT}),
        ("Mul", ["whole", "row_scales"], "scaled", {}),
        ("Reshape", ["scaled", "table.width"], output, {}),
    ]
    place = list(graph.node).index(gather)
    graph.node.remove(gather)
    own = {result for _, _, result, _ in steps} - {output}
    for number, (kind, inputs, result, attributes) in enumerate(steps):
        names = [f"table.{one}" if one in own else one for one in (*inputs, result)]
        node = onnx.helper.make_node(kind, names[:-1], names[-1:], f"table.{number}", **attributes)
        graph.node.insert(place + number, node)


def pack_rows(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Store rows with 4 bits a weight.

    Args:
        weights: (R, H); H is a multiple of the block.

    Returns:
        Bytes (R, H / 2), each with a weight of its block's first half in the low bits and one of
        the second in the high ones, both 8 above the number that is meant; and a scale for each
        block (R, H / block), float16.
    """
    blocks = weights.reshape(len(weights), -1, TABLE_BLOCK)
    # The number furthest from zero becomes -8, so that all sixteen steps are used.
    furthest = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], axis=-1)
    scales = (furthest / -8).astype(np.float16)
    divisors = np.where(scales == 0, 1, scales).astype(np.float32)
    steps = np.clip(np.rint(blocks / divisors) + 8, 0, 15).astype(np.uint8)
    half = TABLE_BLOCK // 2
    packed = steps[..., :half] | steps[..., half:] << 4
    return packed.reshape(len(weights), -1), scales[..., 0]


def _few_bits(
    model: onnx.ModelProto, kind: str, *, bits: int, block: int, exclude: Sequence[str] = ()
) -> onnx.ModelProto:
    """Store the weights of some nodes with few bits; what they compute stays as it is."""
    settings = DefaultWeightOnlyQuantConfig(
        block_size=block,
        is_symmetric=True,
        accuracy_level=INT8_PRODUCTS,
        op_types_to_quantize=(kind,),
        quant_axes=((kind, 0),),
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
