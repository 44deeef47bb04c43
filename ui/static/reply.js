// An answer of the API as elements, the same in the chat page and in the widget; text is only ever text.
import { address } from "./asking.js";

const text = window.quidText;
export const WORDS = {
  ...text.section("reply"),
  page: (number) => text("reply.page", { number: String(number) }),
  also: (titles) => text("reply.also", { titles }),
  sureness: ["care", "probably", "likely"].map((sure) => text(`reply.${sure}`)),
  odds: (share) => text(share >= 99 ? "reply.nearly_all" : "reply.odds", { share: String(share) }),
  worded: (model) => text("reply.worded", { model }),
  promise: (sureness, odds) => text("reply.promise", { sureness, odds }),
};
const NEAREST = 3;
const GLIMPSE = 220;
const told = new WeakMap();
const leads = new WeakMap();

export function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

// A button with a word on it, or with an icon and its name for who can't see it.
export function button(className, name, pressed, icon = null) {
  const made = element("button", className, icon ?? name);
  made.type = "button";
  if (icon) made.ariaLabel = made.title = name;
  made.addEventListener("click", pressed);
  return made;
}

export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
}

// Title and headings, from the outermost to the place's own, each once.
export const steps = (place) => [...new Set([place.title, ...(place.headings ?? [])])];

// Where within its document, in words; "" where nothing is to be said.
export const within = (place, places = [place.place]) =>
  [place.page && WORDS.page(place.page), [...new Set(places.filter(Boolean))].join("; ")].filter(Boolean).join(", ");

// The question, the questions before it and the answer that a reply shows.
export const toldBy = (reply) => told.get(reply);

// The places that a marker's answer shows, which of them it leads to, and the reply it stands in.
export const leadOf = (link) => leads.get(link);

function link(className, places, at, ...content) {
  const made = element("a", className, ...content);
  made.href = address(places[at]);
  leads.set(made, { places, at });
  return made;
}

const marker = (citations, at) => link("cite", citations, at, `[${citations[at].number}]`);
const section = (citation) => JSON.stringify([citation.document, citation.headings, citation.page]);

function bySection(citations) {
  const sections = new Map();
  citations.forEach((citation, at) => {
    const places = sections.get(section(citation)) ?? [];
    sections.set(section(citation), [...places, at]);
  });
  return [...sections.values()];
}

// The quote by sentences: whether a block begins with it, whether it is one of a list, its words.
function pieces(citation) {
  const parts = citation.parts?.length ? citation.parts : [{ start: citation.start, end: citation.end, kind: "" }];
  let end = citation.start;
  return parts.map((part) => {
    const between = citation.quote.slice(end - citation.start, part.start - citation.start);
    end = part.end;
    const words = citation.quote.slice(part.start - citation.start, part.end - citation.start);
    const listed = ["item", "row"].includes(part.kind);
    const begins = breaks(between) || (part.kind === "row" && between.includes("\n"));
    return { begins: begins || (listed && !between), listed, words: words.trim().replace(/\s+/g, " ") };
  });
}

// Whether another block begins after it: a blank line stands there, or a bullet or number.
const breaks = (between) => Boolean(between.trim()) || between.split("\n").length > 2;

// Paragraphs and items: what is quoted from one section without a break.
function runs(citations) {
  const found = [];
  citations.forEach((citation, at) => {
    pieces(citation).forEach(({ begins, listed, words }) => {
      const last = found.at(-1);
      const goesOn = last?.section === section(citation) && last.listed === listed;
      if (!goesOn || begins) {
        found.push({ section: section(citation), listed, content: [words] });
      } else {
        last.content.push(" ", words);
      }
    });
    found.at(-1).content.push("\u00a0", marker(citations, at));
  });
  return found;
}

// Sentences of one section run together; items of a list stay one.
function quotations(citations) {
  const quoted = element("blockquote", "");
  let list = null;
  runs(citations).forEach((run) => {
    if (!run.listed) {
      list = null;
      quoted.append(element("p", "", ...run.content));
      return;
    }
    if (list?.section !== run.section) {
      list = { section: run.section, items: element("ul", "") };
      quoted.append(list.items);
    }
    list.items.append(element("li", "", ...run.content));
  });
  return quoted;
}

function path(place) {
  const [title, ...headings] = steps(place);
  return [element("span", "title", title), ...headings.flatMap((heading) => [" ", element("span", "step", "›"), ` ${heading}`])];
}

function where(place, places) {
  return element("span", "place", [place.document, within(place, places)].filter(Boolean).join(", "));
}

function list(label, className, lines) {
  return element("div", className, element("p", "label", label), element("ul", "", ...lines));
}

// One line for each section that is cited, with all the markers that lead there.
function sources(citations) {
  const lines = bySection(citations).map((cited) => {
    const numbers = cited.flatMap((at) => [marker(citations, at), " "]);
    const places = cited.map((at) => citations[at].place);
    const line = element("li", "", element("span", "numbers", ...numbers), ...path(citations[cited[0]]), " ", where(citations[cited[0]], places));
    const others = new Set(cited.flatMap((at) => citations[at].also ?? []).map((other) => other.title));
    if (others.size) line.append(" ", element("span", "elsewhere", `(${WORDS.also([...others].join(", "))})`));
    return line;
  });
  return list(lines.length === 1 ? WORDS.source : WORDS.sources, "sources", lines);
}

function glimpse(text) {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length > GLIMPSE ? `${line.slice(0, GLIMPSE).replace(/ \S*$/, "")} …` : line;
}

function nearest(hits) {
  const lines = hits.map((hit, at) =>
    element("li", "", link("cite near", hits, at, ...path(hit)), " ", where(hit), element("span", "glimpse", glimpse(hit.text))));
  return list(WORDS.nearest, "sources nearest", lines);
}

// Where two of the documents that are cited can't both be right.
function disagreement({ citations: numbers, said }, citations) {
  const sides = said.flatMap((words, side) => [side ? " ↔ " : "", element("q", "", words), " ", marker(citations, numbers[side] - 1)]);
  return element("p", "disagreement", element("strong", "", WORDS.disagree), " ", ...sides);
}

// What a language model made of the quotations, and that it did; its markers lead to them.
function wording({ model, statements }, citations) {
  const said = statements.flatMap(({ text: words, citations: numbers }, at) =>
    [at ? ` ${words}` : words, ...numbers.flatMap((number) => ["\u00a0", marker(citations, number - 1)])]);
  return element("div", "wording", element("p", "label", WORDS.worded(model)), element("p", "", ...said));
}

// What the calibrated probability promises, in words that need no statistics.
function foot(confidence) {
  const share = Math.round(confidence * 100);
  const level = share >= 85 ? 3 : share >= 60 ? 2 : 1;
  const meter = element("span", "meter", element("i"), element("i"), element("i"));
  meter.ariaHidden = "true";
  return element("div", `foot level${level}`, meter, element("span", "promise", WORDS.promise(WORDS.sureness[level - 1], WORDS.odds(share))));
}

const line = (text) => text.trim().replace(/\s+/g, " ");

// The reply to a question that followed the earlier ones.
export function renderReply(answer, earlier = []) {
  const made = element("div", "reply");
  told.set(made, { question: answer.question, earlier, answer });
  if (line(answer.searched_for) !== line(answer.question)) {
    made.append(element("p", "searched", WORDS.searched, element("em", "", answer.searched_for)));
  }
  if (answer.answered) {
    if (answer.wording) made.append(wording(answer.wording, answer.citations));
    const contested = (answer.disagreements ?? []).map((one) => disagreement(one, answer.citations));
    made.append(quotations(answer.citations), ...contested, sources(answer.citations), foot(answer.confidence));
  } else {
    made.append(element("p", "refusal", text.language === "en" ? answer.text : WORDS.refused), ...(answer.hits.length ? [nearest(answer.hits.slice(0, NEAREST))] : []));
  }
  return made;
}

export const renderFault = (text) => element("div", "reply", element("p", "refusal fault", text));
