"""Takes the pictures in docs/page.md anew: `python tests/shoot_page.py [FOLDER]`; it needs a browser and the model.

Not a test. The walk is the one that tests/test_accessibility.py looks at (tests/tour.py).
"""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from accessible import LOOKS, settled  # noqa: E402
from browsing import Visit, launched  # noqa: E402
from PIL import Image  # noqa: E402
from running import Product  # noqa: E402
from tour import tour  # noqa: E402

# The states that are shown, by how the page looks in the picture; dark first, while nothing was added before.
SHOTS = {
    "dark": ("source", "added"),
    "light": ("empty", "card", "follow-up", "refusal", "drawer-menu", "documents"),
    "phone": ("answer", "source", "left-out"),
}
COLOURS = 128


def shoot(address: str, browser: object, look: str, folder: Path) -> None:
    """The pictures of one look."""
    visit = Visit(browser, address, **LOOKS[look])
    visit.page.set_default_timeout(120_000)
    wanted = set(SHOTS[look])
    for state in tour(visit):
        if state in wanted:
            settled(visit.page)
            visit.page.wait_for_timeout(300)
            _save(visit.page.screenshot(), folder / f"page-{look}-{state}.png")
            wanted.remove(state)
        if not wanted:
            break
    visit.page.close()


def _save(picture: bytes, path: Path) -> None:
    """Small: few colours are on a page."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


def main(folder: Path) -> None:
    """All pictures, into that folder."""
    from corpus import read_folder
    from index import update_index

    folder = folder.resolve()
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place), launched() as browser:
        # The pictures show where documents lie: not where on this machine.
        documents, index = Path("documents"), Path("index")
        shutil.copytree(ROOT / "corpus" / "documents", documents)
        (documents / "scan.pdf").write_bytes(b"no PDF at all")
        update_index(index, read_folder(documents))
        product = Product(index.resolve())
        product.start()
        try:
            for look in SHOTS:
                shoot(product.address, browser, look, folder)
        finally:
            product.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
