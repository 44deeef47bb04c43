// An answer of the API as elements, the same that the chat page shows; text is only ever text.
(() => {
  "use strict";

  function element(tag, className, ...content) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...content);
    return made;
  }

  const steps = (place) => [...new Set([place.title, ...(place.headings ?? [])])];

  function link(className, place, ...content) {
    const made = element("a", className, ...content);
    made.href = `doc/${encodeURIComponent(place.document)}?s=${place.start}&e=${place.end}#hl`;
    made.title = steps(place).join(" › ");
    return made;
  }

  const marker = (citation) => link("cite", citation, `[${citation.number}]`);

  // Citations of one section together, in the order of their first.
  function bySection(citations) {
    const sections = new Map();
    citations.forEach((citation) => {
      const section = JSON.stringify([citation.document, citation.headings, citation.page]);
      sections.set(section, [...(sections.get(section) ?? []), citation]);
    });
    return [...sections.values()];
  }

  // A blank line, or a new line with a bullet or number.
  const BREAK = /\s*\n\s*\n\s*|\s*\n(?=\s*(?:[-*+•]|\(?\w{1,3}[.)])\s)/;

  function quotations(citations) {
    const paragraphs = [];
    citations.forEach((citation, index) => {
      const before = citations[index - 1];
      const together = before?.document === citation.document && String(before.headings) === String(citation.headings);
      const lines = citation.quote.trim().split(BREAK).map((line) => line.replace(/\s+/g, " "));
      lines.forEach((line, nth) => {
        const begins = nth > 0 || !together;
        if (begins) paragraphs.push(element("p", ""));
        paragraphs.at(-1).append(begins ? "" : " ", line);
      });
      paragraphs.at(-1).append("\u00a0", marker(citation));
    });
    return element("blockquote", "", ...paragraphs);
  }

  function path(place) {
    const [title, ...headings] = steps(place);
    return [element("span", "title", title), ...headings.flatMap((heading) => [" ", element("span", "step", "›"), ` ${heading}`])];
  }

  function where(place, within = []) {
    const parts = [place.document, place.page && `page ${place.page}`, [...new Set(within)].join("; ")];
    return element("span", "place", parts.filter(Boolean).join(", "));
  }

  function list(label, className, lines) {
    return element("div", className, element("p", "label", label), element("ul", "", ...lines));
  }

  function sources(citations) {
    const lines = bySection(citations).map((cited) => {
      const numbers = cited.flatMap((citation) => [marker(citation), " "]);
      const places = cited.map((citation) => citation.place).filter(Boolean);
      return element("li", "", element("span", "numbers", ...numbers), ...path(cited[0]), " ", where(cited[0], places));
    });
    return list(lines.length === 1 ? "Source" : "Sources", "sources", lines);
  }

  function nearest(hits) {
    const lines = hits.map((hit) => {
      const text = hit.text.trim().replace(/\s+/g, " ");
      const glimpse = text.length > 160 ? `${text.slice(0, 160)} …` : text;
      return element("li", "", link("cite near", hit, ...path(hit)), element("span", "glimpse", glimpse));
    });
    return list("Nearest passages, which don’t answer it", "sources nearest", lines);
  }

  function sureness(confidence) {
    const share = Math.round(confidence * 100);
    const level = share >= 85 ? 3 : share >= 60 ? 2 : 1;
    const words = ["Take with care", "Probably right", "Very likely right"][level - 1];
    const odds = share >= 99 ? "nearly all" : `about ${share} in 100`;
    const meter = element("span", "meter", element("i"), element("i"), element("i"));
    return element("div", `foot level${level}`, meter, element("span", "", `${words}: of answers like this one, ${odds} are right`));
  }

  function reply(answer) {
    const made = element("div", "reply");
    if (answer.searched_for.trim() !== answer.question.trim().replace(/\s+/g, " ")) {
      made.append(element("p", "searched", "Searched for: ", element("em", "", answer.searched_for)));
    }
    if (answer.answered) {
      made.append(quotations(answer.citations), sources(answer.citations), sureness(answer.confidence));
    } else {
      made.append(element("p", "refusal", answer.text), ...(answer.hits.length ? [nearest(answer.hits.slice(0, 3))] : []));
    }
    return made;
  }

  const refusal = (text) => element("div", "reply", element("p", "refusal", text));

  window.quidReply = { element, reply, refusal };
})();
