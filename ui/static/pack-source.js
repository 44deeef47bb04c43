// A document as people read it, with the cited characters marked (ui/source.py), and its owner's page at the sentence
// (ui/original.py). Every character of a document is escaped.
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
const MARKER = /(?:^|[\n\s])(\(?[\p{L}\p{N}_]{1,4}[.)])\s*$/u;
// Files that a browser downloads or shows without a way to point into them.
const CLOSED = /^\.(docx|xlsx|pptx|od[tsp]|epub|zip|eml|mbox|jsonl?|[ct]sv)$/;
const [WHOLE, ENDS] = [80, 5];

export const escaped = (text) => text.replace(/[&<>"']/g, (one) => ESCAPED[one]);

const block = ([start, end, kind = "paragraph", level = 0, page = null]) => ({ start, end, kind, level, page });

// The document's blocks as HTML, with `<mark id="hl">` around what is cited; `also` are ranges marked weaker.
export function renderSource(found, cited, also = []) {
  const ranges = [cited, ...also];
  let anchored = false;

  function inline(start, end) {
    const over = ranges.filter(([from, to]) => from < end && start < to);
    if (!over.length) return escaped(found.text.slice(start, end));
    const edges = [...new Set([start, end, ...over.flat().filter((edge) => start < edge && edge < end)])].sort((a, b) => a - b);
    return edges.slice(1).map((right, at) => piece(edges[at], right, over)).join("");
  }

  function piece(left, right, over) {
    const words = escaped(found.text.slice(left, right));
    const places = [...new Set(over.filter(([from, to]) => from <= left && right <= to).map(([from, to]) => `${from}-${to}`))];
    if (!places.length) return words;
    if (!places.includes(`${cited[0]}-${cited[1]}`)) return `<mark class="other" data-places="${places.join(" ")}">${words}</mark>`;
    const anchor = anchored ? "" : ' id="hl" tabindex="-1"';
    anchored = true;
    return `<mark${anchor} data-places="${places.join(" ")}">${words}</mark>`;
  }

  function shown({ start, end, kind, level }, before) {
    const words = inline(start, end);
    if (kind === "heading") {
      const depth = Math.min(1 + Math.max(level, 1), 6);
      return `<h${depth}>${words}</h${depth}>`;
    }
    if (kind === "item") {
      const number = MARKER.exec(before);
      return `<li class="deep${Math.min(Math.max(level, 1), 4)}">${number ? `<span class="number">${escaped(number[1])}</span> ` : ""}${words}</li>`;
    }
    if (kind === "code") return `<pre><code>${words}</code></pre>`;
    return kind === "row" ? `<p class="row">${words}</p>` : `<p>${words}</p>`;
  }

  function body() {
    const groups = [];
    let previous = 0;
    found.blocks.map(block).forEach((one) => {
      const made = shown(one, found.text.slice(previous, one.start));
      previous = one.end;
      if (groups.at(-1)?.kind === one.kind) groups.at(-1).made.push(made);
      else groups.push({ kind: one.kind, made: [made] });
    });
    return groups.map(({ kind, made }) => wrapped(kind, made.join("\n"))).join("\n");
  }

  let html = body();
  if (cited[0] < cited[1] && !anchored) html = `<pre class="plain">${inline(0, found.text.length)}</pre>`;
  const originals = ranges.filter(([start, end]) => start < end).map(([start, end]) => {
    const link = originalLink(found, start, end);
    return link && `<span hidden data-place="${start}-${end}" data-original="${escaped(link)}"></span>\n`;
  });
  const name = `data-title="${escaped(found.title)}" data-source="${escaped(found.source)}"`;
  return `<article class="document" ${name}>\n${html}\n${[...new Set(originals)].join("")}</article>`;
}

function wrapped(kind, made) {
  if (kind === "item") return `<ul>\n${made}\n</ul>`;
  return kind === "row" ? `<div class="rows">\n${made}\n</div>` : made;
}

// The owner's page at [start, end); "" where the document isn't from the web.
export function originalLink(found, start, end) {
  if (!/^https?:\/\/[^/?#]/i.test(found.source) || !URL.canParse(found.source)) return "";
  const path = found.source.replace(/^[^:]*:\/\/[^/?#]*/, "").replace(/[?#].*$/s, "");
  const suffix = (/[^/](\.[^./]+)\/*$/.exec(path)?.[1] ?? "").toLowerCase();
  if (suffix === ".pdf") {
    const page = found.blocks.map(block).find((one) => one.start <= start && start < one.end)?.page;
    return page ? `${found.source.replace(/#.*$/s, "")}#page=${page}` : found.source;
  }
  const directive = CLOSED.test(suffix) ? "" : pointing(found, start, end);
  return directive ? `${found.source}${found.source.includes("#") ? "" : "#"}${directive}` : found.source;
}

// The sentence as the browser is to find it; "" where it would find another one.
function pointing(found, start, end) {
  const last = found.blocks.map(block).find((one) => one.start <= start && start < one.end);
  const [text, said] = [line(found.text), line(found.text.slice(start, last ? Math.min(end, last.end) : end))];
  if (!said || occurrences(text, said) !== 1) return "";
  const words = said.split(" ");
  if (said.length <= WHOLE || words.length < 2 * ENDS) return `:~:text=${encoded(said)}`;
  const [first, end5] = [words.slice(0, ENDS).join(" "), words.slice(-ENDS).join(" ")];
  const begins = text.indexOf(said);
  const ends = text.indexOf(end5, begins + first.length) === begins + said.length - end5.length;
  return occurrences(text, first) === 1 && ends ? `:~:text=${encoded(first)},${encoded(end5)}` : `:~:text=${encoded(said)}`;
}

const line = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();
const occurrences = (text, said) => text.split(said).length - 1;
const encoded = (text) => encodeURIComponent(text.toWellFormed?.() ?? text).replace(/[!'()*-]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
