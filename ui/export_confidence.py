"""How sure a pack is of its answers: the same signals as the server's, weighed for what they are worth there."""

from __future__ import annotations

from typing import Any

from qa import AnswerSettings
from ui.export_rules import pack_rules

__all__ = ["STATIC", "served_confidence"]

STATIC: dict[str, Any] = {
    "bias": -4.54,
    "weights": {
        "mean": 3.21, "least": 2.58, "cosine": 0.90, "missing": -3.77, "held": -1.00, "gap": -0.78,
        "uncounted": -3.07, "heading": 2.65, "words": 2.19,
    },
    "threshold": 0.235,
}  # fmt: skip


def served_confidence() -> dict[str, Any]:
    """The server's own, for a pack that sees what the server sees."""
    rules = pack_rules()["confidence"]
    return {"bias": rules["BIAS"], "weights": rules["WEIGHTS"], "threshold": AnswerSettings().threshold}
