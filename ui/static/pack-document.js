// A document of a static pack on a page of its own, with the place marked that the address names. In a pack,
// asking.js is pack-asking.js.
import { opened } from "./asking.js";
import { originalLink, renderSource } from "./pack-source.js";

const text = window.quidText;
const wanted = new URLSearchParams(location.search);
const [title, source, original, body] = ["title", "source", "original", "body"].map((name) => document.getElementById(name));

function range(length) {
  const [start, end] = ["s", "e"].map((name) => Number(wanted.get(name)));
  return Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= length ? [start, end] : [0, 0];
}

async function show() {
  const found = (await opened()).document(wanted.get("d") ?? "");
  if (!found) return tell(text("source.gone"));
  const cited = range(found.text.length);
  document.title = title.textContent = found.title;
  source.textContent = found.source;
  body.innerHTML = renderSource(found, cited);
  const link = originalLink(found, ...cited);
  original.hidden = !link;
  if (link) original.href = link;
  document.getElementById("hl")?.scrollIntoView({ block: "center" });
}

function tell(words) {
  body.textContent = words;
}

show().catch((error) => {
  console.error(error);
  tell(text("pack.unloaded"));
});
