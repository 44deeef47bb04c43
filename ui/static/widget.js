// The chat on anybody's page: one script tag, a button, and nothing more until it is opened.
//   <script src="https://your.server/widget.js" data-title="Ask us" defer></script>
// data-title, data-theme (light, dark), data-position (left, right), data-question (asked at the
// first opening), data-target (a selector: the chat stands there, without a button).
(() => {
  "use strict";

  const script = document.currentScript;
  const { title = "[[quid:widget.title:]]", theme = "", position, question = "", target } = script.dataset;
  const base = new URL(".", script.src);
  const PATIENCE = 1500;

  // A constructed style sheet stands inside the shadow and passes a site's strict policy.
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial !important; color-scheme: ${["light", "dark"].includes(theme) ? theme : "light dark"} !important; }
    * { box-sizing: border-box; font-family: -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, "Liberation Sans", system-ui, sans-serif; }
    button { cursor: pointer; border: 0; }
    button:focus-visible { outline: 3px solid light-dark(#7fcfc2, #e3efec); outline-offset: 2px; }
    .open { position: fixed; bottom: 20px; z-index: 2147483000; display: flex; align-items: center; gap: 10px;
      padding: 0 20px; height: 52px; border-radius: 26px; background: #17605a; color: #fff; font-size: 16px; font-weight: 600;
      box-shadow: 0 4px 20px rgb(0 0 0 / 25%); max-width: calc(100vw - 40px); }
    .open:hover { background: #17423f; }
    .open svg { flex: none; width: 20px; height: 20px; }
    .panel { display: flex; flex-direction: column; overflow: hidden; background: light-dark(#faf9f6, #16191b);
      color: light-dark(#1d2426, #e7e6e1); border: 1px solid light-dark(#e2dfd7, #33393c); border-radius: 16px; }
    .panel[hidden] { display: none; }
    .floating { position: fixed; bottom: 84px; z-index: 2147483001; width: min(420px, calc(100vw - 40px));
      height: min(660px, calc(100dvh - 104px)); box-shadow: 0 12px 48px rgb(0 0 0 / 28%); }
    .left { left: 20px; } .right { right: 20px; }
    .inline { width: 100%; height: 640px; }
    .bar { flex: none; display: flex; align-items: center; justify-content: space-between; gap: 12px; padding: 8px 8px 8px 18px;
      min-height: 52px; background: light-dark(#fff, #1e2225); border-bottom: 1px solid light-dark(#e2dfd7, #33393c); }
    .name { font-size: 16px; font-weight: 650; }
    .close { width: 36px; height: 36px; border-radius: 8px; background: none; color: light-dark(#566063, #a6aeaf); font-size: 17px; }
    .close:hover { background: light-dark(#f1efe9, #24292c); }
    iframe { flex: 1; width: 100%; border: 0; }
    p { margin: 0; padding: 24px; font-size: 15px; line-height: 1.55; }
    @media (max-width: 480px) { .floating { inset: 0; width: 100%; height: 100dvh; border: 0; border-radius: 0; } }
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
  const side = position ?? (document.documentElement.dir === "rtl" ? "left" : "right");
  const button = element("button", `open ${side}`, title);
  button.type = "button";
  button.prepend(icon());
  const panel = element("section", target ? "panel inline" : `panel floating ${side}`);
  panel.setAttribute("aria-label", title);
  const bar = element("div", "bar");
  const close = element("button", "close", "✕");
  close.type = "button";
  close.setAttribute("aria-label", "[[quid:widget.close:]]");
  bar.append(element("div", "name", title), ...(target ? [] : [close]));
  panel.append(bar);

  // The site's policy or ours may keep the chat out; a grey box would tell nobody why.
  function explain() {
    if (ready) return;
    frame.remove();
    panel.append(element("p", "", `[[quid:widget.shut_out:]] --allow-site ${location.origin}`));
  }

  function load() {
    const address = new URL("embed", base);
    address.search = new URLSearchParams({ ...(theme && { theme }), ...(question && { q: question }) });
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
    if (ready) frame.contentWindow.postMessage("quid:focus", base.origin);
  }

  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== base.origin) return;
    if (event.data === "quid:ready") ready = true;
    if (event.data === "quid:close" && !target) show(false);
  });

  function start() {
    const place = target ? document.querySelector(target) : document.body;
    if (!place) return console.error(`widget.js: there is no element ${target}`);
    place.append(host);
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
