"""A threshold that was fitted to an index's own documents, kept beside it, and whether it still holds."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from corpus import QuidError
from index import OpenIndex
from index.files import replace_text
from qa.promising import Point
from qa.settings import AnswerSettings

__all__ = [
    "FILE_NAME",
    "BadCalibration",
    "Calibration",
    "confidence_version",
    "forget",
    "keep",
    "read_calibration",
    "settings_of",
    "stamp_of",
    "why_void",
    "with_threshold",
]

LOG = logging.getLogger("qa")

FILE_NAME = "calibration.json"
FORMAT = 1
_AGAIN = "calibrate again: python -m qa calibrate"
# From these files on, a confidence can come out otherwise.
_MAKING = {
    "qa": (
        "background", "closer_look", "composing", "confidence", "denying", "evidence", "question", "reading",
        "reranking", "stems", "years",
    ),
    "index": ("fusing", "late_interaction", "lexical", "searching", "words"),
}
# So many times as many passages, or so many times fewer, are another collection.
_OUTGROWN = 1.5


class BadCalibration(QuidError):
    """A calibration can't be made, or can't be kept."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A promise about the answers of an index, and the threshold that keeps it.

    At most a share `promise` of the answers given is wrong, as `sure` as that, on questions like
    those that were asked. `asked` counts them by kind; of the `answerable` ones so many are
    `answered_right`. `chosen` is the point of the curve at the threshold. `model` and `version` say
    what the confidences came from, `settings` how they were found.
    """

    threshold: float
    promise: float
    sure: float
    chosen: Point
    curve: tuple[Point, ...]
    asked: Mapping[str, int]
    answerable: int
    answered_right: int
    model: str
    version: str
    settings: Mapping[str, Any]
    documents: int
    passages: int
    date: str

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON."""
        return {"format": FORMAT, **asdict(self)}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Calibration:
        """What `to_json` gave; KeyError, TypeError or ValueError where it is something else."""
        if value["format"] != FORMAT:
            raise KeyError("format")
        own = {name: value[name] for name in Calibration.__slots__}
        read = Calibration(
            **{**own, "chosen": Point(**own["chosen"]), "curve": tuple(Point(**one) for one in own["curve"])}
        )
        if not 0 <= float(read.threshold) <= 1:
            raise ValueError("threshold")
        return read


def with_threshold(settings: AnswerSettings, index: OpenIndex) -> AnswerSettings:
    """The settings with the threshold that holds for the index, unless they name one.

    Where there is a calibration that doesn't hold any more, that is logged, and the default holds.
    """
    if settings.threshold is not None:
        return settings
    calibration = _valid(settings, index)
    return replace(settings, threshold=calibration.threshold if calibration else settings.refuses_below)


def read_calibration(folder: Path) -> Calibration | None:
    """The calibration that is kept beside the index; None where there is none, BadCalibration where it is damaged."""
    path = folder / FILE_NAME
    try:
        return Calibration.from_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadCalibration(f"{path} is no calibration of this version ({error}); {_AGAIN}") from None


def stamp_of(folder: Path) -> int:
    """A number that changes when a calibration is kept or removed."""
    try:
        return (folder / FILE_NAME).stat().st_mtime_ns
    except OSError:
        return 0


def why_void(calibration: Calibration, index: OpenIndex, settings: AnswerSettings) -> str | None:
    """Why it says nothing about that index asked with those settings; None where it holds."""
    if calibration.model != index.manifest.model:
        return f"it was made with the model {calibration.model}, the index has {index.manifest.model}; {_AGAIN}"
    if calibration.version != confidence_version():
        return f"this version of the program finds the confidence in another way; {_AGAIN}"
    now = settings_of(index, settings)
    if changed := [name for name in now if now[name] != calibration.settings.get(name)]:
        return f"it was made with another {', '.join(changed)}; {_AGAIN}"
    return None


def settings_of(index: OpenIndex, settings: AnswerSettings) -> dict[str, Any]:
    """The settings that a confidence depends on."""
    found = asdict(index.settings) | asdict(settings)
    return {name: value for name, value in found.items() if name != "threshold"}


@cache
def confidence_version() -> str:
    """Of the code that finds a confidence: thresholds of another one mean something else."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for room, names in _MAKING.items():
        for name in names:
            digest.update((root / room / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]


def keep(calibration: Calibration, folder: Path) -> Path:
    """Keep it beside the index, in one atomic step, and say where; BadCalibration where that fails."""
    path = folder / FILE_NAME
    try:
        replace_text(path, json.dumps(calibration.to_json(), indent=1))
    except OSError as error:
        raise BadCalibration(f"{path} can't be written ({error.strerror}); make {folder} writable") from None
    return path


def forget(folder: Path) -> bool:
    """Take the calibration away, and say whether there was one."""
    try:
        (folder / FILE_NAME).unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise BadCalibration(f"{folder / FILE_NAME} can't be removed ({error.strerror})") from None
    return True


def _valid(settings: AnswerSettings, index: OpenIndex) -> Calibration | None:
    """The calibration that is kept and holds; whatever speaks against it is logged."""
    try:
        calibration = read_calibration(index.folder)
    except BadCalibration as error:
        LOG.warning("%s", error)
        return None
    if calibration is None:
        return None
    if void := why_void(calibration, index, settings):
        LOG.warning("the calibration of %s is not used: %s", index.folder, void)
        return None
    then, now = calibration.passages, index.manifest.passages
    if max(then, now) > _OUTGROWN * max(1, min(then, now)):
        said = "the calibration of %s was made with %d passages, now there are %d; %s"
        LOG.warning(said, index.folder, then, now, _AGAIN)
    return calibration
