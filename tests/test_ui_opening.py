"""What opening the page costs: few requests, each known from the first moment on, none of them to anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit, mounted, served
from small_answerer import SmallAnswerer

from qa.feedback import FeedbackStore
from ui.bundle import bundle
from ui.framework import Framework
from ui.server import create_app

pytestmark = pytest.mark.filterwarnings("ignore")

CAME = "performance.getEntriesByType('resource').filter(one => one.transferSize).map(one => new URL(one.name).pathname)"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = FeedbackStore(tmp_path_factory.mktemp("said") / "feedback.jsonl")
    with served(mounted(lambda: create_app(SmallAnswerer(), store=store))) as address:
        yield address


def test_every_file_of_the_framework_is_announced_and_none_in_vain(visit: Visit) -> None:
    visit.open()
    announced = re.findall(r'(?:href|src)="(?:\./)?(assets/[^"]+)"', visit.page.request.get(visit.address).text())
    asked = [url.removeprefix(f"{visit.address}/") for url in visit.requests if "/assets/" in url]
    assert sorted(set(announced)) == sorted(set(asked))
    assert len(asked) == len(set(asked)) > 20


def test_the_page_itself_asks_for_one_style_sheet_and_one_script(visit: Visit) -> None:
    visit.open()
    own = [url.removeprefix(visit.address) for url in visit.requests if "/assets/" not in url]
    assert sorted(name for name in own if name.startswith("/ui/")) == ["/ui/icon.svg", "/ui/page.css", "/ui/page.js"]
    assert len(visit.requests) < 65


def test_a_second_opening_fetches_nothing_of_the_framework_again(visit: Visit) -> None:
    page = visit.open()
    assert [name for name in page.evaluate(CAME) if name.startswith("/assets/")]
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert [name for name in page.evaluate(CAME) if name.startswith("/assets/")] == []


def test_a_framework_that_looks_otherwise_is_served_without_being_announced(tmp_path: Path) -> None:
    (tmp_path / "index-1.js").write_text("import('./other.js')")
    framework = Framework(tmp_path)
    assert framework.head("<html></html>", {"chatbot"}) == ""
    assert framework.head('<script src="./assets/index-1.js"></script>', {"chatbot"}) == ""


def test_scripts_of_a_bundle_see_each_other_and_nothing_else(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text("export const own = 1;\nexport let call = () => own;\ncall = () => own + 1;\n")
    (tmp_path / "two.js").write_text(
        'import * as first from "./one.js";\nimport { own as other } from "./one.js";\n'
        'const own = "mine";\nwindow.said = [first.own, other, first.call(), own];\n'
    )
    page = browser.new_page()
    page.add_script_tag(content=bundle(tmp_path, "two.js").decode(), type="module")
    page.wait_for_function("window.said")  # a module of a page runs when it likes
    assert page.evaluate("window.said") == [1, 1, 2, "mine"]
    page.close()
