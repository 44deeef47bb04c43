"""What on a page is no content: menus, headers and footers, controls, banners, hidden elements."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["is_furniture"]

_NEVER_CONTENT = (
    "script style noscript template svg nav button input select textarea iframe object canvas video audio map "
    "head title dialog datalist"
)
_ALWAYS = frozenset(_NEVER_CONTENT.split())
_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog", "menu", "toolbar")
)
_KEPT_ASIDES = re.compile(r"admonition|callout|footnote|note|tip|warning|topic|info", re.IGNORECASE)
_BY_NAME = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|sidebar|navbar|nav-?header|nav-?footer|navigation|pagination|pager|share|sharing|"
    r"social|newsletter|related|comments?|advert|advertisement|ads|skip-?link|headerlink|linenos|sr-only|"
    r"visually-hidden|toc|table-of-contents)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

# A name such as "cookie-policy" doesn't make an element furniture that holds most of the page.
_MOST = 0.4


def is_furniture(node: Any, characters: int) -> bool:
    """Whether an element is left out of main content that holds so many characters in all."""
    tag = node.tag
    if tag in _ALWAYS or (tag == "a" and _is_symbol(node.text())):
        return True
    attributes = node.attributes
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
    if tag == "aside":
        return not _KEPT_ASIDES.search(names)
    if tag in ("header", "footer"):
        return tag == "footer" or not _is_within_article(node)
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if attributes.get("role") in _ROLES or _HIDDEN.search(attributes.get("style") or ""):
        return True
    return bool(_BY_NAME.search(names)) and len(node.text()) <= _MOST * characters


def _is_within_article(node: Any) -> bool:
    while (node := node.parent) is not None:
        if node.tag in ("main", "article") or node.attributes.get("role") == "main":
            return True
    return False


def _is_symbol(text: str) -> bool:
    """Whether a link shows a sign only, such as the ¶ that leads to a heading."""
    return len(text.strip()) == 1 and not text.strip().isalnum()
