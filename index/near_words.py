"""Words that are written nearly alike, found among hundreds of thousands in a millisecond or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from index.slips import allowed_slips, slips

__all__ = ["NearWords"]

# A bit for each letter, modulo this: what isn't a to z shares bits with them.
_BITS = 32


class NearWords:
    """Words, each with the number of passages that hold it."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._words = list(known)
        self._counts = np.fromiter(known.values(), np.int64, len(known))
        self._letters = _letters(self._words)

    def nearest(self, word: str) -> str | None:
        """The one that was probably meant, or None.

        One letter is wrong, missing, added or swapped with its neighbour, two in a long word: as `slips`
        counts them; among equals the one that more passages hold.
        """
        if not word:
            return None
        most = allowed_slips(word, word)
        ranks = [
            (cost, found[0] != word[0], -int(self._counts[place]), found)
            for place in self._alike(word, most)
            if (cost := slips(word, found := self._words[place])) <= allowed_slips(word, found)
        ]
        return min(ranks)[3] if ranks else None

    def _alike(self, word: str, most: int) -> list[int]:
        """The places of the words that are at most so many letters away, likely slips or not."""
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract_iter

        # A slip adds at most one letter that wasn't there and takes at most one away: nearly all words
        # are told apart by that, without looking at how their letters follow one another.
        letters = _letters([word])[0]
        few = np.bitwise_count(self._letters & ~letters) <= most
        few &= np.bitwise_count(letters & ~self._letters) <= most
        places = np.flatnonzero(few).tolist()
        among = [self._words[place] for place in places]
        near = extract_iter(word, among, scorer=OSA.distance, score_cutoff=most)
        return [places[found] for _, _, found in near]


def _letters(words: Sequence[str]) -> np.ndarray:
    """The letters of each word as the bits of a uint32; no word may be empty."""
    if not words:
        return np.zeros(0, np.uint32)
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    characters = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
    bits = np.left_shift(np.uint32(1), characters % np.uint32(_BITS), dtype=np.uint32)
    return np.bitwise_or.reduceat(bits, np.cumsum(lengths) - lengths)
