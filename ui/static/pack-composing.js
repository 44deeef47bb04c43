// From the best sentences to what is quoted (qa/composing.py): as few as serve, each understood without its neighbours.
import { leaner } from "./pack-leaning.js";

export function composer(rules, words, question, library) {
  const own = rules.composing;
  const pointer = new RegExp(`^${own.POINTER.source}`, own.POINTER.flags);
  const { announces, atTheBeginning, atTheEnd, withCompany, needsThePassageBefore } = leaner(rules, library);

  // What to quote of the ranked evidence, as {hit, start, end}, in a natural order.
  function compose(ranked, asked, expected, confidence, most) {
    const several = question.asksForSeveral(asked);
    const hits = new Map();
    const positions = new Map();
    const add = (hit, more) => {
      if (!hits.has(hit.passage)) hits.set(hit.passage, hit);
      const known = positions.get(hit.passage) ?? new Set();
      more.forEach((one) => known.add(one));
      positions.set(hit.passage, known);
    };
    choose(ranked, expected, several, confidence, most)
      .forEach(({ hit, position }) => add(hit, withCompany(hit.passage, position, several)));
    [...hits.keys()].forEach((passage) => {
      const quoted = positions.get(passage);
      const last = library.sentences(passage).length - 1;
      const before = needsThePassageBefore(passage, quoted) ? library.beside(passage, -1) : null;
      const after = quoted.has(last) && announces(passage, last) ? library.beside(passage, 1) : null;
      if (before !== null) add({ passage: before }, atTheEnd(before, passage, several));
      if (after !== null) add({ passage: after }, atTheBeginning(after));
    });
    return inOrder([...hits.values()]).flatMap((hit) => runs(hit, positions.get(hit.passage)));
  }

  function choose(ranked, expected, several, confidence, most) {
    const [best] = ranked;
    const sameHeading = best.heading >= own.ASKS_THE_SAME;
    const isFact = expected.isTyped && !sameHeading;
    const unsure = own.UNSURE * (1 - confidence) * (isFact ? 0.5 : 1);
    const isShort = best.sentence.kind === "row" || (isFact && expected.isMeasurable);
    const here = (isShort ? own.FACT : isFact ? own.HERE_NAME : own.HERE) + unsure;
    const elsewhere = (isFact ? own.FACT : several && !sameHeading ? own.SEVERAL : own.ELSEWHERE) + unsure;
    const chosen = [best];
    ranked.slice(1).forEach((piece) => {
      const joins = piece.hit === best.hit ? worth(best) - worth(piece) <= here : best.score - piece.score <= elsewhere;
      if (joins && chosen.length < most && !pointer.test(piece.text) && !isSaid(piece, chosen)) chosen.push(piece);
    });
    return chosen;
  }

  // What a sentence is worth beside the others of its passage.
  function worth({ text, score, cosine }) {
    const length = Math.min(Math.log(([...text].length + 1) / own.USUAL), own.TWICE);
    return score + own.COSINE * cosine + own.LENGTH * length;
  }

  function isSaid(piece, chosen) {
    const said = words.stems(piece.text);
    return chosen.some((other) => {
      const its = words.stems(other.text);
      const both = [...said].filter((one) => its.has(one)).length;
      return both >= own.SAME * (said.size + its.size - both);
    });
  }

  // The hits as they came, but those of one section together, in the order in which they stand.
  function inOrder(hits) {
    const sections = new Map();
    hits.forEach((hit) => {
      const { document, headings } = library.passage(hit.passage);
      const key = JSON.stringify([document.id, headings]);
      sections.set(key, [...(sections.get(key) ?? []), hit]);
    });
    return [...sections.values()].flatMap((section) => section.sort((a, b) => library.passage(a.passage).start - library.passage(b.passage).start));
  }

  // Neighbouring sentences as one range each.
  function runs(hit, positions) {
    const sentences = library.sentences(hit.passage);
    const found = [];
    [...positions].sort((a, b) => a - b).forEach((position) => {
      const last = found.at(-1);
      if (last?.to === position - 1) last.to = position;
      else found.push({ from: position, to: position });
    });
    return found.map(({ from, to }) => ({ hit, start: sentences[from].start, end: sentences[to].end }));
  }

  return compose;
}
