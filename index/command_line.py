"""What the commands of this room share: options, progress, and the summary at the end."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from corpus import Document, Skipped
from corpus.command import say
from index.errors import IndexMissing
from index.generations import open_generation
from index.searching import DEFAULT_FOLDER
from index.settings import IndexSettings
from index.updating import Summary

__all__ = ["Counted", "ProgressLine", "add_index_option", "add_settings_options", "current_settings", "report", "settings_from"]


def add_index_option(parser: argparse.ArgumentParser) -> None:
    """`--index DIR`, on every command."""
    parser.add_argument(
        "--index", type=Path, default=DEFAULT_FOLDER, metavar="DIR", help=f"the index (default: {DEFAULT_FOLDER})"
    )


def add_settings_options(parser: argparse.ArgumentParser) -> None:
    """How the index is made; without these an index keeps the settings that it has."""
    parser.add_argument("--model", help="a sentence-transformers model: a name or a folder")
    parser.add_argument("--passage-tokens", type=int, metavar="N", help="tokens in a passage with its headings, 32 and up")


def current_settings(folder: Path) -> IndexSettings | None:
    """The settings that the index in that folder was made with; None where there is none."""
    try:
        generation = open_generation(folder)
    except IndexMissing:
        return None
    generation.close()
    return generation.manifest.settings


def settings_from(arguments: argparse.Namespace, current: IndexSettings | None) -> IndexSettings | None:
    """The settings that were asked for on top of the current ones; None where none were."""
    if arguments.model is None and arguments.passage_tokens is None:
        return None
    base = current or IndexSettings()
    return IndexSettings(
        model=arguments.model or base.model, passage_tokens=arguments.passage_tokens or base.passage_tokens
    )


class ProgressLine:
    """One line on standard error, rewritten as the work goes on; a line every few seconds in a log."""

    def __init__(self) -> None:
        self._started = self._shown = time.monotonic()
        self._counts: dict[str, int] = {}
        self._terminal = sys.stderr.isatty()
        self._dirty = False

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        self._counts[stage] = done
        now = time.monotonic()
        if now - self._shown < (0.2 if self._terminal else 5) or now - self._started < 1:
            return
        self._shown = now
        rate = self._counts.get("embedding", 0) / (now - self._started)
        line = f"{self._counts.get('documents', 0)} documents done, {self._counts.get('embedding', 0)} texts embedded, {rate:.0f} a second"
        if self._terminal:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
            self._dirty = True
        else:
            say(line)

    def close(self) -> None:
        if self._dirty:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class Counted:
    """The documents among what was read; what was skipped is said at once and remembered."""

    def __init__(self, found: Iterable[Document | Skipped]) -> None:
        self._found = found
        self.skipped: list[Skipped] = []

    def __iter__(self) -> Iterator[Document]:
        for item in self._found:
            if isinstance(item, Skipped):
                self.skipped.append(item)
                say(f"skipped {item.source}: {item.reason}")
            else:
                yield item


def report(summary: Summary, skipped: int, folder: Path, out: Callable[[str], None] = print) -> None:
    """What was done, in one line."""
    parts = [
        f"{len(names)} {word}"
        for names, word in ((summary.added, "added"), (summary.updated, "updated"), (summary.removed, "removed"),
                            (summary.unchanged, "unchanged"))
        if names
    ] + ([f"{skipped} skipped"] if skipped else [])
    out(f"{folder}: {', '.join(parts) or 'nothing to do'}; {summary.passages} new passages, {summary.seconds:.1f} s")
