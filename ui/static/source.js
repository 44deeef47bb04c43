// The source beside the chat: a click on a citation opens its document at the cited sentence.
// Every citation is a real link, so that a new tab, a copied link and a page without scripts work.
(() => {
  "use strict";

  const GONE = "That document is no longer in the index.";
  const UNREACHED = "The server can't be reached. Is it still running?";
  let opener = null;

  const panel = document.createElement("aside");
  panel.className = "source-panel";
  panel.hidden = true;
  panel.setAttribute("aria-label", "Source");
  panel.innerHTML = `
    <div class="panel-bar">
      <div class="panel-name"><h2 class="panel-title"></h2><p class="panel-path"></p></div>
      <a class="quiet-button panel-open" target="_blank" rel="noopener">Full page</a>
      <button class="panel-close" type="button" aria-label="Close source"><span aria-hidden="true">✕</span></button>
    </div>
    <div class="panel-body" tabindex="0" role="region" aria-label="Document"></div>`;
  const find = (selector) => panel.querySelector(selector);

  async function open(link) {
    const address = new URL(link.href, document.baseURI);
    mark(link);
    find(".panel-open").href = address.href;
    show(await load(address));
  }

  // The markers that lead to the place that is shown look like it.
  function mark(link) {
    opener = link;
    document.querySelectorAll("a.cite").forEach((other) => other.classList.toggle("open", other.href === link?.href));
  }

  async function load(address) {
    try {
      const answer = await fetch(`${address.pathname}${address.search}&fragment=1`);
      if (answer.ok) return await answer.text();
      return note(answer.status === 404 ? GONE : (await answer.json()).error);
    } catch {
      return note(UNREACHED);
    }
  }

  // The server escapes every character of a document before it sends it.
  function show(fragment) {
    find(".panel-body").innerHTML = fragment;
    const source = find("[data-title]");
    find(".panel-title").textContent = source?.dataset.title ?? "Source";
    find(".panel-path").textContent = source?.dataset.source ?? "";
    panel.hidden = false;
    document.body.classList.add("source-open");
    const place = find("#hl");
    place?.scrollIntoView({ block: "center" });
    (place ?? find(".panel-body")).focus({ preventScroll: true });
  }

  function note(text) {
    const paragraph = document.createElement("p");
    paragraph.className = "document";
    paragraph.textContent = text;
    return paragraph.outerHTML;
  }

  function close() {
    if (panel.hidden) return;
    panel.hidden = true;
    document.body.classList.remove("source-open");
    if (opener?.isConnected) opener.focus();
    mark(null);
  }

  const plain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.cite");
    if (!link || !plain(event)) return;
    event.preventDefault();
    event.stopPropagation();
    open(link);
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  find(".panel-close").addEventListener("click", close);
  document.body.append(panel);
  window.quidSource = { open, close };
})();
