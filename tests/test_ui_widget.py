"""The widget on somebody else's page: another origin, a strict policy, styles that mean no good."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
import shop
from shop import HOSTILE_STYLE, REFUND, Open, Site, ask

from ui.colours import Palette, contrast
from ui.look import Look
from ui.tag_command import print_tag

site, open_site = shop.site, shop.open_site
TAG = '<script src="{chat}/widget.js" data-title="Ask" defer></script>'


def test_the_widget_answers_on_another_site_and_loads_nothing_before_it_is_opened(
    open_site: Open, site: tuple[Site, str, str]
) -> None:
    page = open_site('<script src="{chat}/widget.js" data-title="Ask the shop" defer></script>')
    button = page.get_by_role("button", name="Ask the shop")
    button.wait_for()
    assert [url for url in page.requested if url != "data:,"] == [f"{site[1]}/", f"{site[2]}/widget.js"]
    button.click()
    frame = page.frame_locator("iframe")
    assert ask(frame, REFUND).locator("blockquote").inner_text() == "A refund reaches your bank within 14 days.\xa0[1]"
    frame.locator("blockquote").get_by_role("link", name="[1]").click()
    frame.locator("#hl").wait_for()
    assert frame.locator("#hl").inner_text() == "A refund reaches your bank within 14 days."
    panel = page.get_by_role("region", name="Ask the shop")
    page.keyboard.press("Escape")
    frame.locator("#hl").wait_for(state="hidden")
    assert panel.is_visible()
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    assert button.evaluate("button => button === button.getRootNode().activeElement")


def test_what_a_hostile_document_says_is_only_ever_text(open_site: Open) -> None:
    page = open_site('<script src="{chat}/widget.js" data-title="Ask" defer></script>')
    page.get_by_role("button", name="Ask").click()
    frame = page.frame_locator("iframe")
    reply = ask(frame, "The second hostile sentence inside onerror window owned")
    assert reply.locator("blockquote").inner_text() == (
        'The second hostile sentence has <img src=x onerror="window.owned = 2"> inside it.\xa0[1]'
    )
    reply.locator("blockquote a").click()
    frame.locator("#hl").wait_for()
    assert frame.locator("img, .reply script, .source-panel script").count() == 0
    assert page.frames[1].evaluate("window.owned") is None


def test_a_refusal_a_follow_up_and_an_overlong_question_in_the_widget(open_site: Open) -> None:
    page = open_site('<script src="{chat}/widget.js" data-title="Ask" defer></script>')
    page.get_by_role("button", name="Ask").click()
    frame = page.frame_locator("iframe")
    ask(frame, REFUND).locator("blockquote").wait_for()
    follow_up = ask(frame, "And to cards from abroad, which take days?")
    frame.locator(".reply").nth(1).wait_for()
    assert follow_up.locator(".searched em").inner_text() == f"{REFUND} And to cards from abroad, which take days?"
    refusal = ask(frame, "What became of the parcel?")
    frame.locator(".reply").nth(2).wait_for()
    assert refusal.locator(".refusal").inner_text() == "The documents don't say anything about that."
    assert refusal.locator(".nearest a").inner_text() == "Delivery › Where is my parcel?"
    frame.get_by_label("Your question").evaluate("box => box.removeAttribute('maxlength')")
    said = ask(frame, "x" * 2001)
    frame.locator(".reply").nth(3).wait_for()
    assert said.inner_text() == "question: expected a question of 1 to 2000 characters, found 2001"


def test_the_site_s_styles_and_the_widget_s_do_not_reach_each_other(open_site: Open) -> None:
    tag = '<script src="{chat}/widget.js" data-title="Ask" defer></script>'
    boxes = []
    for style in ("", HOSTILE_STYLE):
        page = open_site(tag, style)
        button = page.get_by_role("button", name="Ask")
        button.wait_for()
        colours = button.evaluate("one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]")
        assert colours == ["rgb(255, 255, 255)", "rgb(23, 96, 90)"]
        boxes.append(button.bounding_box())
        assert page.locator("h1").evaluate("one => getComputedStyle(one).color") == (
            "rgb(255, 0, 0)" if style else "rgb(0, 0, 0)"
        )
    assert boxes[0] == boxes[1]


def test_two_widgets_inline_and_floating_with_a_first_question_and_a_theme(open_site: Open) -> None:
    page = open_site(
        '<div id="here"></div>'
        f'<script src="{{chat}}/widget.js" data-target="#here" data-question="{REFUND}" defer></script>'
        '<script src="{chat}/widget.js" data-title="Night" data-theme="dark" data-position="left" defer></script>'
    )
    first = page.frame_locator("#here iframe")
    assert first.locator("blockquote").inner_text() == "A refund reaches your bank within 14 days.\xa0[1]"
    button = page.get_by_role("button", name="Night")
    assert button.bounding_box()["x"] == 20
    button.click()
    second = page.get_by_role("region", name="Night").frame_locator("iframe")
    second.get_by_label("Your question").wait_for()
    assert second.locator("html").get_attribute("data-theme") == "dark"
    assert second.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(22, 25, 27)"


def test_a_site_that_is_not_allowed_is_told_what_to_do(open_site: Open, site: tuple[Site, str, str]) -> None:
    page = open_site('<script src="{chat}/widget.js" data-title="Ask" defer></script>', host="localhost")
    page.get_by_role("button", name="Ask").click()
    told = page.get_by_text("The chat can’t be shown here.")
    told.wait_for()
    address = site[1].replace("127.0.0.1", "localhost")
    assert told.inner_text().endswith(f"Its server has to allow this site: start it with --allow-site {address}")


def test_on_a_phone_the_widget_takes_the_screen(open_site: Open) -> None:
    tag = '<meta name="viewport" content="width=device-width"><script src="{chat}/widget.js" defer></script>'
    page = open_site(tag, viewport={"width": 390, "height": 800})
    page.get_by_role("button", name="Ask a question").click()
    box = page.get_by_role("region", name="Ask a question").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 800}


def test_everything_that_the_widget_loads_is_small(site: tuple[Site, str, str]) -> None:
    with httpx.Client(base_url=site[2], headers={"Accept-Encoding": "gzip"}) as client:
        page = client.get("/embed")
        loaded = set(re.findall(r"ui/[\w.-]+", page.text))
        assert loaded == {"ui/icon.svg", "ui/theme.js", "ui/widget.css", "ui/widget-page.js"}
        assert "import " not in client.get("/ui/widget-page.js").text
        sizes = {file: received(client, file) for file in ("widget.js", "embed", *loaded)}
    assert sum(sizes.values()) < 20_000, sizes


def received(client: httpx.Client, path: str) -> int:
    """The bytes of a response as they come over the wire, without its headers."""
    with client.stream("GET", path) as response:
        assert response.headers.get("content-encoding") == "gzip" or path.endswith(".svg")
        return sum(map(len, response.iter_raw()))


def test_what_was_received_once_is_only_asked_after(site: tuple[Site, str, str]) -> None:
    for path in ("/widget.js", "/embed", "/ui/widget.css", "/ui/widget-page.js"):
        first = httpx.get(site[2] + path)
        assert first.headers["cache-control"] == "no-cache"
        again = httpx.get(site[2] + path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_widget_s_page_runs_no_inline_script_or_style(site: tuple[Site, str, str]) -> None:
    response = httpx.get(f"{site[2]}/embed")
    assert response.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors 'self' {site[1]}"
    )


def test_the_tag_that_is_printed_runs_and_a_script_that_was_changed_does_not(
    open_site: Open, site: tuple[Site, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_tag(site[2], (site[1],), (site[1],), Look(), "Ask the shop") == 0
    tag, advice = capsys.readouterr()
    assert tag.startswith(f'<script src="{site[2]}/widget.js" integrity="sha384-')
    assert advice == (
        f"where the site has a Content-Security-Policy, it needs: script-src {site[2]}; frame-src {site[2]}\n"
        "the hash fits this version and these settings: after a change of either, put the new tag in the pages\n"
    )
    page = open_site(tag)
    page.get_by_role("button", name="Ask the shop").click()
    page.frame_locator("iframe").get_by_label("Your question").wait_for()
    page = open_site(re.sub("sha384-.", "sha384-_", tag) + '<script src="{chat}/widget.js" data-title="Two"></script>')
    page.get_by_role("button", name="Two").wait_for()
    assert page.get_by_role("button", name="Ask the shop").count() == 0


def test_the_hash_is_the_same_in_every_language_and_any_page_may_check_it(site: tuple[Site, str, str]) -> None:
    address = f"{site[2]}/widget.js"
    assert len({httpx.get(address, headers={"Accept-Language": one}).content for one in ("en", "de", "ko")}) == 1
    response = httpx.get(f"{site[2]}/widget.js", headers={"Origin": "https://elsewhere.test"})
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_site_says_which_language_colour_and_questions_its_widget_has(open_site: Open) -> None:
    tag = (
        '<script src="{chat}/widget.js" data-language="de" data-accent="#ffd000" '
        f'data-questions="{REFUND}|Do parcels to islands travel for days?" defer></script>'
    )
    page = open_site(tag, locale="fr")
    button = page.get_by_role("button", name="Eine Frage stellen")
    # The yellow that was wanted, as dark as it takes to read white on it, and hardly darker.
    assert 4.5 <= contrast(rgb(button, "backgroundColor"), (255, 255, 255)) < 5
    button.click()
    frame = page.frame_locator("iframe")
    suggestions = frame.locator("a.suggestion")
    suggestions.first.wait_for()
    assert suggestions.all_inner_texts() == [REFUND, "Do parcels to islands travel for days?"]
    assert frame.locator("html").get_attribute("lang") == "de"
    suggestions.last.click()
    assert frame.locator("blockquote").inner_text() == "Parcels to islands travel for 9 days.\xa0[1]"
    assert rgb(frame.locator("blockquote a"), "color") == Palette.of((255, 208, 0)).light


def rgb(element: Any, name: str) -> tuple[int, int, int]:
    """A colour that an element is drawn in."""
    drawn = element.evaluate("(one, name) => getComputedStyle(one)[name]", name)
    red, green, blue = map(int, re.findall(r"\d+", drawn))
    return red, green, blue


def test_without_a_word_on_it_the_widget_speaks_as_the_reader_s_browser_does(open_site: Open) -> None:
    page = open_site('<script src="{chat}/widget.js" defer></script>', locale="ko-KR")
    page.get_by_role("button", name="질문하기").wait_for()


def test_a_site_without_scripts_shows_the_chat_in_a_frame(
    open_site: Open, site: tuple[Site, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_tag(site[2], (), (site[1],), Look(title="The shop's documents"), frame=True) == 0
    page = open_site(capsys.readouterr().out)
    frame = page.frame_locator("iframe[title=\"The shop's documents\"]")
    assert ask(frame, REFUND).locator("blockquote").inner_text() == "A refund reaches your bank within 14 days.\xa0[1]"


def test_a_chat_in_the_page_leaves_the_focus_where_it_is_and_one_that_is_opened_takes_it(open_site: Open) -> None:
    page = open_site('<input><div id="here"></div>' + TAG.replace("data-title", 'data-target="#here" data-title') + TAG)
    page.frame_locator("#here iframe").locator("#question:enabled").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("region", name="Ask").last.frame_locator("iframe").locator("#question:focus").wait_for()


def test_a_page_that_reads_from_the_right_has_the_button_on_the_left(open_site: Open) -> None:
    page = open_site(TAG, html='lang="ar"', style="html { direction: rtl }")
    button = page.get_by_role("button", name="Ask")
    assert button.bounding_box()["x"] == 20
    button.click()
    assert page.get_by_role("region", name="Ask").bounding_box()["x"] == 20


def test_at_twice_the_size_the_widget_takes_the_screen_and_nothing_is_cut_off(open_site: Open) -> None:
    page = open_site(TAG, viewport={"width": 640, "height": 400}, device_scale_factor=2)
    page.get_by_role("button", name="Ask").click()
    assert page.get_by_role("region", name="Ask").bounding_box() == {"x": 0, "y": 0, "width": 640, "height": 400}
    frame = page.frames[-1]
    frame.wait_for_selector("#question:enabled")
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
