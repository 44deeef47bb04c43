// Thumbs on each answer, in the chat page and in the widget: the verdict goes to the API, and nothing else.
(() => {
  "use strict";

  const EARLIER = 10;
  const THUMB = "M7 10.5 11 3c1.4 0 2.5 1.1 2.5 2.5V9.5h5a2 2 0 0 1 2 2.4l-1.4 7a2 2 0 0 1-2 1.6H7zM3.5 10.5H7v10H3.5z";

  function element(tag, attributes, ...content) {
    const made = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    made.append(...content);
    return made;
  }

  function icon() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", THUMB);
    svg.append(path);
    return svg;
  }

  // What was asked up to that reply, oldest first.
  function questions(reply) {
    const asked = [...document.querySelectorAll("#chat [data-testid='user'], #talk .asked")];
    const before = asked.filter((one) => one.compareDocumentPosition(reply) & Node.DOCUMENT_POSITION_FOLLOWING);
    return before.map((one) => one.innerText.trim());
  }

  // The places that the reply quotes, by the number of their marker.
  function places(reply) {
    const found = new Map();
    reply.querySelectorAll("blockquote a.cite").forEach((link) => {
      const [, name, start, end] = /doc\/([^?/]*)\?s=(\d+)&e=(\d+)/.exec(link.getAttribute("href")) ?? [];
      if (name) found.set(link.textContent, { document: decodeURIComponent(name), start: Number(start), end: Number(end) });
    });
    return found;
  }

  async function send(reply, said) {
    const earlier = questions(reply);
    const question = earlier.pop();
    try {
      const answer = await fetch("api/feedback", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ question, earlier: earlier.slice(-EARLIER), ...said }),
      });
      return answer.ok;
    } catch {
      return false;
    }
  }

  function asking(reply, done) {
    const quoted = places(reply);
    const part = element("select", { "aria-label": "What is it about?" }, element("option", { value: "" }, "The whole answer"));
    [...quoted.keys()].forEach((number) => part.append(element("option", { value: number }, `Only ${number}`)));
    const word = element("input", { type: "text", maxlength: "500", "aria-label": "What was wrong?", placeholder: "What was wrong? (optional)" });
    const form = element("form", { class: "wrong" }, ...(quoted.size > 1 ? [part] : []), word, element("button", { type: "submit" }, "Send"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      done({ helpful: false, word: word.value.trim(), ...quoted.get(part.value) });
    });
    form.addEventListener("keydown", (event) => {
      // Gradio's page listens to keys too.
      event.stopPropagation();
      if (event.key === "Escape") done(null);
    });
    return form;
  }

  function addThumbs(reply) {
    const foot = reply.querySelector(".foot");
    if (!foot || reply.querySelector(".thumbs")) return;
    const status = element("p", { class: "thanks", role: "status" });
    const up = element("button", { type: "button", class: "up", "aria-pressed": "false", "aria-label": "This answer helped", title: "This answer helped" }, icon());
    const down = element("button", { type: "button", class: "down", "aria-pressed": "false", "aria-label": "Something is wrong with this answer", title: "Something is wrong with this answer" }, icon());

    async function judge(said) {
      const stored = await send(reply, said);
      const thanks = said.word || said.document ? "Thank you, that helps." : "Thank you.";
      status.textContent = stored ? thanks : "That could not be stored.";
      if (!stored) return;
      up.setAttribute("aria-pressed", String(said.helpful));
      down.setAttribute("aria-pressed", String(!said.helpful));
    }

    const closed = () => reply.querySelector("form.wrong")?.remove();
    up.addEventListener("click", () => {
      closed();
      if (up.ariaPressed !== "true") judge({ helpful: true });
    });
    down.addEventListener("click", () => {
      if (reply.querySelector("form.wrong")) return closed();
      if (down.ariaPressed !== "true") judge({ helpful: false });
      const form = asking(reply, (said) => {
        closed();
        down.focus();
        if (said?.word || said?.document) judge(said);
      });
      foot.after(form);
      form.querySelector("input").focus();
    });
    foot.insertBefore(element("div", { class: "thumbs" }, up, down), foot.querySelector("button.copy"));
    reply.append(status);
  }

  const look = () => document.querySelectorAll(".reply").forEach(addThumbs);
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();
})();
