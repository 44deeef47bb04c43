// The documents tab: how the index is, and a page at a time of what is in it or was left out.
(() => {
  "use strict";

  const text = window.quidText;
  const PAGE = Number(document.body.dataset.page);
  const mayBring = Boolean(document.body.dataset.bring);
  // Within the chat page, what is brought goes on when this view is left.
  const host = parent !== window && parent.quidBring ? parent.quidBring : window.quidBring;
  const main = document.querySelector("main");
  const view = { kind: "list", wanted: "", order: "title", descending: false, offset: 0 };
  let asked = 0;

  function element(tag, attributes = {}, ...content) {
    const made = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    made.append(...content.filter((part) => part !== null));
    return made;
  }

  async function fetched(path) {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error((await answer.json()).error);
    return answer.json();
  }

  // How the index is.
  const health = element("section", { class: "health", "aria-label": text("documents.health") });

  function drawHealth(found) {
    const facts = [
      text("documents.count", { count: found.documents }),
      text("documents.passages", { count: found.passages }),
      text("documents.sentences", { count: found.sentences }),
      ...(found.size ? [text("documents.on_disk", { size: text.bytes(found.size) })] : []),
    ];
    const whole = !found.faults.length;
    const verdict = element("p", { class: whole ? "verdict" : "verdict faulty" }, text(whole ? "documents.whole" : "documents.faulty"));
    const faults = whole ? [] : [
      element("ul", {}, ...found.faults.map((fault) => element("li", {}, fault))),
      element("p", {}, text("documents.look_closer"), " ", element("code", {}, `python -m index check --index ${found.folder}`)),
    ];
    const names = { "passages.sqlite": "passages", "passages.faiss": "vectors", "sentences.faiss": "sentences" };
    const rows = Object.entries(found.sizes).map(([name, size]) => [text(`documents.size_${names[name] ?? name}`), text.bytes(size)]);
    const parts = [[text("documents.folder"), found.folder], [text("documents.model"), found.model], ...rows];
    const more = element("details", {},
      element("summary", {}, text("documents.generation", { generation: String(found.generation), date: text.moment(found.created) })),
      element("dl", {}, ...parts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])));
    more.open = health.querySelector("details")?.open ?? false;
    health.replaceChildren(element("ul", { class: "facts" }, ...facts.map((fact) => element("li", {}, fact))), verdict, ...faults, more);
    tabs.list.replaceChildren(text("documents.indexed"), " ", element("span", {}, text.number(found.documents)));
    tabs.skipped.replaceChildren(text("documents.left_out"), " ", element("span", {}, text.number(found.skipped)));
  }

  // What is shown of it.
  const tabs = {};
  const choice = element("div", { class: "choice", role: "group", "aria-label": text("documents.title") });
  for (const kind of ["list", "skipped"]) {
    tabs[kind] = element("button", { type: "button", "aria-pressed": String(kind === view.kind) }, text(kind === "list" ? "documents.indexed" : "documents.left_out"));
    tabs[kind].addEventListener("click", () => {
      Object.values(tabs).forEach((tab) => tab.setAttribute("aria-pressed", String(tab === tabs[kind])));
      Object.assign(view, { kind, offset: 0 });
      load();
    });
    choice.append(tabs[kind]);
  }
  const search = element("input", { type: "search", maxlength: "200", "aria-label": text("documents.search"), placeholder: text("documents.search") });
  let pause;
  search.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => { Object.assign(view, { wanted: search.value.trim(), offset: 0 }); load(); }, 200);
  });
  const add = element("button", { type: "button", class: "bring-open add" }, text("documents.add"));
  add.addEventListener("click", (event) => { event.stopPropagation(); host.open(add); });
  const place = element("div", { class: "place", "aria-live": "polite" });
  const status = element("p", { class: "range", role: "status" });
  const previous = element("button", { type: "button" }, text("documents.previous"));
  const next = element("button", { type: "button" }, text("documents.next"));
  const pager = element("div", { class: "pager" }, status, previous, next);
  [[previous, -1], [next, 1]].forEach(([button, step]) => button.addEventListener("click", () => {
    view.offset = Math.max(0, view.offset + step * PAGE);
    load().then(() => place.scrollIntoView({ block: "start" }));
  }));
  place.removeAttribute("aria-live");
  main.append(health, element("div", { class: "tools" }, choice, search, mayBring ? add : null), place, pager);

  async function load() {
    const number = ++asked;
    const { kind, wanted, order, descending, offset } = view;
    const query = new URLSearchParams({ q: wanted, offset, limit: PAGE, ...(kind === "list" && { order, descending }) });
    try {
      const found = await fetched(`documents/${kind}?${query}`);
      if (number !== asked) return;
      if (offset && offset >= found.found) return void (view.offset = Math.max(0, Math.floor((found.found - 1) / PAGE) * PAGE), await load());
      const shown = kind === "list" ? found.documents : found.skipped;
      place.replaceChildren(shown.length ? (kind === "list" ? table(shown) : skipped(shown)) : nothing(kind, wanted));
      status.textContent = shown.length ? text("documents.range", { first: offset + 1, last: offset + shown.length, total: found.found }) : "";
      [previous.disabled, next.disabled] = [!offset, offset + shown.length >= found.found];
      pager.classList.toggle("single", found.found <= PAGE);
    } catch (error) {
      place.replaceChildren(element("p", { class: "nothing" }, error instanceof TypeError ? text("documents.unreachable") : error.message));
    }
  }

  function nothing(kind, wanted) {
    const name = kind === "list" ? (wanted ? "none_found" : "none") : wanted ? "none_skipped_found" : "none_skipped";
    return element("p", { class: "nothing" }, text(`documents.${name}`, { wanted }));
  }

  const COLUMNS = [["title", "title"], ["passages", "passages"], ["characters", "size"], ["added", "added"]];

  function heading([order, name]) {
    const current = view.order === order;
    const button = element("button", { type: "button" }, text(`documents.column_${name}`));
    button.addEventListener("click", async () => {
      Object.assign(view, { order, descending: current ? !view.descending : order !== "title", offset: 0 });
      await load();
      place.querySelector(`th.${order} button`)?.focus();
    });
    const sorted = current ? { "aria-sort": view.descending ? "descending" : "ascending" } : {};
    return element("th", { scope: "col", class: order, ...sorted }, button);
  }

  function table(documents) {
    const head = element("tr", {}, ...COLUMNS.map(heading), element("th", { scope: "col" }, element("span", { class: "hidden" }, text("documents.open"))));
    return element("table", {}, element("thead", {}, head), element("tbody", {}, ...documents.map(row)));
  }

  function row(one) {
    const link = element("a", { href: `doc/${encodeURIComponent(one.id)}`, target: "_blank", rel: "noopener" }, one.title || one.id);
    const names = [one.id, one.brought ? text("documents.brought") : one.source].filter((name, nth, all) => all.indexOf(name) === nth);
    const where = element("p", { class: "where", title: one.source }, names.join(" · "));
    const cells = [["passages", text.number(one.passages)], ["size", text.number(one.characters)], ["added", text.moment(one.added)]];
    const remove = element("button", { type: "button", class: "remove", "aria-label": text("documents.remove_named", { title: one.title }) }, text("documents.remove"));
    remove.addEventListener("click", () => confirm(one, remove));
    return element("tr", {},
      element("th", { scope: "row" }, link, where),
      ...cells.map(([name, value]) => element("td", { class: name, "data-label": text(`documents.column_${name}`) }, value)),
      element("td", { class: "act" }, mayBring ? remove : null));
  }

  function skipped(list) {
    return element("ul", { class: "skipped" }, ...list.map((one) =>
      element("li", {}, element("b", {}, one.source), element("p", { lang: one.language }, one.reason))));
  }

  // Nothing is removed without a question.
  function confirm(one, button) {
    const said = one.brought ? text("documents.remove_brought") : text("documents.remove_other", { source: one.source });
    const cancel = element("button", { type: "button" }, text("documents.cancel"));
    const sure = element("button", { type: "button", class: "sure" }, text("documents.remove"));
    const dialog = element("dialog", { "aria-labelledby": "question" },
      element("h2", { id: "question" }, text("documents.remove_question", { title: one.title || one.id })),
      element("p", {}, said), element("div", { class: "buttons" }, cancel, sure));
    const done = () => { dialog.close(); dialog.remove(); };
    cancel.addEventListener("click", done);
    dialog.addEventListener("close", () => { dialog.remove(); if (button.isConnected && !button.disabled) button.focus(); });
    sure.addEventListener("click", async () => {
      button.disabled = true;
      button.textContent = text("documents.removing");
      done();
      try {
        await host.remove([one.id], one.title || one.id);
      } catch (error) {
        button.disabled = false;
        button.textContent = text("documents.remove");
        status.textContent = error instanceof TypeError ? text("documents.unreachable") : error.message;
      }
    });
    document.body.append(dialog);
    dialog.showModal();
    cancel.focus();
  }

  async function refresh() {
    await Promise.allSettled([load(), fetched("documents/health").then(drawHealth)]);
  }

  if (host) {
    host.onChange(refresh);
    addEventListener("pagehide", () => host.forget(refresh));
    if (host !== window.quidBring) host.watchDrops(window, host.add);
  }
  document.body.classList.toggle("within", parent !== window);
  if (parent !== window && ["light", "dark"].includes(parent.document.documentElement.dataset.theme)) document.documentElement.dataset.theme = parent.document.documentElement.dataset.theme;
  refresh().then(() => { document.documentElement.dataset.ready = "1"; });
})();
