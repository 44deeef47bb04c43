"""What is counted while the server runs, in the form that Prometheus reads. The only file that knows its library."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from qa import Answer

__all__ = ["CONTENT_TYPE_LATEST", "Meter"]

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Meter:
    """Counters of one server; safe from many threads. Nothing of what is asked is in them."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "quid_questions", "Questions by what became of them.", ["outcome"], registry=self._registry
        )
        self._seconds = Histogram(
            "quid_question_seconds", "Seconds that questions took, by stage.", ["stage"],
            buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._requests = Counter(
            "quid_http_requests", "HTTP requests by route and status.", ["route", "status"], registry=self._registry
        )
        for outcome in ("answered", "refused", "invalid", "failed", "turned_away", "too_slow"):
            self._questions.labels(outcome)

    def watch(self, name: str, about: str, value: Callable[[], float]) -> None:
        """Show what `value` gives whenever somebody looks."""
        Gauge(f"quid_{name}", about, registry=self._registry).set_function(value)

    def answered(self, answer: Answer) -> None:
        """Count an answer, or a refusal, and its stages."""
        self.count("answered" if answer.answered else "refused")
        for stage, milliseconds in answer.milliseconds.items():
            self.took(stage, milliseconds / 1000)

    def count(self, outcome: str) -> None:
        """Count a question by what became of it."""
        self._questions.labels(outcome).inc()

    def took(self, stage: str, seconds: float) -> None:
        """Count how long a stage took."""
        self._seconds.labels(stage).observe(seconds)

    def requested(self, route: str, status: int) -> None:
        """Count a request; `route` is one of a few names."""
        self._requests.labels(route, str(status)).inc()

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)
