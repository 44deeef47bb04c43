// The headings of the document that is shown: to jump to, and to see under which of them one is reading.
import { element } from "./reply.js";

export const WORDS = window.quidText.section("outline");
const FEWEST = 3;
const wide = matchMedia("(min-width: 68.75em)");
// Says in the outline under which heading one is reading now.
export let follow = () => {};

// The outline of what `body` shows, [] where there is little to outline.
export function outlineOf(body) {
  const headings = [...body.querySelectorAll(".document :is(h2, h3, h4, h5, h6)")];
  follow = () => {};
  if (headings.length < FEWEST) return [];
  const top = Math.min(...headings.map((heading) => Number(heading.tagName[1])));
  const lines = headings.map((heading) => {
    const line = element("button", `depth${Math.min(Number(heading.tagName[1]) - top, 3)}`, heading.textContent);
    line.type = "button";
    line.addEventListener("click", () => go(heading, details));
    return line;
  });
  const list = element("ol", "", ...lines.map((line) => element("li", "", line)));
  const details = element("details", "", element("summary", "", WORDS.contents), element("nav", "", list));
  details.querySelector("nav").ariaLabel = WORDS.contents;
  details.open = wide.matches;
  follow = () => point(body, headings, lines);
  return [details];
}

function go(heading, details) {
  if (!wide.matches) details.open = false;
  heading.tabIndex = -1;
  heading.scrollIntoView({ block: "start" });
  heading.focus({ preventScroll: true });
}

// The last heading above the middle of what is seen is the one that is read under.
function point(body, headings, lines) {
  const middle = body.getBoundingClientRect().top + body.clientHeight / 2;
  const at = headings.findLastIndex((heading) => heading.getBoundingClientRect().top <= middle);
  lines.forEach((line, nth) => {
    if (nth === at) line.setAttribute("aria-current", "location");
    else line.removeAttribute("aria-current");
  });
  lines[at]?.scrollIntoView({ block: "nearest" });
}

let due = 0;
document.addEventListener("scroll", (event) => {
  if (!event.target.classList?.contains("panel-body") || due) return;
  due = requestAnimationFrame(() => { due = 0; follow(); });
}, { capture: true, passive: true });
