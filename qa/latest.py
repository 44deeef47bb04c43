"""The latest evaluation of an index, kept in its folder so that the web page can show it."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from index import DEFAULT_FOLDER, Place, beside
from index.files import replace_text
from qa.evaluation import Evaluation, read_evaluations

__all__ = ["FILE_NAME", "keep_latest", "read_latest"]

FILE_NAME = "evaluation.json"


def keep_latest(evaluation: Evaluation, place: Place | None) -> None:
    """Keep it beside the index that it measured, in one atomic step.

    Nothing is kept where another index was measured than that at `place`, such as one made of the
    data set's own documents, nor where the folder can't be written to.
    """
    place = place or DEFAULT_FOLDER
    folder = beside(place)
    if evaluation.index != str(place) or not os.access(folder, os.W_OK):
        return
    with suppress(OSError):
        replace_text(folder / FILE_NAME, json.dumps(evaluation.to_json()))


def read_latest(folder: Path) -> Evaluation | None:
    """The evaluation that was kept in the folder; None where there is none, BadDataset where it is damaged."""
    path = folder / FILE_NAME
    return read_evaluations(path)[0] if path.exists() else None
