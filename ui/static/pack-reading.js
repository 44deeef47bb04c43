// Which sentences answer, or none: what speaks for each (qa/evidence.py), and how sure that is (qa/confidence.py).
import { sum } from "./pack-words.js";

export function evidenceRules(rules, words, question, library) {
  const own = rules.evidence;

  const expectedBonus = (expected, held) => (held && expected.isTyped ? (expected.isMeasurable ? own.MEASURE : own.NAME) : 0);
  const headingBonus = (asks) => (own.HEADING * Math.max(0, asks - own.ASKS_THE_SAME)) / (1 - own.ASKS_THE_SAME);
  const row = (sentence) => own.ROW * (sentence.kind === "row");

  // All sentences of the hits, best first.
  function gather(asked, hits, rarity, expected) {
    const weights = new Map([...rarity].map(([word, weight]) => [words.stem(word), weight]));
    const total = sum(weights.values()) || 1;
    const found = hits.flatMap((hit) => {
      const { headings } = library.passage(hit.passage);
      const [context, whole] = library.texts(hit.passage);
      const heading = words.likeness(weights, headings.at(-1) ?? "");
      return library.sentences(hit.passage).map((sentence, position) => {
        const text = library.slice(hit.passage, sentence);
        const said = words.stems(text);
        const coverage = sum([...weights].map(([word, weight]) => (said.has(word) ? weight : 0))) / total;
        const held = question.holds(expected, text, asked);
        const cosine = hit.sentences[position];
        const dated = question.shareOfYears(expected.years, text, context, whole);
        const score = cosine + own.FUSED * hit.score - row(sentence) + expectedBonus(expected, held) + headingBonus(heading)
          + own.YEAR * dated;
        return { hit, position, sentence, text, cosine, held, heading, dated, score, mean: coverage, least: 0, unmet: 1 - coverage };
      });
    });
    return found.sort((a, b) => b.score - a.score);
  }

  // The same, scored anew word by word, best first.
  function lookCloser(evidence, expected, look) {
    const closer = evidence.map((piece) => {
      const { hit, sentence } = piece;
      const { start } = library.passage(hit.passage);
      const near = look.sentence(hit.passage, sentence.start - start, sentence.end - start);
      const score = own.CLOSE_MEAN * near.mean + own.CLOSE_COSINE * piece.cosine - row(sentence)
        + own.CLOSE_FUSED * hit.score + own.CLOSE_SIMILARITY * hit.similarity
        + expectedBonus(expected, piece.held) + headingBonus(piece.heading) + own.YEAR * piece.dated;
      return { ...piece, ...near, score };
    });
    return closer.sort((a, b) => b.score - a.score);
  }

  // What tells an answer from a near miss; the evidence is not empty and ranked best first.
  function signals(ranked, rarity, expected, background) {
    const [best] = ranked;
    const top = ranked.slice(0, rules.confidence.LOOKED_AT);
    const highest = (name, among = top) => Math.max(...among.map((piece) => piece[name]));
    const sure = expected.isMeasurable ? 1 : rules.confidence.NAME_IS_SURE;
    const fails = (expected.years.length && !best.dated) || (expected.denied && !question.denies(best.text));
    return {
      least: highest("least"),
      cosine: highest("cosine"),
      missing: fails ? 1 : expected.isTyped && !best.held ? sure : 0,
      held: Number(expected.isTyped && best.held),
      gap: expected.isTyped ? Math.max(0, highest("mean", ranked) - best.mean) : 0,
      uncounted: Number(expected.kind === "number" && expected.counted.length > 0 && !question.counts(expected, best.text)),
      heading: best.heading,
      words: Math.min(rarity.size, 6) / 6,
      unmet: best.unmet,
      background,
    };
  }

  return { gather, lookCloser, signals };
}

// The probability, 0 to 1, that an answer from these signals is right.
export function confidenceOf(signals, { bias, weights }) {
  const weighed = sum(Object.entries(weights).map(([name, weight]) => weight * signals[name]));
  return 1 / (1 + Math.exp(-(weighed + bias)));
}
