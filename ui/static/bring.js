// Documents brought in on the page: dropped, chosen, or by an address. Each is sent on its own, and
// the server is asked how they get on as long as any of them is under way.
(() => {
  "use strict";

  const text = window.quidText;
  const AT_ONCE = 2, EVERY = 500, SHOWN = 200, FEW = 5;
  const entries = new Map();
  const waiting = [];
  const listeners = new Set();
  let known = null, sending = 0, polling = null, opener = null, count = 0;

  function element(tag, attributes = {}, ...content) {
    const made = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    made.append(...content);
    return made;
  }

  // The panel: over the page's corner, or a sheet from below on a narrow screen. It never covers the question.
  const panel = element("aside", { class: "bring-panel", "aria-label": text("bring.title"), hidden: "" });
  const close = element("button", { type: "button", class: "bring-close", "aria-label": text("bring.close") }, "✕");
  const files = element("input", { type: "file", multiple: "", hidden: "" });
  const folder = element("input", { type: "file", webkitdirectory: "", hidden: "" });
  const chooseFiles = element("button", { type: "button", class: "bring-choose" }, text("bring.files"));
  const chooseFolder = element("button", { type: "button", class: "bring-choose" }, text("bring.folder"));
  const address = element("input", { type: "text", inputmode: "url", name: "address", autocomplete: "off", spellcheck: "false", maxlength: "2000", "aria-label": text("bring.address"), placeholder: text("bring.address_example") });
  const form = element("form", { class: "bring-address" }, address, element("button", { type: "submit" }, text("bring.add_page")));
  const list = element("ol", { class: "bring-list", "aria-label": text("bring.list") });
  const status = element("p", { class: "bring-status", role: "status" });
  const zone = element("div", { class: "bring-zone" }, element("p", {}, text("bring.drop")), element("div", {}, chooseFiles, chooseFolder), files, folder);
  panel.append(
    element("div", { class: "bring-head" }, element("h2", {}, text("bring.title")), close),
    element("div", { class: "bring-body" }, zone, form, list, element("p", { class: "bring-note" }, text("bring.kept"))),
    status,
  );
  const curtain = element("div", { class: "bring-curtain", hidden: "" }, element("p", {}, text("bring.drop_anywhere")));

  async function fetched(path, body) {
    const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(path, options);
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.error ?? text("bring.refused", { status: String(answer.status) }));
    return said;
  }

  const limits = async () => (known ??= await fetched("bring"));

  // One line for each, the latest on top.
  function enter(name, more = {}) {
    const entry = { key: `local-${++count}`, kind: "file", state: "sending", share: 0, said: "", documents: [], name, ...more };
    entries.set(entry.key, entry);
    draw(entry);
    return entry;
  }

  function words(entry) {
    const share = String(Math.round(entry.share * 100));
    if (entry.state === "sending") return text("bring.sending", { share });
    if (entry.state === "waiting") return entry.said ? text("bring.waiting_for", { reason: entry.said }) : text("bring.waiting");
    if (entry.state === "reading") return text("bring.reading");
    if (entry.state === "indexing") return entry.kind === "removal" ? text("bring.removing") : text("bring.indexing", { share });
    if (entry.state === "failed") return entry.said;
    const pages = entry.documents.length > 1 ? ` · ${text("bring.pages", { count: entry.documents.length })}` : "";
    return text(`bring.${entry.outcome}`) + pages;
  }

  function draw(entry) {
    const line = entry.line ??= element("li", {});
    line.className = `bring-item ${entry.state}`;
    const name = element("span", { class: "bring-name", title: entry.name }, entry.name);
    const lang = entry.state === "failed" && entry.language;
    const said = element("span", { class: "bring-said", ...(lang && { lang }) }, words(entry));
    line.replaceChildren(name, said);
    if (["sending", "waiting", "reading", "indexing"].includes(entry.state)) {
      const bar = element("progress", { max: "1", "aria-label": entry.name });
      if (["sending", "indexing"].includes(entry.state) && entry.share) bar.value = entry.share;
      line.append(bar);
    }
    if (entry.state === "done" && entry.outcome !== "removed" && entry.documents.length === 1) {
      const link = element("a", { href: `doc/${encodeURIComponent(entry.documents[0])}`, target: "_blank", rel: "noopener", "aria-label": `${text("bring.open")}: ${entry.name}` }, text("bring.open"));
      line.append(link);
    }
    if (entry.state === "failed" && entry.again) {
      const button = element("button", { type: "button", "aria-label": `${text("bring.again")}: ${entry.name}` }, text("bring.again"));
      button.addEventListener("click", entry.again);
      line.append(button);
    }
    if (!line.isConnected) list.prepend(line);
    while (list.childElementCount > SHOWN) list.lastElementChild.remove();
  }

  function change(entry, now) {
    const was = entry.state;
    Object.assign(entry, now);
    draw(entry);
    if (was !== entry.state && entry.state === "failed") status.textContent = text("bring.announce_failed", { name: entry.name });
    return was !== entry.state && entry.state === "done";
  }

  // How they get on.
  async function look() {
    clearTimeout(polling);
    let state;
    try {
      state = await fetched("bring");
    } catch {
      [...entries.values()].filter((one) => one.number && !["done", "failed"].includes(one.state))
        .forEach((one) => change(one, { state: "failed", said: text("bring.unreachable") }));
      return;
    }
    const byNumber = new Map([...entries.values()].filter((one) => one.number).map((one) => [one.number, one]));
    const ready = state.items.toReversed().filter((item) => {
      const entry = byNumber.get(item.number) ?? enter(item.name, { ...item, state: "" });
      return change(entry, item);
    });
    const asked = ready.filter((item) => ["added", "updated"].includes(item.outcome));
    if (asked.length) status.textContent = text("bring.announce", { count: asked.length, name: asked[0].name });
    if (ready.length) tell(state.documents);
    if (state.items.some((item) => !["done", "failed"].includes(item.state))) polling = setTimeout(look, EVERY);
  }

  function tell(documents) {
    const shown = document.querySelector(".masthead .count");
    if (shown) shown.textContent = text("documents.count", { count: documents });
    listeners.forEach((listener) => listener());
  }

  function taken(entry, item) {
    change(entry, item);
    clearTimeout(polling);
    polling = setTimeout(look, 100);
  }

  // A file at a time; where the server has enough to do, it says when to come back.
  function send(entry, file) {
    const request = new XMLHttpRequest();
    const again = () => { change(entry, { state: "sending", share: 0, said: "" }); waiting.push([entry, file]); next(); };
    const failed = (said) => change(entry, { state: "failed", said, again });
    request.open("POST", `bring/file?${new URLSearchParams({ name: entry.name })}`);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) change(entry, { share: event.loaded / event.total });
    });
    request.addEventListener("loadend", () => {
      sending -= 1;
      const said = (() => { try { return JSON.parse(request.responseText); } catch { return {}; } })();
      const pause = Number(request.getResponseHeader("Retry-After"));
      if (request.status === 202) taken(entry, said);
      else if (request.status === 0) failed(text("bring.unreachable"));
      else if (pause && [429, 503].includes(request.status)) setTimeout(again, pause * 1000);
      else failed(said.error ?? text("bring.refused", { status: String(request.status) }));
      next();
    });
    sending += 1;
    request.send(file);
  }

  function next() {
    while (sending < AT_ONCE && waiting.length) send(...waiting.shift());
  }

  const suffix = (name) => /[^/]*?(\.[^./]+)$/.exec(name)?.[1].toLowerCase() ?? "";

  // What can't be read isn't sent; of many such, one line tells.
  async function add(found) {
    open();
    let taking;
    try {
      taking = await limits();
    } catch (error) {
      return void enter(found[0]?.name ?? "", { state: "failed", said: error instanceof TypeError ? text("bring.unreachable") : error.message });
    }
    const shown = found.filter(({ name }) => !name.split("/").some((part) => part.startsWith(".")));
    if (!shown.length) return void (status.textContent = text("bring.nothing"));
    const unread = shown.filter(({ name }) => !taking.readable.includes(suffix(name)));
    const kinds = [...new Set(unread.map(({ name }) => suffix(name)))].sort().join(" ");
    if (unread.length > FEW) enter(text("bring.left_out", { count: unread.length, kinds }), { state: "failed" });
    else unread.forEach(({ name }) => enter(name, { state: "failed", said: text("bring.no_reader", { kind: suffix(name) }) }));
    shown.filter((one) => !unread.includes(one)).forEach(({ name, file }) => {
      if (!file.size) return void enter(name, { state: "failed", said: text("bring.empty") });
      if (file.size > taking.largest) return void enter(name, { state: "failed", said: text("bring.too_large", { size: text.bytes(taking.largest) }) });
      waiting.push([enter(name), file]);
    });
    next();
  }

  async function addAddress(wanted) {
    const entry = enter(wanted, { kind: "page", state: "waiting" });
    try {
      taken(entry, await fetched("bring/address", { address: wanted }));
    } catch (error) {
      change(entry, { state: "failed", said: error instanceof TypeError ? text("bring.unreachable") : error.message });
    }
  }

  async function remove(ids, name) {
    const item = await fetched("bring/remove", { ids });
    taken(enter(name, { ...item, state: "waiting" }), item);
  }

  // The files of what was dropped, those in folders too, with their paths.
  async function dropped(transfer) {
    const roots = [...transfer.items].filter((item) => item.kind === "file").map((item) => [item.webkitGetAsEntry?.(), item.getAsFile()]);
    const found = [];
    const walk = async (entry, path) => {
      if (entry.isFile) {
        const file = await new Promise((resolve, reject) => entry.file(resolve, reject)).catch(() => null);
        if (file) found.push({ name: path + entry.name, file });
        return;
      }
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)).catch(() => []);
        if (!some.length) return;
        for (const one of some) await walk(one, `${path}${entry.name}/`);
      }
    };
    for (const [entry, file] of roots) {
      if (entry) await walk(entry, "");
      else if (file) found.push({ name: file.name, file });
    }
    return found;
  }

  // Files over a window of ours: a curtain says what letting go does.
  function watchDrops(target, take) {
    let depth = 0;
    const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    const lift = () => { depth = 0; curtain.hidden = true; };
    target.addEventListener("dragenter", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth += 1;
      curtain.hidden = false;
    }, true);
    target.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); }, true);
    target.addEventListener("dragleave", (event) => { if (hasFiles(event) && --depth <= 0) lift(); }, true);
    target.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      lift();
      dropped(event.dataTransfer).then(take);
    }, true);
  }

  function open(from) {
    if (!panel.hidden) return;
    opener = from ?? document.activeElement;
    panel.hidden = false;
    document.body.classList.add("bringing");
    document.body.style.setProperty("--bring-top", `${(document.getElementById("bar") ?? document.querySelector(".source-bar"))?.getBoundingClientRect().bottom ?? 0}px`);
    document.querySelector(".bring-open")?.setAttribute("aria-expanded", "true");
    look();
  }

  function shut() {
    panel.hidden = true;
    document.body.classList.remove("bringing");
    document.querySelector(".bring-open")?.setAttribute("aria-expanded", "false");
    if (opener?.isConnected) opener.focus();
  }

  close.addEventListener("click", shut);
  chooseFiles.addEventListener("click", () => files.click());
  chooseFolder.addEventListener("click", () => folder.click());
  [files, folder].forEach((input) => input.addEventListener("change", () => {
    const found = [...input.files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
    input.value = "";
    if (found.length) add(found);
  }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = address.value.trim();
    address.value = "";
    if (wanted) addAddress(wanted);
  });
  panel.addEventListener("keydown", (event) => {
    // Gradio's page listens to keys too.
    event.stopPropagation();
    if (event.key === "Escape") shut();
  });
  // A source takes the same side of the page.
  document.addEventListener("click", (event) => {
    if (!panel.hidden && event.target.closest?.("a.cite")) shut();
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".bring-open");
    if (!button) return;
    if (!panel.hidden) return shut();
    open(button);
    chooseFiles.focus();
  });

  document.body.append(panel, curtain);
  watchDrops(window, add);
  window.quidBring = { open, add, remove, watchDrops, onChange: (listener) => listeners.add(listener), forget: (listener) => listeners.delete(listener) };
})();
