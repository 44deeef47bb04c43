"""The transformer of a pack: its 8-bit weights as a browser takes them, and what it read in the documents.

The only file that reads an exported graph. Its weights stay what they are, so that a question's vector is the
server's; a passage's tokens are read here, once, and packed along fewer axes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from index import Embedder
from index.exported import GRAPH, OnnxEmbedder
from ui.export_tokens import NotPackable
from ui.export_vectors import in_bytes, main_axes

__all__ = ["pack_model"]

# Cosines of tokens along so many axes are within 0.02 of those along all 384.
LOOK_WIDTH = 96
_AT_ONCE = 64
_LAYER = (
    "QAttention", "MatMulInteger", "SkipLayerNormalization", "MatMulInteger", "BiasGelu", "MatMulInteger",
    "SkipLayerNormalization",
)  # fmt: skip
_KINDS = {"int8": "i1", "float32": "f4"}


def pack_model(embedder: Embedder, texts: Sequence[str]) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Files with the weights and with the tokens of the texts, and what the manifest says of them.

    NotPackable where the model isn't one that was exported in the form of BERT.
    """
    if not isinstance(embedder, OnnxEmbedder):
        raise NotPackable(f"the index's model {embedder.name} isn't served from an 8-bit export, as a pack needs it")
    tensors, about = _read_graph(embedder)
    content, described = _joined(tensors)
    looks, axes, counts = _looks(embedder, texts)
    exported = embedder.exported
    about |= {"pooling": exported.pooling, "prompt": exported.question_prompt, "tensors": described}
    return {"model.bin": content, "looks.bin": looks}, {
        "model": about,
        "looks": {"width": len(axes), "dimension": axes.shape[1], "counts": counts},
    }


def _looks(embedder: Embedder, texts: Sequence[str]) -> tuple[bytes, np.ndarray, list[int]]:
    """The axes (float32) and, along them, the vector of each text's tokens in 8 bits; and how many each text has."""
    read = [
        one.vectors.astype(np.float16)
        for start in range(0, len(texts), _AT_ONCE)
        for one in embedder.embed_tokens(texts[start : start + _AT_ONCE])
    ]
    together = np.vstack(read).astype(np.float32)
    axes = main_axes(together, LOOK_WIDTH)
    return axes.astype("<f4").tobytes() + in_bytes(together @ axes.T), axes, [len(one) for one in read]


def _read_graph(embedder: OnnxEmbedder) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(embedder.folder / GRAPH)).graph
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    nodes = [node for node in graph.node if node.op_type in {"QEmbedLayerNormalization", *_LAYER}]
    count, left = divmod(len(nodes) - 1, len(_LAYER))
    if left or [node.op_type for node in nodes] != ["QEmbedLayerNormalization", *_LAYER * count]:
        raise NotPackable(f"the graph of {embedder.name} isn't one of BERT's form, which is all that a pack knows")
    tensors = _embedding(nodes[0], stored, embedder.window + 2)
    for number in range(count):
        layer = nodes[1 + number * len(_LAYER) :][: len(_LAYER)]
        tensors |= {f"{number}.{name}": value for name, value in _layer(layer, stored)}
    heads = next(one.i for one in nodes[1].attribute if one.name == "num_heads")
    return tensors, {"layers": count, "heads": int(heads), "epsilon": _epsilon(nodes[-1])}


def _embedding(node: Any, stored: dict[str, np.ndarray], positions: int) -> dict[str, np.ndarray]:
    """Words in 8 bits with their scale and zero; places and what comes after as they are."""
    words, *others = (stored[name] for name in node.input[2:7])
    scales = [stored[name] for name in node.input[8:13]]
    zeros = [stored[name].astype(np.float32) for name in node.input[13:18]]
    places, kinds, weight, bias = (
        (one.astype(np.float32) - zero) * scale for one, zero, scale in zip(others, zeros[1:], scales[1:], strict=True)
    )
    shift = 128 if words.dtype == np.uint8 else 0
    return {
        "words": (words.astype(np.int16) - shift).astype(np.int8),
        "words.scale": np.array([scales[0], zeros[0] - shift], np.float32).ravel(),
        "places": places[:positions] + kinds[0],
        "norm.weight": weight,
        "norm.bias": bias,
    }


def _layer(nodes: Sequence[Any], stored: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    attention, dense, norm, inner, gelu, outer, last = nodes
    yield from _matrix("attention", attention.input[1], attention.input[4], attention.input[7], stored)
    yield "attention.bias", stored[attention.input[2]]
    for name, node, bias in (
        ("dense", dense, norm.input[4]), ("inner", inner, gelu.input[1]), ("outer", outer, last.input[4]),
    ):  # fmt: skip
        weights = node.input[1]
        yield from _matrix(name, weights, weights.replace("_quantized", "_scale"), node.input[3], stored)
        yield f"{name}.bias", stored[bias]
    for name, node in (("norm", norm), ("last", last)):
        yield f"{name}.weight", stored[node.input[2]]
        yield f"{name}.bias", stored[node.input[3]]


def _matrix(
    name: str, weights: str, scale: str, zero: str, stored: dict[str, np.ndarray]
) -> Iterator[tuple[str, np.ndarray]]:
    """A row for each number that comes out, and its scale."""
    found = stored[weights]
    if found.dtype != np.int8 or stored[zero].any():
        raise NotPackable("the graph's weights aren't 8-bit numbers around zero, which is all that a pack knows")
    yield f"{name}.weight", found.T
    yield f"{name}.scale", np.broadcast_to(stored[scale].astype(np.float32), (found.shape[1],))


def _epsilon(node: Any) -> float:
    return next((float(one.f) for one in node.attribute if one.name == "epsilon"), 1e-12)


def _joined(tensors: dict[str, np.ndarray]) -> tuple[bytes, list[list[Any]]]:
    """The tensors one after the other, each from a place that 4 divides: [name, kind, shape, place]."""
    parts, described, place = [], [], 0
    for name, tensor in tensors.items():
        content = np.ascontiguousarray(tensor).tobytes()
        described.append([name, _KINDS[str(tensor.dtype)], list(tensor.shape), place])
        padding = -len(content) % 4
        parts += [content, bytes(padding)]
        place += len(content) + padding
    return b"".join(parts), described
