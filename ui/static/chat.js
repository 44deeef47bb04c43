// The chat page: brings its parts together, and gives names to what Gradio leaves without.
import * as conversation from "./conversation.js";
import { refresh } from "./drawer.js";
import "./source.js";
import { close as closeSource } from "./source.js";
import { hydrate, messages, redraw, take } from "./talk.js";

export const WORDS = window.quidText.section("chat");
const root = document.documentElement;

// Until Gradio has chosen, the colours are those that the reader prefers anyway.
function followTheme() {
  if (!document.querySelector(".gradio-container")) return;
  root.dataset.theme = document.body.classList.contains("dark") ? "dark" : "light";
}

// Gradio names a message by its markup, and its send button not at all.
function name() {
  document.querySelectorAll("#chat .message [data-testid][aria-label*='message']").forEach((message) => {
    message.setAttribute("role", "group");
    message.setAttribute("aria-label", message.dataset.testid === "user" ? WORDS.you : WORDS.answer);
  });
  const send = document.querySelector("#question .submit-button");
  if (send && !send.ariaLabel) send.ariaLabel = WORDS.ask;
}

const plain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.suggestion");
  if (!link || !plain(event)) return;
  event.preventDefault();
  take(link.textContent);
  document.querySelector("#question textarea").focus();
}, true);

conversation.whenChanged((turn) => {
  redraw(turn);
  refresh();
});

// Gradio's events call these; see ui/page.py.
window.quid = {
  take,
  messages,
  anew() {
    closeSource();
    conversation.begin();
    document.querySelector("#question textarea").focus();
  },
};

// A link with ?q= asks at once, in a conversation of its own; a reload brings back the one that was shown.
async function start() {
  const address = new URL(location.href);
  const question = address.searchParams.get("q");
  if (question) {
    address.searchParams.delete("q");
    history.replaceState(null, "", address);
    take(question);
  } else if (conversation.remembered()) {
    await conversation.show(conversation.remembered());
  }
  root.dataset.ready = "1";
}

if (root.dataset.mounted) start();
else document.addEventListener("quid:mounted", start, { once: true });

new MutationObserver(followTheme).observe(document.body, { attributes: true, attributeFilter: ["class"] });
new MutationObserver(() => { name(); hydrate(); }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["aria-label"] });
followTheme();
name();
