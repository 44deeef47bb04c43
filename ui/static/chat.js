// What the chat page adds to Gradio's components: suggestions, ?q= links, names for screen readers.
(() => {
  "use strict";

  const root = document.documentElement;
  const field = () => document.querySelector("#question textarea");
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

  async function ask(question) {
    const box = field();
    box.value = question;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
    document.querySelector("#question .submit-button").click();
    box.focus();
  }

  // Until Gradio has chosen, the colours are those that the reader prefers anyway.
  function followTheme() {
    if (!document.querySelector(".gradio-container")) return;
    root.dataset.theme = document.body.classList.contains("dark") ? "dark" : "light";
  }

  // Gradio names a message by its markup, and its send button not at all.
  function name() {
    document.querySelectorAll("#chat .message [data-testid][aria-label*='message']").forEach((message) => {
      message.setAttribute("role", "group");
      message.setAttribute("aria-label", message.dataset.testid === "user" ? "You" : "Answer");
    });
    const send = document.querySelector("#question .submit-button");
    if (send && !send.ariaLabel) send.ariaLabel = "Ask";
    document.getElementById("notice")?.setAttribute("role", "status");
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.suggestion");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    ask(link.textContent);
  }, true);

  // The answer and its sources as plain text, each source with an address that opens it.
  async function copy(button) {
    const reply = button.closest(".reply");
    const sources = [...reply.querySelectorAll(".sources li")].map((line) => {
      const link = line.querySelector("a.cite");
      return `${line.innerText.trim()}\n${new URL(link.href, document.baseURI).href}`;
    });
    await navigator.clipboard.writeText([reply.querySelector("blockquote").innerText, ...sources].join("\n\n"));
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button.copy");
    if (button) copy(button);
  });

  new MutationObserver(followTheme).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true, attributeFilter: ["aria-label"] });
  followTheme();
  name();
})();
