// The chat on anybody's page: one script tag, a button, and nothing more until it is opened.
//   <script src="https://your.server/widget.js" data-title="Ask us" defer></script>
// data-title, data-theme (light, dark), data-accent (#17605a), data-position (left, right), data-language,
// data-question (asked at the first opening), data-questions (suggested ones, parted by |),
// data-target (a selector: the chat stands there, without a button).
(() => {
  "use strict";

  const script = document.currentScript;
  const { theme = "", accent = "", position, language = "[[language]]", question = "", questions = "", target } = script.dataset;
  const base = new URL(".", script.src);
  const PATIENCE = 1500;
  // The server puts the words of every language here, so that all are sent the same script.
  const WORDS = "[[words]]";
  const spoken = [language, ...navigator.languages].map((one) => one.split("-")[0]).find((one) => WORDS[one]);
  const words = WORDS[spoken] ?? WORDS.en;
  const { title = words.title } = script.dataset;

  // The colour, darkened until white can be read on it.
  function legible(colour) {
    const light = (part) => (part <= 10.31 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    let parts = colour.match(/[0-9a-f]{2}/gi).map((part) => parseInt(part, 16));
    const contrast = () => 1.05 / (parts.reduce((sum, part, at) => sum + light(part) * [0.2126, 0.7152, 0.0722][at], 0.05));
    while (contrast() < 4.5) parts = parts.map((part) => Math.floor(part * 0.96));
    return `rgb(${parts})`;
  }

  const coloured = /^#[0-9a-f]{6}$/i.test(accent);
  if (accent && !coloured) console.error(`widget.js: data-accent is ${accent}, expected a colour such as #a03000`);
  const colour = coloured ? legible(accent) : "#17605a";

  // A constructed style sheet stands inside the shadow and passes a site's strict policy.
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial !important; color-scheme: ${["light", "dark"].includes(theme) ? theme : "light dark"} !important; }
    * { box-sizing: border-box; font-family: -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, "Liberation Sans", system-ui, sans-serif; }
    button { cursor: pointer; border: 0; }
    button:focus-visible { outline: 3px solid light-dark(#7fcfc2, #e3efec); outline-offset: 2px; }
    .open { position: fixed; bottom: 20px; z-index: 2147483000; display: flex; align-items: center; gap: 10px;
      padding: 0 20px; height: 52px; border-radius: 26px; background: ${colour}; color: #fff; font-size: 16px; font-weight: 600;
      box-shadow: 0 4px 20px rgb(0 0 0 / 25%); max-width: calc(100vw - 40px); }
    .open:hover { background: color-mix(in srgb, ${colour} 75%, #000); }
    .open svg { flex: none; width: 20px; height: 20px; }
    .panel { display: flex; flex-direction: column; overflow: hidden; background: light-dark(#faf9f6, #16191b);
      color: light-dark(#1d2426, #e7e6e1); border: 1px solid light-dark(#e2dfd7, #33393c); border-radius: 16px; }
    .panel[hidden] { display: none; }
    .floating { position: fixed; bottom: 84px; z-index: 2147483001; width: min(420px, calc(100vw - 40px));
      height: min(660px, calc(100dvh - 104px)); box-shadow: 0 12px 48px rgb(0 0 0 / 28%); }
    .left { left: 20px; } .right { right: 20px; }
    .inline { width: 100%; height: 640px; }
    .bar { flex: none; display: flex; align-items: center; justify-content: space-between; gap: 12px; padding: 8px; padding-inline-start: 18px;
      min-height: 52px; background: light-dark(#fff, #1e2225); border-bottom: 1px solid light-dark(#e2dfd7, #33393c); }
    .name { font-size: 16px; font-weight: 650; }
    .close { width: 36px; height: 36px; border-radius: 8px; background: none; color: light-dark(#566063, #a6aeaf); font-size: 17px; }
    .close:hover { background: light-dark(#f1efe9, #24292c); }
    iframe { flex: 1; width: 100%; border: 0; }
    p { margin: 0; padding: 24px; font-size: 15px; line-height: 1.55; }
    @media (max-width: 480px), (max-height: 480px) { .floating { inset: 0; width: 100%; height: 100dvh; border: 0; border-radius: 0; } }
    @media print { .open, .floating { display: none; } }
  `);

  const ICON = "M4 5h16v11H9l-5 4z";
  let frame = null;
  let ready = false;

  function element(tag, className, text = "") {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  }

  function icon() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    Object.entries({ d: ICON, fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linejoin": "round" })
      .forEach(([name, value]) => path.setAttribute(name, value));
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.append(path);
    return svg;
  }

  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [style];
  const button = element("button", "open", title);
  button.type = "button";
  button.prepend(icon());
  const panel = element("section", target ? "panel inline" : "panel floating");
  panel.setAttribute("aria-label", title);
  const bar = element("div", "bar");
  const close = element("button", "close", "✕");
  close.type = "button";
  close.setAttribute("aria-label", words.close);
  bar.append(element("div", "name", title), ...(target ? [] : [close]));
  panel.append(bar);

  // The site's policy or ours may keep the chat out; a grey box would tell nobody why.
  function explain() {
    if (ready) return;
    frame.remove();
    const told = element("p", "", `${words.shut_out} --allow-site ${location.origin}`);
    told.setAttribute("role", "alert");
    panel.append(told);
  }

  function load() {
    const address = new URL("embed", base);
    const wanted = Object.entries({ theme, accent: coloured && accent, lang: WORDS[language] && language, q: question });
    const suggested = questions.split("|").map((one) => ["s", one.trim()]);
    address.search = new URLSearchParams([...wanted, ...suggested].filter(([, value]) => value));
    frame = element("iframe", "");
    frame.title = title;
    frame.src = address.href;
    if (target) frame.loading = "lazy";
    frame.addEventListener("load", () => setTimeout(explain, PATIENCE), { once: true });
    panel.append(frame);
  }

  function show(open) {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (!open) return button.focus();
    if (!frame) load();
    frame.focus();
    if (ready) enter();
  }

  // Into the question box; the chat takes the focus only where somebody has opened it.
  const enter = () => frame.contentWindow.postMessage("quid:focus", base.origin);

  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== base.origin) return;
    if (event.data === "quid:ready") {
      ready = true;
      if (!target && !panel.hidden) enter();
    }
    if (event.data === "quid:close" && !target) show(false);
  });

  function start() {
    const place = target ? document.querySelector(target) : document.body;
    if (!place) return console.error(`widget.js: there is no element ${target}`);
    place.append(host);
    const side = position ?? (getComputedStyle(place).direction === "rtl" ? "left" : "right");
    [button, panel].forEach((one) => one.classList.add(side));
    if (target) {
      shadow.append(panel);
      return load();
    }
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => show(panel.hidden));
    close.addEventListener("click", () => show(false));
    host.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) show(false); });
    shadow.append(button, panel);
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
