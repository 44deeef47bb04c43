"""How sure a figure is, and whether a difference is more than chance.

Everything is seeded: the same values give the same interval and the same p. The question is the
unit throughout, since questions are what was sampled from those that people might ask.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

__all__ = [
    "CONFIDENCE",
    "RESAMPLES",
    "SEED",
    "Interval",
    "detectable_difference",
    "holm",
    "mean_intervals",
    "randomisation_test",
    "statistic_interval",
]

SEED = 1953
RESAMPLES = 10_000
CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
_CHUNK = 4_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure over `n` questions with the ends of its 95 % confidence interval."""

    value: float
    low: float
    high: float
    n: int


def mean_intervals(values: np.ndarray, bounded: bool = True) -> list[Interval]:
    """The mean of each column of `values` (questions, measures) with its bootstrap interval.

    The questions are drawn with replacement 10,000 times and the 2.5th and 97.5th percentiles of
    the means are taken (Efron and Tibshirani, An introduction to the bootstrap, 1993; over topics:
    Sakai, SIGIR 2006). Where all questions score the same, the bootstrap would claim certainty
    after a single question: values that are `bounded` by 0 and 1 get Wilson's interval (JASA 1927)
    there.
    """
    values = np.asarray(values, dtype=float)
    n = len(values)
    means = np.concatenate([weights @ values for weights in _resamples(n)]) / n
    lows, highs = np.percentile(means, _percentiles(), axis=0)
    intervals = []
    for column, low, high in zip(values.T, lows, highs, strict=True):
        if bounded and np.ptp(column) == 0:
            low, high = _wilson(float(column[0]), n)
        intervals.append(Interval(float(column.mean()), float(low), float(high), n))
    return intervals


def statistic_interval(statistic: Callable[[np.ndarray], float], n: int, resamples: int = 1000) -> Interval:
    """A figure that is no mean over questions, with its percentile bootstrap interval.

    `statistic` takes the rows (integers below n, some repeated) of the questions that were drawn;
    resamples for which it gives NaN are left out, and without any the ends are NaN.
    """
    value = statistic(np.arange(n))
    rows = np.random.default_rng(SEED).integers(0, n, size=(resamples, n))
    drawn = np.array([statistic(row) for row in rows])
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return Interval(value, math.nan, math.nan, n)
    low, high = np.percentile(drawn, _percentiles())
    return Interval(value, float(low), float(high), n)


def randomisation_test(differences: Sequence[float] | np.ndarray, seed: int = SEED) -> float:
    """Two-sided p of a mean paired difference this large, were the two systems' labels arbitrary.

    Fisher's randomisation test: each question's difference keeps or changes its sign (Smucker,
    Allan and Carterette, CIKM 2007). Exact where 2^n is below the 10,000 resamples, else sampled,
    the observed labelling counted in (Phipson and Smyth, 2010), so that p is never 0.
    """
    deltas = np.asarray(differences, dtype=float)
    deltas = deltas[deltas != 0]
    if not len(deltas):
        return 1.0
    limit = abs(deltas.sum()) * (1 - 1e-9)
    exact = len(deltas) < math.log2(RESAMPLES)
    flips = [_all_signs(len(deltas))] if exact else _random_signs(len(deltas), seed)
    extreme = sum(int((np.abs(2 * (bits @ deltas) - deltas.sum()) >= limit).sum()) for bits in flips)
    return extreme / 2 ** len(deltas) if exact else (extreme + 1) / (RESAMPLES + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """p adjusted for testing several at once, in the order given (Holm, 1979); at most 1."""
    adjusted = [1.0] * len(p_values)
    highest = 0.0
    for step, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - step) * p_values[place]))
        adjusted[place] = highest
    return adjusted


def detectable_difference(differences: Sequence[float] | np.ndarray, power: float = 0.8) -> float:
    """The true mean difference that this many questions, scattered so, would reveal 4 times in 5.

    (z for 95 % two-sided + z for the power) x standard error of the paired differences (Cohen,
    Statistical power analysis, 1988; for topics: Sakai, Information Retrieval Journal 2016).
    NaN below two questions.
    """
    deltas = np.asarray(differences, dtype=float)
    if len(deltas) < 2:
        return math.nan
    return float((_Z + NormalDist().inv_cdf(power)) * deltas.std(ddof=1) / math.sqrt(len(deltas)))


def _resamples(n: int) -> Iterable[np.ndarray]:
    """How often each of n questions was drawn, a row for each resample, in chunks."""
    return _kept_resamples(n) if RESAMPLES * n <= _CHUNK else _drawn_resamples(n)


@lru_cache(maxsize=1)
def _kept_resamples(n: int) -> tuple[np.ndarray, ...]:
    """Those of a small set: a comparison draws them for every measure."""
    return tuple(_drawn_resamples(n))


def _drawn_resamples(n: int) -> Iterator[np.ndarray]:
    generator = np.random.default_rng(SEED)
    for rows in _chunks(n):
        drawn = generator.integers(0, n, size=(rows, n)) + n * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n).astype(float)


def _random_signs(n: int, seed: int) -> Iterator[np.ndarray]:
    """Rows of n fair bits, 10,000 in all, in chunks."""
    generator = np.random.default_rng(seed)
    for rows in _chunks(n):
        bits = np.frombuffer(generator.bytes((rows * n + 7) // 8), dtype=np.uint8)
        yield np.unpackbits(bits, count=rows * n).reshape(rows, n).astype(float)


def _all_signs(n: int) -> np.ndarray:
    return ((np.arange(2**n)[:, None] >> np.arange(n)) & 1).astype(float)


def _chunks(n: int) -> Iterator[int]:
    size = max(1, _CHUNK // n)
    for start in range(0, RESAMPLES, size):
        yield min(size, RESAMPLES - start)


def _percentiles() -> tuple[float, float]:
    return 50 * (1 - CONFIDENCE), 50 * (1 + CONFIDENCE)


def _wilson(share: float, n: int) -> tuple[float, float]:
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, centre - half), min(1.0, centre + half)
