"""Every state of the running page, looked at by axe: light, dark, on a phone, and with text at 200 %."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from accessible import LARGE, LOOKS, violations
from browsing import Visit, another
from running import Product, hostile_index
from test_ui_evaluation import evaluation
from tour import tour

from qa.latest import keep_latest

# So that none is left out in silence.
STATES = 23


@pytest.fixture(scope="module")
def product(shipped_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = hostile_index(shipped_index, tmp_path_factory.mktemp("running") / "index")
    keep_latest(evaluation(folder), folder)
    product = Product(folder)
    product.start()
    yield product
    product.stop()


def found(browser: Any, product: Product, look: str) -> tuple[int, list[str]]:
    """How many states the tour has, and what is wrong with any of them."""
    visit = Visit(browser, product.address, **LOOKS[look])
    states = [(state, violations(visit.page) + overflowing(visit.page)) for state in tour(visit)]
    visit.close()
    return len(states), [f"{state}: {one}" for state, wrong in states for one in wrong]


def overflowing(page: Any) -> list[str]:
    """A line where the page can be moved sideways."""
    width, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return [f"{width} px in a window of {window}"] * (width > window)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_any_state(browser: Any, product: Product, look: str) -> None:
    assert found(browser, product, look) == (STATES, [])


def test_axe_finds_nothing_in_any_state_with_text_at_200_percent(browser: Any, product: Product) -> None:
    with another(browser, LARGE) as large:
        assert found(large, product, "light") == (STATES, [])
