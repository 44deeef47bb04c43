"""Questions about what is not so: a sentence that denies nothing hardly answers them."""

from __future__ import annotations

import re

__all__ = ["asks_for_denial", "denies"]

_DENIAL = (
    r"(?:\b(?:not|no|never|none|nobody|nothing|nowhere|without|cannot|neither|nor|unable|hardly|barely|lack\w*"
    r"|fail\w*|refus\w+|reject\w*|except\w*|exclud\w+|declin\w+|den(?:y|ies|ied|ying)|prohibit\w*|forb[ia]d\w*"
    r"|bann?(?:ed|s)?|prevent\w*|absen\w+|omit\w*)\b|n['’]t\b)"
)
# "Who did not sign?", and neither "what can I do if it's not there?" nor "what is done so that it isn't?".
_ASKED = re.compile(
    r"^(?:and |but |so )?(?:in |on |at |to |for |of |from |by |with )?"
    r"(?:what|which|who|whom|whose|where|when|how (?:many|much|often|long|far|old))\b"
    r"(?!.*\b(?:if|when|because|unless|whether|ensure|make sure|so that)\b)"
    r"(?! (?:should|can|could|do|must|would) (?:i|we|you)\b)"
    r"[^,]*?(?:\b(?:not|never|no longer|cannot|neither|unable|without|fail(?:ed|s)? to|refuse[ds]? to|lack(?:s|ed)?)\b"
    r"|n['’]t\b)",
    re.IGNORECASE,
)
_DENIES = re.compile(_DENIAL, re.IGNORECASE)


def asks_for_denial(question: str) -> bool:
    """Whether it asks who or what is not so, doesn't do so, or goes without."""
    return bool(_ASKED.search(question))


def denies(sentence: str) -> bool:
    """Whether a sentence says that something isn't so, or says it by a verb ("refused", "prohibits")."""
    return bool(_DENIES.search(sentence))
