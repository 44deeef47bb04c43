// The tabs of the chat page: a view opens over the conversation, which goes on when it is left.
(() => {
  "use strict";

  const close = () => document.querySelector("iframe.view")?.remove();
  const place = () => {
    const bar = document.getElementById("bar");
    if (bar) document.body.style.setProperty("--view-top", `${bar.getBoundingClientRect().bottom}px`);
  };

  function show(link) {
    close();
    link.parentElement.querySelectorAll("a").forEach((tab) => tab.removeAttribute("aria-current"));
    link.setAttribute("aria-current", "page");
    document.body.classList.toggle("viewing", Boolean(link.dataset.view));
    if (!link.dataset.view) return;
    document.querySelector("body.source-open .source-panel .panel-close")?.click();
    place();
    const view = document.createElement("iframe");
    view.className = "view";
    view.title = link.textContent;
    // Within the page, the way back is the tab, and there are two places that are called the main one.
    view.addEventListener("load", () => {
      view.contentDocument.querySelector("a.quiet-button")?.remove();
      view.contentDocument.querySelector("main")?.setAttribute("aria-label", view.title);
    });
    view.src = link.href;
    document.body.append(view);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".tabs a");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link);
  }, true);

  addEventListener("resize", place);
})();
