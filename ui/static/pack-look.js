// A closer look at passages, word by word (qa/closer_look.py): each word of the question with its nearest there.
import { sum } from "./pack-words.js";
import { inner } from "./pack-vectors.js";

export function closerLook(embedder, rules, library) {
  const own = rules.closer_look;
  const kept = new Map();

  function readPassage(number) {
    if (!kept.has(number)) kept.set(number, embedder.readPassage(number));
    return kept.get(number);
  }

  function look(question, rarity) {
    const asked = embedder.readQuestion(question);
    const weights = weigh(question, asked, rarity, own.FUNCTION_WORD);
    const total = sum(weights);
    const topical = weights.some((one) => one > own.FUNCTION_WORD) ? weights.map((one) => one > own.FUNCTION_WORD) : weights.map(() => true);
    const seen = new Map();
    const years = [...question.matchAll(new RegExp(own.YEAR.source, "gu"))];

    // For each token of the question, its cosine with each of the passage's.
    function cosines(number) {
      if (!seen.has(number)) {
        const read = readPassage(number);
        const rows = asked.vectors.map((vector, nth) => read.vectors.map((other, at) => {
          if (vector && other) return inner(vector, other);
          return asked.ids && asked.ids[nth] === read.ids[at] ? 1 : 0;
        }));
        if (years.length) keepYears(rows, number, read);
        seen.set(number, rows);
      }
      return seen.get(number);
    }

    // A year of the question is found only where that very year stands.
    function keepYears(rows, number, read) {
      const [before, text] = library.texts(number);
      years.forEach(({ 0: year, index }) => {
        const places = [...(before + text).matchAll(new RegExp(own.YEAR.source, "gu"))].filter((one) => one[0] === year);
        const starts = places.map((one) => one.index - before.length);
        const stands = read.starts.map((from, at) => starts.some((start) => from < start + year.length && read.ends[at] > start));
        rows.forEach((row, nth) => {
          if (asked.starts[nth] >= index + year.length || asked.ends[nth] <= index) return;
          row.forEach((one, at) => { if (!stands[at]) row[at] = Math.min(one, own.ANOTHER_YEAR); });
        });
      });
    }

    function passage(number) {
      const nearest = cosines(number).map((row) => highest(row));
      if (!nearest.length || !total) return 0;
      const weighed = sum(nearest.map((one, at) => one * weights[at])) / total;
      return own.BY_RARITY * weighed + (1 - own.BY_RARITY) * (sum(nearest) / nearest.length);
    }

    // How near the passage's characters [start, end) come; a word may find its like in the headings, at a discount.
    function sentence(number, start, end) {
      const { starts, ends } = readPassage(number);
      const rows = cosines(number);
      if (!rows.length || !total || !starts.length) return { mean: 0, least: 0, unmet: own.FOUND };
      const within = starts.map((from, at) => from < end && ends[at] > start && from >= 0);
      const above = ends.map((to) => to <= 0);
      let [mean, least, unmet, carried] = [0, Infinity, 0, 0];
      rows.forEach((row, at) => {
        const nearest = highest(row, within);
        const either = Math.max(nearest, own.HEADING * highest(row, above));
        mean += ((nearest + either) * weights[at]) / 2 / total;
        if (!topical[at]) return;
        least = Math.min(least, either);
        unmet += Math.max(0, own.FOUND - either) * weights[at];
        carried += weights[at];
      });
      return { mean, least, unmet: unmet / carried };
    }

    return { passage, sentence };
  }

  return look;
}

// The highest among some of a row, 0 where there are none.
function highest(row, among = null) {
  let best = -Infinity;
  for (let at = 0; at < row.length; at += 1) if ((!among || among[at]) && row[at] > best) best = row[at];
  return best === -Infinity ? 0 : best;
}

// The weight of each token: the rarity of the word that it is a piece of.
function weigh(question, { starts, ends }, rarity, least) {
  const lowered = question.toLowerCase();
  const weights = starts.map(() => least);
  rarity.forEach((weight, word) => {
    for (let at = lowered.indexOf(word); at >= 0; at = lowered.indexOf(word, at + word.length)) {
      starts.forEach((start, nth) => {
        if (start < at + word.length && ends[nth] > at) weights[nth] = Math.max(weight, least);
      });
    }
  });
  return weights;
}
