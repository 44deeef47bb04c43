// A button that opens a small menu, by pointer and by keyboard as menus are used anywhere.
import { button, element } from "./reply.js";

const GAP = 4;
let opened = null;

// `items` are [name, what to do]; a null is a line between them. `opener` is what opens the menu.
export function menuOf(opener, items) {
  opener.setAttribute("aria-haspopup", "menu");
  opener.ariaExpanded = "false";
  opener.addEventListener("click", () => (opened?.opener === opener ? close() : open(opener, items)));
  return opener;
}

function open(opener, items) {
  close();
  const menu = element("div", "menu", ...items.map((item) => (item ? entry(...item) : divider())));
  menu.setAttribute("role", "menu");
  menu.ariaLabel = opener.ariaLabel || opener.textContent;
  (opener.closest("aside, main") ?? document.body).append(menu);
  opener.ariaExpanded = "true";
  opened = { opener, menu };
  put(menu, opener.getBoundingClientRect());
  menu.addEventListener("keydown", pressed);
  menu.querySelector("button").focus();
}

function entry(name, work) {
  const made = button("", name, () => { close(); work(); });
  made.setAttribute("role", "menuitem");
  made.tabIndex = -1;
  return made;
}

function divider() {
  const made = element("hr", "");
  made.setAttribute("role", "separator");
  return made;
}

// Below its button, or above where there is no room; never out of the window.
function put(menu, at) {
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + GAP;
  menu.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`;
  menu.style.top = `${below + height < innerHeight ? below : Math.max(GAP, at.top - height - GAP)}px`;
}

function close() {
  if (!opened) return;
  const { opener, menu } = opened;
  opened = null;
  const inside = menu.contains(document.activeElement);
  menu.remove();
  opener.ariaExpanded = "false";
  if (inside) opener.focus();
}

function pressed(event) {
  const entries = [...event.currentTarget.querySelectorAll("button")];
  const at = entries.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % entries.length, ArrowUp: (at + entries.length - 1) % entries.length, Home: 0, End: entries.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") close();
  if (to !== undefined) entries[to].focus();
  if (to !== undefined || event.key === "Escape") event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("pointerdown", (event) => {
  if (opened && !opened.menu.contains(event.target) && !opened.opener.contains(event.target)) close();
}, true);
addEventListener("resize", close);
document.addEventListener("scroll", close, { capture: true, passive: true });
