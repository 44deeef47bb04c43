// The conversation on the page: what Gradio's chatbot shows, and what can be done with each turn of it.
import { WORDS as ASKING } from "./asking.js";
import * as conversation from "./conversation.js";
import { asBibtex, asLink, asMarkdown, asText, toClipboard } from "./copying.js";
import { menuOf } from "./menu.js";
import { button, element, icon, renderFault, renderReply } from "./reply.js";

const text = window.quidText;
export const WORDS = {
  ...text.section("talk"),
  long: (length, most) => text("talk.long", { length, most }),
};
export const LONGEST = 2000;
const PENCIL = "M4 20h4L19 9l-4-4L4 16zM13 7l4 4";
const AGAIN = "M20 11a8 8 0 1 0-2 6M20 5v6h-6";
const BACK = "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3";

const views = new Map();
const field = () => document.querySelector("#question textarea");

// ---- the question box

export function fill(text) {
  const box = field();
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

// Says something below the box; with `undo`, it can be taken back.
export function say(text, undo = null) {
  const line = document.getElementById("say");
  line.replaceChildren(text, ...(undo ? [" ", button("link", WORDS.undo, () => { say(""); undo(); })] : []));
}

// Takes a question from the box; gives what is to stand there then.
export function take(question) {
  const asked = question.trim();
  const complaint = complain(asked);
  say(complaint);
  if (complaint) return question;
  conversation.send(asked);
  return "";
}

function complain(asked) {
  if (conversation.isAsking()) return WORDS.busy;
  if (!asked) return WORDS.empty;
  return asked.length > LONGEST ? WORDS.long(asked.length, LONGEST) : "";
}

// ---- the turns, each a slot in the chatbot and what stands in it

export function messages() {
  return conversation.shown().turns.flatMap((turn) => [slot("user", "asked", turn), slot("assistant", "replied", turn)]);
}

function slot(role, kind, turn) {
  return { role, metadata: null, options: null, content: [{ type: "text", text: `<div class="slot ${kind}-${turn.key}"></div>` }] };
}

function viewOf(turn) {
  if (!views.has(turn.key)) views.set(turn.key, { asked: asked(turn), replied: element("div", "turn", replied(turn)) });
  return views.get(turn.key);
}

// Gradio makes the slots when it likes; whatever it makes is filled before it is painted.
export function hydrate() {
  const empty = document.querySelectorAll("#chat .slot:empty");
  if (!empty.length) return;
  const turns = new Map(conversation.shown().turns.map((turn) => [turn.key, turn]));
  empty.forEach((place) => {
    const [, kind, key] = /(asked|replied)-(\w+)/.exec(place.className) ?? [];
    if (turns.has(key)) place.append(viewOf(turns.get(key))[kind]);
  });
  scrollToLast();
}

let scrolled = "";
function scrollToLast() {
  const last = conversation.shown().turns.at(-1)?.key ?? "";
  if (last === scrolled) return;
  const view = views.get(last);
  if (!view?.replied.isConnected) return;
  scrolled = last;
  toTop(view);
}

const toTop = (view) => view.asked.closest(".message-row")?.scrollIntoView({ block: "start" });

export function redraw(turn) {
  if (!turn) {
    const kept = new Set(conversation.shown().turns.map((one) => one.key));
    [...views.keys()].filter((key) => !kept.has(key)).forEach((key) => views.delete(key));
    document.getElementById("show")?.click();
    return;
  }
  const view = views.get(turn.key);
  if (!view) return;
  const focused = view.replied.contains(document.activeElement);
  view.replied.replaceChildren(replied(turn));
  if (focused) view.replied.querySelector("button.again")?.focus();
  if (turn === conversation.shown().turns.at(-1)) toTop(view);
}

// ---- a question, which can be edited where it stands

function asked(turn) {
  const edit = button("edit", WORDS.edit, () => editing(turn, made), icon(PENCIL));
  const made = element("div", "asked", element("p", "", turn.question), edit);
  return made;
}

function editing(turn, made) {
  const put = () => made.replaceWith(viewOf(turn).asked = asked(turn));
  const form = rewrite(WORDS.yours, turn.question, (text) => {
    if (text === null || text === turn.question) {
      put();
      viewOf(turn).asked.querySelector("button").focus();
      return;
    }
    const before = conversation.snapshot();
    const from = conversation.shown().turns.findIndex((one) => one.key === turn.key);
    const more = from < before.turns.length - 1;
    put();
    conversation.send(text, { from });
    say(more ? WORDS.edited : "", more ? () => conversation.putBack(before) : null);
  });
  made.replaceChildren(form);
  form.querySelector("textarea").focus();
}

// A text that is changed where it stands; `done` gets it, or null where it stays as it was.
function rewrite(name, text, done) {
  const box = element("textarea", "");
  box.value = text;
  box.ariaLabel = name;
  box.maxLength = LONGEST;
  box.rows = 1;
  const save = element("button", "primary", WORDS.save);
  const form = element("form", "rewrite", box, element("div", "choices", button("", WORDS.cancel, () => done(null)), save));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (box.value.trim()) done(box.value.trim());
  });
  form.addEventListener("keydown", (event) => {
    // The page listens to keys too.
    event.stopPropagation();
    if (event.key === "Escape") done(null);
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === box) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  return form;
}

// ---- a reply, and what can be done with it

function replied(turn) {
  if (turn.answer) return answered(turn);
  if (turn.error) return failed(turn);
  return element("p", "waiting", element("span", "", ASKING.waiting), button("stop", WORDS.stop, conversation.stop));
}

function failed(turn) {
  const reply = renderFault(turn.error);
  reply.append(element("div", "actions", word("again", WORDS.retry, AGAIN, () => conversation.retry(turn)), back(turn)));
  return reply;
}

function answered(turn) {
  const reply = renderReply(turn.answer, turn.earlier);
  searchable(reply, turn);
  const tools = element("div", "tools", copier(turn), again(turn), back(turn));
  const foot = reply.querySelector(".foot");
  if (foot) {
    foot.append(tools);
  } else {
    reply.append(element("div", "actions", word("", WORDS.rephrase, PENCIL, () => fill(turn.question)), tools));
  }
  return reply;
}

// What was searched for can be put otherwise; a refusal says it in any case.
function searchable(reply, turn) {
  let line = reply.querySelector(".searched");
  if (!line && !turn.answer.answered) {
    line = element("p", "searched", WORDS.searched, element("em", "", turn.answer.searched_for));
    reply.prepend(line);
  }
  if (!line) return;
  const change = button("edit", WORDS.change, () => {
    const form = rewrite(WORDS.change, turn.answer.searched_for, (text) => {
      form.replaceWith(line);
      change.focus();
      // It stands alone: no question before it is needed to understand it.
      if (text !== null && !conversation.isAsking()) conversation.send(text, { earlier: [] });
    });
    line.replaceWith(form);
    form.querySelector("textarea").select();
  }, icon(PENCIL));
  line.append(" ", change);
}

function again(turn) {
  return button("again", WORDS.retry, () => conversation.retry(turn), icon(AGAIN));
}

// Only the last question can be taken back; the style hides it elsewhere.
function back() {
  return button("back", WORDS.back, () => {
    const before = conversation.snapshot();
    fill(conversation.takeBack());
    say("", null);
    if (before.turns.length > 1) say("");
  }, icon(BACK));
}

function word(className, name, path, pressed) {
  const made = button(`word ${className}`, name, pressed);
  made.prepend(icon(path));
  return made;
}

function copier(turn) {
  const opener = button("copy", WORDS.copy, () => {});
  const as = (make) => async () => {
    try {
      await toClipboard(make(turn));
      opener.textContent = WORDS.copied;
      setTimeout(() => { opener.textContent = WORDS.copy; }, 1500);
    } catch {
      say(WORDS.uncopied);
    }
  };
  const cited = turn.answer.answered;
  return menuOf(opener, [
    [WORDS.markdown, as(asMarkdown)],
    [WORDS.text, as(asText)],
    ...(cited ? [[WORDS.bibtex, as(asBibtex)]] : []),
    null,
    [WORDS.link, as(asLink)],
  ]);
}
