// The conversation in the widget: asks the API, and tells the page around it when to close.
import { ask as fetchAnswer, WORDS } from "./asking.js";
import { element, renderFault, renderReply } from "./reply.js";
import "./source.js";

const talk = document.getElementById("talk");
const box = document.getElementById("question");
const wanted = new URLSearchParams(location.search);
const earlier = [];
const MOST_SUGGESTED = 8;
let asking = false;

async function fetched(question) {
  const { answer, error } = await fetchAnswer(question, earlier);
  return answer ? renderReply(answer, [...earlier]) : renderFault(error);
}

async function ask(question) {
  if (!question || asking) return;
  asking = true;
  box.value = "";
  talk.querySelector(".welcome")?.remove();
  const asked = element("p", "asked", question);
  const waiting = element("p", "waiting", WORDS.waiting);
  talk.append(asked, waiting);
  asked.scrollIntoView();
  waiting.replaceWith(await fetched(question));
  asked.scrollIntoView();
  earlier.push(question);
  asking = false;
}

document.getElementById("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(box.value.trim());
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask(box.value.trim());
});
talk.addEventListener("click", (event) => {
  const link = event.target.closest("a.suggestion");
  if (!link) return;
  event.preventDefault();
  ask(link.textContent);
  box.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.body.classList.contains("source-open")) parent.postMessage("quid:close", "*");
}, true);
addEventListener("message", (event) => {
  if (event.source === parent && event.data === "quid:focus") box.focus();
});

// What the page around it suggests stands in the place of what the server would.
function suggest(questions) {
  const list = talk.querySelector(".suggestions");
  if (!questions.length || !list) return;
  list.replaceChildren(...questions.map((question) => {
    const link = element("a", "suggestion", question.slice(0, box.maxLength));
    link.href = `?${new URLSearchParams({ q: question })}`;
    return element("li", "", link);
  }));
}

suggest(wanted.getAll("s").slice(0, MOST_SUGGESTED));
box.disabled = false;
if (wanted.get("q")) ask(wanted.get("q").slice(0, box.maxLength));
if (parent === window) box.focus({ preventScroll: true });
parent.postMessage("quid:ready", "*");
