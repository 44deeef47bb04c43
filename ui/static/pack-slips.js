// What it takes to write one word for another, and the other forms that a word may have (index/slips.py).
export function slipRules(rules) {
  const own = rules.slips;

  function allowed(word, meant) {
    if (word.length >= own.LONG) return own.MOST_IN_LONG;
    return word[0] === meant[0] ? own.MOST_IN_SHORT : 0;
  }

  // Letters missing, added, swapped or wrong; a wrong one that is no likely slip counts twice.
  function slips(written, meant) {
    let [last, row] = [null, Array.from({ length: meant.length + 1 }, (_, at) => at)];
    for (let i = 1; i <= written.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= meant.length; j += 1) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + mistaken(written[i - 1], meant[j - 1]));
        if (i > 1 && j > 1 && written[i - 1] === meant[j - 2] && written[i - 2] === meant[j - 1]) next[j] = Math.min(next[j], last[j - 2] + 1);
      }
      [last, row] = [row, next];
    }
    return row[meant.length];
  }

  function mistaken(letter, other) {
    if (letter === other) return 0;
    return own.ALIKE.some((some) => some.includes(letter) && some.includes(other)) || areNeighbours(letter, other) ? 1 : 2;
  }

  // Whether two keys touch; each row stands half a key further to the right than the one above it.
  function areNeighbours(letter, other) {
    const places = [letter, other].map((one) => own.ROWS.map((keys, row) => [row, keys.indexOf(one)]).find(([, at]) => at >= 0));
    if (!places[0] || !places[1]) return false;
    const [[upper, first], [lower, second]] = places.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return upper === lower ? second - first === 1 : lower - upper === 1 && [0, 1].includes(first - second);
  }

  // The word without its beginning, and with other endings, as far as rules tell.
  function relatives(word) {
    const begun = Object.entries(own.BEGINNINGS).filter(([beginning, fewest]) => word.startsWith(beginning) && word.length >= beginning.length + fewest);
    return begun.map(([beginning]) => word.slice(beginning.length)).concat(own.ENDINGS.flatMap(([ending, instead]) => {
      if (!word.endsWith(ending)) return [];
      const stem = word.slice(0, word.length - ending.length);
      if (stem.length + instead.length < own.SHORTEST) return [];
      const doubled = ending && !instead && stem.length > own.SHORTEST && stem.at(-1) === stem.at(-2);
      return doubled ? [stem + instead, stem.slice(0, -1)] : [stem + instead];
    }));
  }

  return { allowed, slips, relatives };
}
