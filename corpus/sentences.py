"""Where sentences begin and end. The only file that knows sentencex.

sentencex (rules and abbreviations kept by the Wikimedia Foundation) finds the borders; what it
gets wrong in documents like ours is repaired here: dates such as `1. Jan. 2024`, numbers that
stand alone, a bracketed sentence followed by another, closing marks left behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["split_sentences"]

Span = tuple[int, int]

# sentencex takes quadratic time for many unclosed quotation marks, so it sees a window at a time.
_WINDOW = 10_000

# It panics at white space beyond ASCII, and can't encode lone surrogates: one character for one.
_ODD_SPACE = re.compile(r"[^\S\n\t\r ]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

# Enough of a sentence's end to judge its border by: longer than any number or abbreviation below.
_TAIL = 16

_CLOSING = ")]}”’»\"'*_¹²³⁴⁵⁶⁷⁸⁹⁰"
_WORD = re.compile(r"[^\W_]")
_BARE_NUMBER = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivx]{1,5}|[IVX]{1,5})[.)\]]{1,2}")
_BEFORE_NUMBER = re.compile(
    r"(?:^|[\s(\[])(?:approx|ca|vols?|eds?|nos?|figs?|arts?|chaps?|sect?s?|eqs?|res|pars?|est|max|min)\.$",
    re.IGNORECASE,
)
# Those of other languages than English, which sentencex is asked about.
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\[«„“])(?:vgl|bzw|nr|abb|abs|kap|z\. ?b|d\. ?h|cfr|p\. ?ej|pág|núm|см|рис|стр|гл|напр|т\. ?е)\.$",
    re.IGNORECASE,
)
# Within a name: what stands before its point ends no sentence, as in `NEWS.Debian` and `www.Example.org`.
_NAME_BEFORE = re.compile(r"(?:(?:^|[^\w.])(?:[A-Z]{2,}|www)\.|[^\w.…]\.|[#/]!)$")
_FIRST_WORD = re.compile(r"[^\W\d_]{1,40}")
_QUOTED_MARK = re.compile(r"[\"'“‘`][.!?][\"'”’`]$")
_DAY = re.compile(r"(?:^|\s)(?:[12]?\d|3[01])\.$")
_MONTH = re.compile(
    r"(?:(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Okt|Nov|Dec|Dez)\."
    r"|(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
    r"|(?:January|February|March|May|June|July|October|December),? \d{4}\b)"
)
_BRACKETED = re.compile(r"[.!?…][\"”’]?[)\]]\s+(?=[\"“‘(\[]?[A-Z0-9])")
_ELLIPSIS_OR_UNIT = re.compile(r"(?:…[\"”’)]?|(?<=\d)\s?[ghlmst]\.)\s+(?=[\"“‘]?[A-Z][^\W\d_])")


def split_sentences(text: str) -> list[Span]:
    """Half-open character ranges of the sentences of a paragraph, in order.

    Surrounding white space is outside the ranges, and nothing but white space is lost between
    them. A blank line always ends a sentence; a single line break doesn't.
    """
    plain = _SURROGATE.sub("\ufffd", _ODD_SPACE.sub(" ", text))
    found = _closed(plain, _found(plain))
    return _joined(plain, [part for span in found for part in _divided(plain, span)])


def _found(plain: str) -> Iterator[Span]:
    """What sentencex finds, without surrounding white space, window after window."""
    position = 0
    while position < len(plain):
        window = plain[position : position + _WINDOW]
        borders = _borders(window)
        complete = position + len(window) == len(plain)
        if not complete:
            borders = borders[:-1] or [(0, _last_space(window))]
        for start, end in borders:
            trimmed = _trimmed(plain, position + start, position + end)
            if trimmed:
                yield trimmed
        position += borders[-1][1] if not complete else len(window)


def _borders(window: str) -> list[Span]:
    from sentencex import get_sentence_boundaries

    try:
        found = get_sentence_boundaries("en", window)
    except BaseException as error:  # a panic in its Rust half is no Exception
        if type(error).__name__ != "PanicException":
            raise
        return [(0, len(window))]
    return [(border["start_index"], border["end_index"]) for border in found] or [(0, len(window))]


def _last_space(window: str) -> int:
    """Where a window without any border is cut: after its last white space, else at its end."""
    return next((i for i in range(len(window), len(window) // 2, -1) if window[i - 1].isspace()), len(window))


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _closed(plain: str, spans: Iterable[Span]) -> list[Span]:
    """Give closing marks that begin a sentence back to the one that they close."""
    closed: list[Span] = []
    for start, end in spans:
        if closed and closed[-1][1] == start:
            after = start
            while after < end and plain[after] in _CLOSING:
                after += 1
            if after == end or plain[after].isspace():
                closed[-1] = (closed[-1][0], after)
                start = after
        trimmed = _trimmed(plain, start, end)
        if trimmed:
            closed.append(trimmed)
    return closed


def _divided(plain: str, span: Span) -> Iterator[Span]:
    """Part `(A sentence.) Another.` and `It is 5 m. Another.`, which sentencex keeps together."""
    start, end = span
    while cut := _inner_border(plain, start, end):
        yield start, cut[0]
        start = cut[1]
    yield start, end


def _inner_border(plain: str, start: int, end: int) -> Span | None:
    if plain[start] in "([":
        match = _BRACKETED.search(plain, start, end)
        if match:
            inside = plain[start : match.end()]
            if inside.count("(") == inside.count(")") and inside.count("[") == inside.count("]"):
                return match.start() + len(match.group().rstrip()), match.end()
    match = _ELLIPSIS_OR_UNIT.search(plain, start, end)
    return (match.start() + len(match.group().rstrip()), match.end()) if match else None


def _joined(plain: str, spans: list[Span]) -> list[Span]:
    """Put together what a false border parted."""
    joined: list[Span] = []
    for start, end in spans:
        first, last = joined[-1] if joined else (0, 0)
        if joined and (
            _goes_on(plain, first, last, start)
            or (last == start and _is_within_name(plain[max(first, last - _TAIL) : last], plain[start]))
            or _is_false_border(plain[max(first, last - _TAIL) : last], plain[start:end])
        ):
            joined[-1] = (first, end)
        else:
            joined.append((start, end))
    return joined


def _goes_on(plain: str, first: int, last: int, start: int) -> bool:
    """Whether a small letter after a full stop shows an abbreviation: `the pres. said`.

    Not so for names such as iPhone, nor where sentences begin with small letters anyway.
    """
    if plain[last - 1] != "." or plain[first].islower():
        return False
    word = _FIRST_WORD.match(plain, start)
    return word is not None and word.group().islower()


def _is_within_name(left: str, following: str) -> bool:
    """Whether a border without white space stands within a name; a sentence's missing space is none."""
    return bool(_NAME_BEFORE.search(left)) or (following in "_/" and left[-1] in ".!")


def _is_false_border(left: str, right: str) -> bool:
    if _BARE_NUMBER.fullmatch(left) or not _WORD.search(right):
        return True
    if right[0].islower() and _QUOTED_MARK.search(left):
        return True
    if (_DAY.search(left) and _MONTH.match(right)) or _ABBREVIATED.search(left):
        return True
    return right[0].isdigit() and bool(_BEFORE_NUMBER.search(left))
