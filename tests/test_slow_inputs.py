"""Texts that would keep a careless pattern busy for hours: each is read, in whatever format it claims to be.

A process reads them that may use two minutes of a processor; what is careless uses more by itself.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FORMATS = ("md", "txt", "html", "csv", "json")
LENGTH = 100_000
PIECES = {
    "letters": "a", "brackets": "[", "pairs": "[]", "nested": "[(", "quotes": "> ", "stars": "*", "ticks": "`",
    "marks": "e\u0301\u0302\u0303", "alone": "\u0301", "joiners": "\u200d", "dots": ".", "stops": "A. ",
    "numbers": "1.",
    "digits": "9", "spaces": " ", "dashes": "- ", "pipes": "|", "angles": "<", "tags": "<a", "entities": "&#",
    "hashes": "# ", "commas": ",", "han": "\u6f22", "emoji": "\U0001f469\u200d", "wide": "\ufdfa", "at": "a@",
    "and": "and ", "links": "[a](", "equals": "==", "braces": "{", "mixed": "a\ufeff\u202e", "backslashes": "\\",
}  # fmt: skip
PROGRAM = """
import sys
from pathlib import Path
from corpus import Skipped, read_folder
print(sum(not isinstance(one, Skipped) or bool(one.reason) for one in read_folder(Path(sys.argv[1]))))
"""


def test_no_text_takes_for_ever_to_read(tmp_path: Path) -> None:
    for name, piece in PIECES.items():
        for format in FORMATS:
            text = (piece * LENGTH)[:LENGTH]
            (tmp_path / f"{name}.{format}").write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], cwd=ROOT, capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (120, 120)),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, f"{len(PIECES) * len(FORMATS)}\n"), done.stderr
