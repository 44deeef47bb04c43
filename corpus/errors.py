"""What can go wrong with a user's input, said so that the user can act on it."""

from __future__ import annotations

__all__ = ["OutOfReach", "QuidError", "ReaderFailed", "UnreadableDocument"]


class QuidError(Exception):
    """Base of every error this program raises on purpose; its message is one line for the user."""


class UnreadableDocument(QuidError):
    """A document could not be read; `source` says which, `reason` why."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class OutOfReach(UnreadableDocument):
    """The system doesn't let the document be read now: missing rights, a vanished mount, a failing disk."""


class ReaderFailed(UnreadableDocument):
    """A reader gave up where it should not have: it crashed, took too long or too much memory."""
