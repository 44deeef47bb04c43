"""What axe finds wrong with a page, for whoever can't see it, can't point, or needs it large.

axe-core comes with the package `axe-playwright-python`; it is put into every frame of the page, so that an
embedded view or widget is looked at as well.
"""

from __future__ import annotations

from typing import Any

# WCAG 2.2 up to AA, and what axe's makers recommend besides.
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# The states that a page is looked at in: its viewport, and what the reader prefers.
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
}
# Text at 200 %, as somebody sets it in the browser: an argument to start one with.
LARGE = "--blink-settings=defaultFontSize=32"
RUN = """async (tags) => {
  const found = await axe.run(document, {
    runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], elementRef: false,
  });
  const why = (node) => node.failureSummary.split("\\n").slice(1).join(" ").trim();
  const told = (one) => one.nodes.map((node) => `${one.id}: ${node.target.flat().join(" ")}: ${why(node)}`);
  return found.violations.flatMap(told);
}"""


def violations(page: Any) -> list[str]:
    """A line for each element that breaks a rule: the rule, where the element is, and what is wrong with it."""
    from axe_playwright_python.base import AXE_SCRIPT

    settled(page)
    for frame in page.frames:
        frame.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, list(TAGS))


def settled(page: Any) -> None:
    """Wait until no animation runs that ends: half-faded text would be found too pale."""
    for frame in page.frames:
        frame.wait_for_function("""() => document.getAnimations().every((one) =>
            one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity)""")
