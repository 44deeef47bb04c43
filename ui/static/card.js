// Where a marker's sentence is from, on a card beside it: for a pointer that rests on it, and for the keyboard's focus.
import { element, leadOf, steps, within } from "./reply.js";

const PATIENCE = 120;
const GAP = 6;
const LONGEST = 280;

const card = element("div", "marker-card");
card.id = "marker-card";
card.setAttribute("role", "tooltip");
card.hidden = true;
let shown = null;
let wait = 0;

function fill(place) {
  const [title, ...headings] = steps(place);
  const quote = (place.quote ?? "").trim().replace(/\s+/g, " ");
  card.replaceChildren(
    element("p", "card-title", title),
    ...(headings.length ? [element("p", "card-path", headings.join(" › "))] : []),
    element("p", "card-place", [place.document, within(place)].filter(Boolean).join(", ")),
    ...(quote ? [element("p", "card-quote", quote.length > LONGEST ? `${quote.slice(0, LONGEST).replace(/ \S*$/, "")} …` : quote)] : []),
  );
}

// Above the marker where there is room, and never out of the window.
function put(link) {
  const [at] = link.getClientRects();
  const { width, height } = card.getBoundingClientRect();
  const left = Math.max(GAP, Math.min(at.left - 12, innerWidth - width - GAP));
  const above = at.top - height - GAP;
  card.style.left = `${left}px`;
  card.style.top = `${above > GAP ? above : at.bottom + GAP}px`;
}

function show(link) {
  const lead = leadOf(link);
  if (!lead || !link.isConnected) return;
  hide();
  fill(lead.places[lead.at]);
  (link.closest("aside, main") ?? document.body).append(card);
  card.hidden = false;
  put(link);
  link.setAttribute("aria-describedby", card.id);
  shown = link;
}

function hide() {
  clearTimeout(wait);
  shown?.removeAttribute("aria-describedby");
  shown = null;
  card.hidden = true;
}

const marker = (event) => event.target.closest?.("a.cite:not(.near)");

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch" || card.contains(event.target)) return clearTimeout(wait);
  const link = marker(event);
  clearTimeout(wait);
  if (link === shown && link) return;
  wait = setTimeout(link ? () => show(link) : hide, PATIENCE);
});
document.addEventListener("focusin", (event) => {
  const link = marker(event);
  if (link?.matches(":focus-visible")) show(link);
  else if (shown) hide();
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); }, true);
document.addEventListener("scroll", hide, { capture: true, passive: true });
document.addEventListener("click", hide, true);
