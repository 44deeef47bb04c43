"""A PDF of 300 pages in the source panel: its last sentence is found, marked and in view."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit, mounted, served
from reportlab.pdfgen.canvas import Canvas
from small_answerer import SmallAnswerer

from corpus import read
from ui.server import create_app

pytestmark = pytest.mark.filterwarnings("ignore")

PAGES = 300
LAST = "The keeper of the lighthouse sleeps at noon."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("long") / "long.pdf"
    write(path)
    document = read(path)
    assert document.text.rstrip().endswith(LAST)
    with served(mounted(lambda: create_app(SmallAnswerer([document])))) as address:
        yield address


def write(path: Path) -> None:
    canvas = Canvas(str(path))
    for page in range(1, PAGES + 1):
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(72, 760, f"Chapter {page}")
        canvas.setFont("Helvetica", 11)
        for row in range(30):
            canvas.drawString(72, 720 - 16 * row, f"On page {page}, row {row}, the sea was as grey as the day before.")
        if page == PAGES:
            canvas.drawString(72, 720 - 16 * 32, LAST)
        canvas.showPage()
    canvas.save()


def test_the_last_sentence_of_300_pages_is_opened_and_in_view(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    page = visit.open()
    reply = visit.ask("When does the keeper of the lighthouse sleep?")
    page.evaluate("performance.mark('asked')")
    reply.get_by_role("link", name="[1]").first.click()
    page.locator("#hl").wait_for()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    print(f"opened after {page.evaluate('performance.measure(`open`, `asked`).duration'):.0f} ms")
    assert page.locator("#hl").inner_text() == LAST
    assert page.locator("#hl").evaluate("mark => mark.getBoundingClientRect().top > 0")
    assert page.locator("#hl").evaluate("mark => mark.getBoundingClientRect().bottom < innerHeight")
    visit.close()
