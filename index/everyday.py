"""How near everyday talk comes to the documents of an index: a measure of its own, kept beside it.

A cosine of .3 is near in a folder about one thing, and nothing in a large one about everyday life,
where whatever is asked comes as near as that to some sentence.
"""

from __future__ import annotations

import json
import statistics
from contextlib import suppress
from pathlib import Path
from typing import Any

from corpus import QuidError
from index.embedding import Embedder
from index.files import replace_text
from index.hit import Searcher
from index.manifest import Manifest

__all__ = ["EVERYDAY", "FILE_NAME", "find_level", "keep_level", "kept_level", "level_of"]

FILE_NAME = "background.json"
# Of fewer passages it is found in some tenths of a second, when it is first asked for.
_FOUND_AT_ONCE = 20_000

_FORMAT = 1
_HITS = 5
# So many times as many passages, or so many times fewer, come nearer or less near.
_OUTGROWN = 1.25
# Typed in passing, about what everybody has to do with: to find how near the documents come to that.
EVERYDAY = (
    "how do i descale my kettle",
    "which key is middle c on a piano",
    "what time does the cinema open on sunday",
    "can you recommend a novel for a long flight",
    "how many eggs go into a sponge cake",
    "why does my bicycle chain keep slipping",
    "what is the offside rule",
    "my phone screen is cracked who can fix it",
    "how do i teach my dog to sit",
    "what should i wear to a wedding in june",
    "which wire is live in a plug",
    "how long should i boil potatoes",
    "tell me the score of last night's match",
    "how do i change the tyre of my car",
    "what is a good name for a kitten",
    "is it going to snow tomorrow",
    "where did i leave my keys",
    "how do i get red wine out of a carpet",
    "what does it cost to send a parcel",
    "how do i tie a bow tie",
    "who painted the ceiling with the two hands",
    "how far away is the moon",
    "what is the square root of 144",
    "play something relaxing",
    "how do i transfer money to my sister",
    "which bus goes to the airport",
    "what are the symptoms of a vitamin deficiency",
    "how do i grow tomatoes on a balcony",
    "who wrote the ninth symphony",
    "what is my credit card balance",
    "can i bring a guitar on the plane",
    "how do you say thank you in portuguese",
    "what year did the first computer get built",
    "how do i renew my passport",
    "what is the best way to learn chess openings",
    "remind me to water the plants",
    "how many calories are in an avocado",
    "which language is spoken in brazil",
    "how do i reset the password of my mailbox",
    "is this mushroom safe to eat",
)


def level_of(searcher: Searcher) -> float:
    """The cosine, -1 to 1, of the nearest sentence to a question about something else, at the median.

    The median, since the documents may be about one or the other thing after all.
    """
    found = [searcher.search(question, _HITS) for question in EVERYDAY]
    nearest = [max(max(hit.sentences, default=hit.similarity) for hit in hits) for hits in found if hits]
    return statistics.median(nearest) if nearest else 0.0


def kept_level(folder: Path, manifest: Manifest) -> float | None:
    """What was kept, where it was found for about as many passages and with the same model."""
    try:
        kept = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        then, now = int(kept["passages"]), manifest.passages
        if (kept["format"], kept["model"]) != (_FORMAT, manifest.model):
            return None
        return float(kept["level"]) if max(then, now) <= _OUTGROWN * min(then, now) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_level(folder: Path, manifest: Manifest, level: float) -> None:
    """Keep it for the next start; where that can't be, it is found again."""
    value: dict[str, Any] = {"format": _FORMAT, "model": manifest.model, "passages": manifest.passages}
    with suppress(OSError):
        replace_text(folder / FILE_NAME, json.dumps(value | {"level": level}))


def find_level(folder: Path, manifest: Manifest, embedder: Embedder) -> None:
    """Find and keep the level of a large index that was just published, so that no question waits for it."""
    if manifest.passages < _FOUND_AT_ONCE or kept_level(folder, manifest) is not None:
        return
    from index.searching import open_index

    with suppress(QuidError), open_index(folder, embedder=embedder) as index:
        keep_level(folder, index.manifest, round(level_of(index), 4))
