"""A walk through every state of the chat page, as its user comes by them: to look at each, and to take its picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from browsing import Visit

ASKED = "How wide is the DMZ?"
FOLLOWING = "And how long is it?"
ANOTHER = "What is Panmunjom?"
REFUSED = "What is the capital of France?"
BROUGHT = "# Returns\n\nUnopened boxes can be returned within 30 days.\n"


def tour(visit: Visit) -> Iterator[str]:
    """The name of each state, once the page is in it; the server is one on which documents can be added."""
    yield from conversation(visit)
    yield from lists(visit)
    yield from adding(visit)
    yield from views(visit)
    yield from pages(visit)


def conversation(visit: Visit) -> Iterator[str]:
    """The states of the chat itself."""
    page = visit.open()
    yield "empty"
    reply = visit.ask(ASKED)
    yield "answer"
    reply.get_by_role("link", name="[1]").first.hover()
    page.get_by_role("tooltip").wait_for()
    yield "card"
    page.mouse.move(1, 1)
    page.get_by_role("tooltip").wait_for(state="hidden")
    reply.get_by_role("link", name="[1]").first.click()
    page.locator("#hl").wait_for()
    yield "source"
    page.keyboard.press("Escape")
    reply.get_by_role("button", name="Copy").click()
    yield "menu"
    page.keyboard.press("Escape")
    reply.get_by_role("button", name="Something is wrong with this answer").click()
    page.get_by_text("Thank you.").wait_for()
    yield "feedback"
    page.keyboard.press("Escape")
    visit.ask(FOLLOWING).get_by_role("button", name="Change what is searched for").click()
    yield "follow-up"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Edit the question").last.click()
    yield "editing"
    page.keyboard.press("Escape")
    visit.ask(REFUSED)
    yield "refusal"
    page.route("**/api/ask", lambda route: route.abort())
    visit.ask(ASKED)
    page.unroute("**/api/ask")
    visit.faults[:] = [fault for fault in visit.faults if "ERR_FAILED" not in fault]
    yield "error"
    held: list[Any] = []
    page.route("**/api/ask", lambda route: held.append(route))
    page.get_by_role("button", name="Ask again").last.click()
    page.get_by_role("button", name="Stop").wait_for()
    yield "waiting"
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. Nothing was answered.").wait_for()
    page.unroute("**/api/ask")
    page.get_by_role("button", name="Take the question back").last.click()
    page.get_by_role("button", name="New chat").click()
    visit.ask(ANOTHER)


def lists(visit: Visit) -> Iterator[str]:
    """The drawer of conversations, and the menu of one."""
    page = visit.page
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.locator(".drawer li").first.wait_for()
    yield "drawer"
    page.get_by_role("button", name=re.compile("^More about")).first.click()
    yield "drawer-menu"
    page.get_by_role("menuitem", name="Rename").click()
    yield "renaming"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Close the list").click()


def adding(visit: Visit) -> Iterator[str]:
    """The panel that documents are brought with: a file that can be read, and one that can't."""
    page = visit.page
    page.get_by_role("button", name="Add documents").click()
    yield "add"
    files = {"returns.md": BROUGHT, "scan.png": "no text", "broken.pdf": "no PDF at all"}
    page.set_input_files(
        ".bring-panel input[type=file]:not([webkitdirectory])",
        [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files.items()],
    )
    page.locator(".bring-item.done").first.wait_for()
    page.locator(".bring-item.failed").nth(1).wait_for()
    yield "added"
    page.keyboard.press("Escape")


def views(visit: Visit) -> Iterator[str]:
    """The tabs beside the chat."""
    page = visit.page
    view = page.frame_locator("iframe.view")
    for name in ("Documents", "Evaluation", "Gaps"):
        page.get_by_role("link", name=name, exact=True).click()
        view.locator("main[aria-label]").wait_for()
        if name == "Documents":
            view.get_by_role("button", name=re.compile("^Left out")).wait_for()
        yield name.lower()
        if name == "Documents":
            view.get_by_role("button", name=re.compile("^Left out")).click()
            view.get_by_text("scan.pdf").wait_for()
            yield "left-out"
            view.get_by_role("button", name=re.compile("^Indexed")).click()
            view.get_by_role("button", name=re.compile("^Remove")).first.click()
            view.get_by_role("dialog").wait_for()
            yield "removing"


def pages(visit: Visit) -> Iterator[str]:
    """What stands on pages of its own."""
    page: Any = visit.page
    page.goto(f"{visit.address}/doc/dmz-history.md?s=0&e=60#hl")
    yield "document"
    page.goto(f"{visit.address}/doc/none.md")
    visit.faults[:] = [fault for fault in visit.faults if "404" not in fault]
    yield "not-found"
