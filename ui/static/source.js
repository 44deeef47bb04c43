// The source beside the chat: a click on a citation opens its document at the cited sentence.
// Every citation is a real link, so that a new tab, a copied link and a page without scripts work.
import { address, fragment } from "./asking.js";
import "./card.js";
import { follow, outlineOf } from "./outline.js";
import { button, element, leadOf, steps, toldBy, within } from "./reply.js";

const text = window.quidText;
export const WORDS = {
  ...text.section("source"),
  citation: (number, at, count) => text(count > 1 ? "source.citation_of" : "source.citation", { number: String(number), at, count }),
  near: (at, count) => text(count > 1 ? "source.near_of" : "source.near", { at, count }),
};
let opener = null;
let lead = null;
let held = "";

const title = element("h2", "panel-title");
const path = element("p", "panel-path");
const full = outward("quiet-button panel-open", WORDS.full);
const original = outward("quiet-button panel-original", WORDS.original);
const previous = button("panel-step", WORDS.previous, () => step(-1), glyph("‹"));
const next = button("panel-step", WORDS.next, () => step(1), glyph("›"));
const position = element("span", "panel-position");
const quoted = element("span", "unseen");
const status = element("p", "panel-status", position, quoted);
const outline = element("div", "panel-outline");
const body = element("div", "panel-body");
const foot = element("div", "panel-foot");
const panel = element("aside", "source-panel",
  element("div", "panel-bar",
    element("div", "panel-name", title, path),
    button("panel-close", WORDS.close, close, glyph("✕"))),
  element("div", "panel-tools", previous, status, next, element("span", "panel-links", original, full)),
  element("div", "panel-main", outline, body),
  foot);
panel.hidden = true;
panel.ariaLabel = WORDS.panel;
body.tabIndex = 0;
body.setAttribute("role", "region");
body.ariaLabel = WORDS.document;
status.setAttribute("role", "status");

function outward(className, name) {
  const made = element("a", className, name);
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

function glyph(text) {
  const made = element("span", "", text);
  made.ariaHidden = "true";
  return made;
}

export async function open(link) {
  lead = { ...leadOf(link), told: toldBy(link.closest(".reply")) };
  opener = link;
  await show();
  (current() ?? body).focus({ preventScroll: true });
}

// Along the citations of the answer, from one document into the next.
async function step(by) {
  lead.at = Math.min(Math.max(lead.at + by, 0), lead.places.length - 1);
  await show();
}

async function show() {
  const place = lead.places[lead.at];
  const together = lead.places.filter((other) => other.document === place.document);
  const wanted = [place.document, ...together.map(name)].join(" ");
  if (wanted !== held || panel.hidden) {
    const found = await load(place, together);
    body.innerHTML = found;
    held = body.querySelector("[data-title]") ? wanted : "";
    outline.replaceChildren(...outlineOf(body));
  }
  label(place);
  panel.hidden = false;
  document.body.classList.add("source-open");
  mark(place);
  panel.dispatchEvent(new CustomEvent("quid:place", { bubbles: true, detail: { place, told: lead.told, foot } }));
}

const name = (place) => `${place.start}-${place.end}`;
const current = () => body.querySelector("#hl");

async function load(place, together) {
  const also = together.filter((other) => other !== place).map(name).join(",");
  try {
    const { html, gone, error } = await fragment(place, also);
    return html ?? note(gone ? WORDS.gone : error);
  } catch {
    return note(WORDS.unreached);
  }
}

function note(text) {
  return element("p", "document", text).outerHTML;
}

function label(place) {
  const shown = body.querySelector("[data-title]")?.dataset;
  const count = lead.places.length;
  title.textContent = shown?.title ?? place.title;
  path.textContent = [shown?.source ?? place.source, within(place)].filter(Boolean).join(", ");
  path.title = steps(place).join(" › ");
  position.textContent = place.number ? WORDS.citation(place.number, lead.at + 1, count) : WORDS.near(lead.at + 1, count);
  quoted.textContent = place.number ? place.quote : "";
  previous.hidden = next.hidden = count < 2;
  previous.disabled = lead.at === 0;
  next.disabled = lead.at === count - 1;
  full.href = new URL(address(place), document.baseURI).href;
}

// The sentence that is read stands out, the others that the answer cites are marked weaker.
function mark(place) {
  body.querySelectorAll("mark").forEach((one) => {
    const own = one.dataset.places.split(" ").includes(name(place));
    one.classList.toggle("other", !own);
    one.removeAttribute("id");
    one.removeAttribute("tabindex");
  });
  const first = body.querySelector("mark:not(.other)");
  if (first) {
    first.id = "hl";
    first.tabIndex = -1;
    first.scrollIntoView({ block: "center" });
  }
  follow();
  const outside = body.querySelector(`[data-place="${name(place)}"]`)?.dataset.original;
  original.hidden = !outside;
  if (outside) original.href = outside;
  document.querySelectorAll("a.cite").forEach((link) => {
    const its = leadOf(link);
    link.classList.toggle("open", its?.places[its.at] === place);
  });
}

export function close() {
  if (panel.hidden) return;
  panel.hidden = true;
  document.body.classList.remove("source-open");
  document.querySelectorAll("a.cite.open").forEach((link) => link.classList.remove("open"));
  // Back to where the reader came from, or to the marker of what was read last.
  const reply = opener?.closest(".reply");
  const last = [...(reply?.querySelectorAll("a.cite") ?? [])].find((link) => leadOf(link)?.at === lead.at);
  const back = leadOf(opener)?.at === lead.at ? opener : (last ?? opener);
  if (back?.isConnected) back.focus();
}

const plain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.cite");
  if (!link || !leadOf(link) || !plain(event)) return;
  event.preventDefault();
  event.stopPropagation();
  open(link);
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) close();
});
document.body.append(panel);
