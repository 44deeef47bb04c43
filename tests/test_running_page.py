"""The running product over real documents, one of them hostile: what a person does with it in a quarter of an hour."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit
from running import ROOT, Product, hostile_index

TURNS = [
    "How wide is the DMZ?",
    "And how long is it?",
    "When was the armistice signed?",
    "What is the capital of France?",
    "What does the hostile sentence say and go on?",
    "What happened in the axe murder incident?",
    "Who watches over the armistice?",
    "What is Panmunjom?",
    "What is the Sunshine Policy?",
    "What is the Kaesong Industrial Complex?",
]
STOPPED = 5


@pytest.fixture(scope="module")
def product(shipped_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(hostile_index(shipped_index, tmp_path_factory.mktemp("running") / "index"))
    product.start()
    yield product
    product.stop()


@pytest.fixture
def visit(browser: Any, product: Product) -> Iterator[Visit]:
    visit = Visit(browser, product.address)
    yield visit
    visit.close()


def asked(visit: Visit) -> list[str]:
    return visit.page.get_by_test_id("user").all_inner_texts()


def test_a_conversation_of_ten_turns_outlives_its_server_and_can_be_verified(
    visit: Visit, product: Product, tmp_path: Path
) -> None:
    page = visit.open()
    for question in TURNS[:STOPPED]:
        visit.ask(question)
    product.stop()
    fault = visit.ask(TURNS[STOPPED]).locator(".refusal.fault").inner_text()
    assert fault == "The server can’t be reached. Nothing is lost: ask again when it is back."
    product.start()
    visit.faults[:] = [one for one in visit.faults if "ERR_" not in one]
    page.get_by_role("button", name="Ask again").last.click()
    page.locator("#chat .reply").nth(STOPPED).locator("blockquote").wait_for()
    for question in TURNS[STOPPED + 1 :]:
        visit.ask(question)
    assert asked(visit) == TURNS
    replies = page.locator("#chat .reply").all_inner_texts()
    assert page.locator(".reply img, .reply script").count() == 0
    page.reload()
    page.locator("#chat .reply").nth(len(TURNS) - 1).wait_for()
    assert asked(visit) == TURNS
    assert page.evaluate("window.owned") is None
    assert [one.split("\n")[0] for one in page.locator("#chat .reply").all_inner_texts()] == [
        one.split("\n")[0] for one in replies
    ]
    saved = exported(visit, TURNS[0], tmp_path / "saved.json")
    quotations = [one for turn in saved["turns"] for one in turn["citations"]]
    assert len(saved["turns"]) == len(TURNS)
    assert len(quotations) >= STOPPED
    words = ("verify", str(tmp_path / "saved.json"), "--json", "--index", str(product.index))
    command = [sys.executable, "-m", "qa", *words]
    verified = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert (verified["quotations"], verified["intact"]) == (len(quotations), len(quotations))


def exported(visit: Visit, title: str, path: Path) -> Any:
    page = visit.page
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.get_by_role("button", name=f"More about “{title}”").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Export as JSON, with receipts").click()
    download.value.save_as(path)
    return json.loads(path.read_text("utf-8"))


def test_what_is_brought_answers_at_once_survives_a_restart_and_can_be_removed(visit: Visit, product: Product) -> None:
    page = visit.open()
    page.get_by_role("button", name="Add documents").click()
    text = b"# Umbrellas\n\nAn umbrella is lent for two days, against a deposit of four euros.\n"
    page.set_input_files(
        ".bring-panel input[type=file]:not([webkitdirectory])",
        [{"name": "umbrellas.md", "mimeType": "text/markdown", "buffer": text}],
    )
    page.locator(".bring-item.done").wait_for()
    page.keyboard.press("Escape")
    question = "For how long is an umbrella lent?"
    assert "two days" in visit.ask(question).locator("blockquote").inner_text()
    product.stop()
    product.start()
    visit.faults[:] = [one for one in visit.faults if "ERR_" not in one]
    assert "two days" in visit.ask(question).locator("blockquote").inner_text()
    page.get_by_role("link", name="Documents", exact=True).click()
    view = page.frame_locator("iframe.view")
    view.get_by_role("button", name="Remove Umbrellas").click()
    view.get_by_role("dialog").get_by_role("button", name="Remove").click()
    view.get_by_role("button", name="Remove Umbrellas").wait_for(state="detached")
    page.get_by_role("link", name="Chat", exact=True).click()
    assert visit.ask(question).locator(".refusal").count() == 1


def test_a_thumb_on_one_sentence_is_kept_with_the_word_on_it(visit: Visit, product: Product) -> None:
    page = visit.open()
    visit.ask(TURNS[0]).get_by_role("link", name="[1]").first.click()
    page.get_by_role("button", name="This sentence doesn’t answer the question").click()
    page.get_by_role("textbox", name="What was wrong?").fill("that is its length")
    page.keyboard.press("Enter")
    page.get_by_text("Thank you, that helps.").wait_for()
    lines = (product.index / "feedback.jsonl").read_text("utf-8").splitlines()
    kept = [json.loads(line) for line in lines if "that is its length" in line]
    assert [one["question"] for one in kept] == [TURNS[0]]
    assert "4 kilometres" in json.dumps(kept)
