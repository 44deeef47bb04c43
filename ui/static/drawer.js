// The conversations that are kept in this browser: to open, rename, export and delete.
import * as conversation from "./conversation.js";
import { conversationJson, conversationMarkdown, download, fileName } from "./exporting.js";
import { menuOf } from "./menu.js";
import { button, element, icon } from "./reply.js";
import * as store from "./store.js";

const text = window.quidText;
export const WORDS = {
  ...text.section("drawer"),
  more: (title) => text("drawer.more", { title }),
};
const LATELY = new Intl.DateTimeFormat(text.language, { day: "numeric", month: "short" });
const TODAY = new Intl.DateTimeFormat(text.language, { hour: "2-digit", minute: "2-digit" });
const DOTS = "M5 12h.01M12 12h.01M19 12h.01";

const list = element("ul", "drawer-list");
const note = element("p", "drawer-note");
note.setAttribute("role", "status");
const drawer = element("aside", "drawer",
  element("div", "drawer-bar", element("h2", "", WORDS.name), button("drawer-close", WORDS.close, () => toggle(false), cross())),
  list, note);
drawer.id = "drawer";
drawer.ariaLabel = WORDS.name;
drawer.hidden = true;

function cross() {
  const made = element("span", "", "✕");
  made.ariaHidden = "true";
  return made;
}

export async function refresh() {
  const kept = await store.all();
  list.replaceChildren(...kept.map(row));
  note.textContent = kept.length ? WORDS.kept : WORDS.none;
}

function row(one) {
  const title = conversation.titleOf(one);
  const open = element("button", "drawer-entry", element("span", "drawer-title", title), element("time", "", day(one.changed)));
  open.type = "button";
  open.title = title;
  if (one.id === conversation.shown().id) open.setAttribute("aria-current", "true");
  open.addEventListener("click", async () => {
    await conversation.show(one.id);
    if (!wide.matches) toggle(false);
    refresh();
  });
  const made = element("li", "");
  const more = button("drawer-more", WORDS.more(title), () => {}, icon(DOTS));
  made.append(open, menuOf(more, [
    [WORDS.rename, () => renaming(made, one)],
    [WORDS.markdown, () => exported(one, "md", "text/markdown", conversationMarkdown)],
    [WORDS.json, () => exported(one, "json", "application/json", conversationJson)],
    null,
    [WORDS.remove, () => removed(one.id)],
  ]));
  return made;
}

function day(time) {
  const date = new Date(time);
  return (date.toDateString() === new Date().toDateString() ? TODAY : LATELY).format(date);
}

async function exported(one, ending, type, make) {
  const kept = await store.get(one.id);
  download(fileName(conversation.titleOf(kept), ending), type, make({ ...kept, title: conversation.titleOf(kept) }));
}

async function removed(id) {
  const was = await store.get(id);
  const wasShown = id === conversation.shown().id;
  await conversation.forget(id);
  await refresh();
  const undo = button("link", WORDS.undo, async () => {
    await store.put(was);
    if (wasShown) await conversation.show(id);
    await refresh();
    drawer.querySelector(".drawer-entry, .drawer-close").focus();
  });
  note.replaceChildren(WORDS.removed, undo);
  undo.focus();
}

function renaming(made, one) {
  const box = element("input", "");
  box.value = conversation.titleOf(one);
  box.ariaLabel = WORDS.title;
  box.maxLength = 120;
  let over = false;
  const done = async (keep) => {
    if (over) return;
    over = true;
    if (keep) await conversation.rename(one, box.value.trim());
    await refresh();
    [...list.querySelectorAll(".drawer-entry")].find((open) => open.title === (keep ? box.value.trim() : box.defaultValue))?.focus();
  };
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") done(true);
    if (event.key === "Escape") done(false);
  });
  box.addEventListener("blur", () => done(true));
  made.replaceChildren(box);
  box.select();
}

const wide = matchMedia("(min-width: 56.25em)");
const toggler = () => document.querySelector(".drawer-toggle");

export function toggle(open) {
  drawer.hidden = !open;
  document.body.classList.toggle("drawer-open", open);
  if (toggler()) toggler().ariaExpanded = String(open);
  if (open) {
    refresh();
    drawer.querySelector(".drawer-close").focus();
  } else {
    toggler()?.focus();
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.(".drawer-toggle")) toggle(drawer.hidden);
});
// On a narrow screen it lies over the page, and a touch beside it is meant to leave it.
document.addEventListener("pointerdown", (event) => {
  const beside = !drawer.hidden && !wide.matches && !event.target.closest?.(".drawer, .menu, .drawer-toggle");
  if (beside) toggle(false);
});
drawer.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  toggle(false);
});
document.body.prepend(drawer);
