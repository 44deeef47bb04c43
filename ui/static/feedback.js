// Thumbs on each answer and on each sentence that is read in its source, in the chat page and in the
// widget: the verdict goes to the API, and nothing else. This is loaded only where feedback is kept.
import { button, element, icon, toldBy } from "./reply.js";

const text = window.quidText;
export const WORDS = {
  ...text.section("feedback"),
  sentence: (number) => text("feedback.sentence", { number: String(number) }),
  only: (number) => text("feedback.only", { number: String(number) }),
};
const REMEMBERED = 10;
const THUMB = "M7 10.5 11 3c1.4 0 2.5 1.1 2.5 2.5V9.5h5a2 2 0 0 1 2 2.4l-1.4 7a2 2 0 0 1-2 1.6H7zM3.5 10.5H7v10H3.5z";

const placed = ({ document, start, end, sha256 }) => ({ document, start, end, sha256 });

async function send({ question, earlier }, said) {
  try {
    const answer = await fetch("api/feedback", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ question, earlier: earlier.slice(-REMEMBERED), ...said }),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

// Asks what was wrong: `citations` to choose from, where it may be about one of several.
function asking(citations, done) {
  const part = element("select", "", new Option(WORDS.whole, ""), ...citations.map((one, at) => new Option(WORDS.only(one.number), String(at))));
  part.ariaLabel = WORDS.about;
  const word = element("input", "");
  Object.assign(word, { type: "text", maxLength: 500, ariaLabel: WORDS.word, placeholder: WORDS.optional });
  const form = element("form", "wrong", ...(citations.length > 1 ? [part] : []), word, element("button", "", WORDS.send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const about = part.value ? placed(citations[Number(part.value)]) : null;
    done({ helpful: false, word: word.value.trim(), ...about });
  });
  form.addEventListener("keydown", (event) => {
    // Gradio's page listens to keys too.
    event.stopPropagation();
    if (event.key === "Escape") done(null);
  });
  return form;
}

// Two thumbs; the form that they open stands after `after()`, what is said about them in `status`.
function thumbs(told, names, citations, place, after, status) {
  const [up, down] = names.map((name, nth) => button(nth ? "down" : "up", name, () => {}, icon(THUMB)));
  [up, down].forEach((one) => { one.ariaPressed = "false"; });
  let form = null;

  async function judge(said) {
    const stored = await send(told, { ...said, ...(place && placed(place)) });
    status.textContent = stored ? (said.word || said.document ? WORDS.helps : WORDS.thanks) : WORDS.unstored;
    if (!stored) return;
    up.ariaPressed = String(said.helpful);
    down.ariaPressed = String(!said.helpful);
  }

  function closed() {
    form?.remove();
    form = null;
  }

  up.addEventListener("click", () => {
    closed();
    if (up.ariaPressed !== "true") judge({ helpful: true });
  });
  down.addEventListener("click", () => {
    if (form) return closed();
    if (down.ariaPressed !== "true") judge({ helpful: false });
    form = asking(citations, (said) => {
      closed();
      down.focus();
      if (said?.word || said?.document) judge(said);
    });
    after().after(form);
    form.querySelector("input").focus();
    form.scrollIntoView({ block: "nearest" });
  });
  return element("div", "thumbs", up, down);
}

const announced = () => {
  const made = element("p", "thanks");
  made.setAttribute("role", "status");
  return made;
};

function addTo(reply) {
  const told = toldBy(reply);
  if (!told || reply.querySelector(".thumbs, .gap")) return;
  const foot = reply.querySelector(".foot");
  if (!foot) {
    reply.querySelector(".refusal")?.after(element("p", "gap", WORDS.gap));
    return;
  }
  const status = announced();
  const made = thumbs(told, [WORDS.helped, WORDS.wrong], told.answer.citations, null, () => foot, status);
  const tools = foot.querySelector(".tools");
  if (tools) tools.prepend(made);
  else foot.append(made);
  reply.append(status);
}

// Under the source, about the sentence that is shown there.
document.addEventListener("quid:place", ({ detail: { place, told, foot } }) => {
  foot.replaceChildren();
  if (!told || !place.number) return;
  const status = announced();
  const line = element("div", "panel-judge", element("span", "", WORDS.sentence(place.number)));
  line.append(thumbs(told, [WORDS.sentenceHelped, WORDS.sentenceWrong], [], place, () => line, status));
  foot.append(line, status);
});

const look = () => document.querySelectorAll(".reply").forEach(addTo);
new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
look();
