// An answer with its sources as text that can be pasted elsewhere, and the link that asks its question.
import { address } from "./asking.js";
import { steps, within } from "./reply.js";

export const WORDS = window.quidText.section("copying");

const absolute = (place) => new URL(address(place), document.baseURI).href;
const line = (text) => text.trim().replace(/\s+/g, " ");
const where = (place) => [place.document, within(place)].filter(Boolean).join(", ");
// Its owner's address, or else ours.
const link = (place) => (/^https?:\/\//i.test(place.source) ? place.source : absolute(place));
const today = () => new Date().toISOString().slice(0, 10);

// No character of a document keeps a meaning in Markdown.
const bare = (text) => line(text)
  .replace(/[\\`*_{}[\]<>#|~$!]/g, "\\$&")
  .replace(/^(\d+)([.)])/, "$1\\$2")
  .replace(/^[-+]/, "\\$&");

export function asMarkdown({ question, answer }) {
  const quoted = answer.citations.map((one) => `> ${bare(one.quote)} [${one.number}]`);
  const sources = answer.citations.map((one) => `${one.number}. [${bare(steps(one).join(" › "))}](<${absolute(one)}>), ${bare(where(one))}`);
  const body = answer.answered ? [quoted.join("\n>\n"), sources.join("\n")] : [bare(answer.text)];
  return `${[`**${bare(question)}**`, ...body].join("\n\n")}\n`;
}

export function asText({ question, answer }) {
  const quoted = answer.citations.map((one) => `“${line(one.quote)}” [${one.number}]`);
  const sources = answer.citations.map((one) => `[${one.number}] ${steps(one).join(" › ")} (${where(one)})\n    ${absolute(one)}`);
  const body = answer.answered ? [quoted.join("\n"), `${WORDS.sources}:\n${sources.join("\n")}`] : [answer.text];
  return `${[line(question), ...body].join("\n\n")}\n`;
}

const TEX = { "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "&": "\\&", "%": "\\%", "$": "\\$", "#": "\\#", "_": "\\_", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" };
const tex = (text) => line(text).replace(/[\\{}&%$#_~^]/g, (one) => TEX[one]);
const key = (place) => place.document.normalize("NFKD").replace(/\.\w+$/, "").replace(/[^\w]+/g, "-").replace(/^-+|-+$/g, "").toLowerCase() || "source";

// One entry for each document, with the quotations in its note.
export function asBibtex({ answer }) {
  const documents = Map.groupBy?.(answer.citations, (one) => one.document) ?? grouped(answer.citations);
  const taken = new Map();
  return [...documents.values()].map((cited) => {
    const [first] = cited;
    const count = (taken.get(key(first)) ?? 0) + 1;
    taken.set(key(first), count);
    const pages = [...new Set(cited.map((one) => one.page).filter(Boolean))];
    const fields = {
      title: `{${tex(first.title)}}`,
      howpublished: `\\url{${link(first).replace(/[{}\\]/g, encodeURIComponent)}}`,
      ...(pages.length && { pages: pages.join(", ") }),
      note: `${WORDS.quoted}: ${cited.map((one) => `\`\`${tex(one.quote)}''`).join("; ")}; ${WORDS.accessed} ${today()}`,
    };
    const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}}`);
    return `@misc{${key(first)}${count > 1 ? `-${count}` : ""},\n${lines.join(",\n")}\n}\n`;
  }).join("\n");
}

function grouped(citations) {
  const found = new Map();
  citations.forEach((one) => found.set(one.document, [...(found.get(one.document) ?? []), one]));
  return found;
}

// What was searched for stands alone, so that a follow-up means the same to whoever opens the link.
export function asLink({ answer }) {
  const shared = new URL("./", document.baseURI);
  shared.searchParams.set("q", answer.searched_for);
  return shared.href;
}

// Without https, browsers keep the clipboard to themselves, but for what is selected.
export async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const held = document.createElement("textarea");
  held.value = text;
  held.className = "unseen";
  document.body.append(held);
  held.select();
  const copied = document.execCommand("copy");
  held.remove();
  if (!copied) throw new Error("not copied");
}
