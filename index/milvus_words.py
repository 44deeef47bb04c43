"""How many passages hold each word, as records of Milvus: for scores, for rarity and for spelling."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from index.errors import EngineFault
from index.milvus_collections import Build, Kind, batches, key_of, record
from index.milvus_engine import Engine
from index.near_words import NearWords
from index.spelling import SHORTEST, initials_of, recount_words
from index.terms import Terms

__all__ = ["Words", "add_counts", "counts_of", "replace_counts"]

_LONGEST = 400
_MOST_COUNTS = 100_000
_READ_AT_ONCE = 4_000


def counts_of(passages: Sequence[tuple[str, str]], terms: Sequence[Terms]) -> Counter[str]:
    """{key of a record: how many of these (context, text) hold the word}, of words as written and as stemmed."""
    counts: Counter[str] = Counter()
    for word, count in recount_words(passages).items():
        counts[_key(Kind.WORD, word)] += count
    for one in terms:
        counts.update(_key(Kind.STEM, stem) for stem in one.counts)
    return counts


def add_counts(engine: Engine, build: Build, changes: Mapping[str, int]) -> None:
    """Add to the counts of those records; whoever does it a second time counts twice."""
    keys = [key for key, by in changes.items() if by]
    for start in range(0, len(keys), _READ_AT_ONCE):
        some = keys[start : start + _READ_AT_ONCE]
        held = engine.query(build.records, ["key", "number"], ids=some, strong=True)
        before = {row["key"]: row["number"] for row in held}
        _write(engine, build, {key: before.get(key, 0) + changes[key] for key in some})


def replace_counts(engine: Engine, build: Build, counts: Mapping[str, int]) -> None:
    """Make the counts these, and all others nothing."""
    for kind in (Kind.WORD, Kind.STEM):
        engine.delete(build.records, f'kind == "{kind}"')
    _write(engine, build, counts)


class Words:
    """The words of an edition of an index; safe from many threads.

    To read all of them takes seconds where there are very many: those of the edition `before` serve
    until that is done, in a thread of its own, when the first word is sought that was probably meant.
    """

    def __init__(self, engine: Engine, build: Build, before: Words | None = None) -> None:
        self._engine, self._build = engine, build
        self._counts: dict[str, int] = {}
        self._lock, self._reading = threading.Lock(), threading.Lock()
        self._near = before._near if before and before._build == build else None
        self._is_renewed = self._near is None

    def learn(self, words: Iterable[str], stems: Iterable[str]) -> None:
        """Look up words as they are written and stems, all at once: what follows asks for them one by one."""
        self._look_up([_key(Kind.WORD, word) for word in words] + [_key(Kind.STEM, stem) for stem in stems if stem])

    def holding(self, stem: str) -> int:
        """How many passages hold a word in any of its forms."""
        return self._count(_key(Kind.STEM, stem)) if stem else 0

    def __contains__(self, word: str) -> bool:
        return self._count(_key(Kind.WORD, word)) > 0

    def spelt_out(self, initials: str) -> str | None:
        """The name that those initials stand for: of several the one that most passages hold."""
        where = f'kind == "{Kind.WORD}" and name == {json.dumps(initials, ensure_ascii=False)} and number > 0'
        rows = self._engine.query(self._build.records, ["key", "number"], where)
        return min(((-row["number"], row["key"][2:]) for row in rows), default=(0, None))[1]

    def nearest(self, word: str) -> str | None:
        """The word of the documents that was probably meant, or None."""
        found = self._all().nearest(word)
        return found if found and found in self else None

    def _all(self) -> NearWords:
        with self._reading:
            if self._near is None:
                self._near = self._read()
            elif not self._is_renewed:
                self._is_renewed = True
                threading.Thread(target=self._renew, daemon=True, name="milvus-words").start()
            return self._near

    def _renew(self) -> None:
        with suppress(EngineFault):
            self._near = self._read()

    def _read(self) -> NearWords:
        where = f'kind == "{Kind.WORD}" and name == "" and number > 0'
        rows = self._engine.all_of(self._build.records, ["key", "number"], where)
        return NearWords({row["key"][2:]: row["number"] for row in rows if len(row["key"]) >= SHORTEST + 2})

    def _count(self, key: str) -> int:
        if key not in self._counts:
            self._look_up([key])
        return self._counts.get(key, 0)

    def _look_up(self, keys: Sequence[str]) -> None:
        with self._lock:
            if len(self._counts) > _MOST_COUNTS:
                self._counts.clear()
            unknown = [key for key in dict.fromkeys(keys) if key not in self._counts]
        if unknown:
            rows = self._engine.query(self._build.records, ["key", "number"], ids=unknown)
            found = {row["key"]: row["number"] for row in rows}
            self._counts.update({key: found.get(key, 0) for key in unknown})


def _key(kind: str, word: str) -> str:
    """Of a word that is too long for a key, its hash: it is counted, and never proposed."""
    fits = len(word.encode("utf-8", "replace")) <= _LONGEST
    return key_of(kind, word if fits else f"\N{HORIZONTAL ELLIPSIS}{hashlib.sha256(word.encode()).hexdigest()}")


def _write(engine: Engine, build: Build, counts: Mapping[str, int]) -> None:
    rows = (
        record(key, number=number, name=initials_of(key[2:]) if key.startswith(Kind.WORD) else "")
        for key, number in counts.items()
    )
    for batch in batches(rows):
        engine.write(build.records, batch)
