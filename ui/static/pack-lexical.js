// Words to passages: BM25 as SQLite's FTS5 counts it (index/lexical.py), over the postings of the index itself.
import { porter } from "./pack-porter.js";

const K1 = 1.2;
const B = 0.75;
const LEAST = 1e-6;
const ACCENT = /\p{Mn}/gu;

export function lexicalSearch({ terms, lengths }, postings, contentWords) {
  const places = offsets(postings, terms.length);
  const rows = new Map(terms.map((term, at) => [term, places[at]]));
  const passages = lengths.length;
  const usual = lengths.reduce((all, one) => all + one, 0) / Math.max(passages, 1);

  function held(word) {
    const term = porter(word.normalize("NFD").replace(ACCENT, "").toLowerCase());
    return rows.has(term) ? read(postings, rows.get(term)) : [];
  }

  // The k passages with the highest scores above 0, best first, as a map {passage: score}.
  function search(question, k, contextWeight) {
    const scores = new Map();
    contentWords(question).forEach((word) => {
      const found = held(word);
      const idf = Math.max(Math.log((passages - found.length + 0.5) / (found.length + 0.5)), LEAST);
      found.forEach(({ passage, context, text }) => {
        const often = contextWeight * context + text;
        const score = (idf * often * (K1 + 1)) / (often + K1 * (1 - B + (B * lengths[passage]) / usual));
        scores.set(passage, (scores.get(passage) ?? 0) + score);
      });
    });
    return new Map([...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, k));
  }

  // Inverse document frequency: ln(1 + (N - n + 0.5) / (n + 0.5)).
  function rarity(word) {
    const { length } = held(word);
    return Math.log(1 + (passages - length + 0.5) / (length + 0.5));
  }

  return { search, rarity, holds: (word) => held(word).length > 0 };
}

function number(bytes, at) {
  let value = 0;
  let factor = 1;
  while (bytes[at] > 127) {
    value += (bytes[at] & 127) * factor;
    factor *= 128;
    at += 1;
  }
  return [value + bytes[at] * factor, at + 1];
}

// Where the postings of each word begin.
function offsets(bytes, count) {
  const found = [];
  let at = 0;
  for (let nth = 0; nth < count; nth += 1) {
    found.push(at);
    let [left, next] = number(bytes, at);
    for (left *= 3; left > 0; next += 1) if (bytes[next] < 128) left -= 1;
    at = next;
  }
  return found;
}

function read(bytes, at) {
  const found = [];
  let [left, next] = number(bytes, at);
  let passage = 0;
  for (; left > 0; left -= 1) {
    let distance, context, text;
    [distance, next] = number(bytes, next);
    [context, next] = number(bytes, next);
    [text, next] = number(bytes, next);
    passage += distance;
    found.push({ passage, context, text });
  }
  return found;
}
