// Words, stems and likeness as the server has them (index/words.py, qa/stems.py); its rules come as data.
export function wordRules(rules) {
  const word = new RegExp(rules.words.WORD.source, "gu");
  const stop = new Set(rules.words.STOP_WORDS);

  const words = (text) => text.replaceAll("\u2019", "'").toLowerCase().match(word) ?? [];

  // The different words that carry a topic; all of them where none does.
  function contentWords(question) {
    const different = [...new Set(words(question).map((one) => one.split("'")[0]))];
    const topical = different.filter((one) => !stop.has(one));
    return (topical.length ? topical : different).slice(0, rules.words.MOST_WORDS);
  }

  function stem(one) {
    if ([...one].length <= 4) return one.replace(/s+$/, "");
    const ending = rules.stems.ENDINGS.find((end) => one.endsWith(end));
    return ending ? one.slice(0, -ending.length) : one;
  }

  const stems = (text) => new Set(words(text).map(stem));

  // F1 of the question's content words, {stem: rarity}, and those of a heading.
  function likeness(weights, heading) {
    const said = new Set(heading ? contentWords(heading).map(stem) : []);
    const shared = [...weights.keys()].filter((one) => said.has(one));
    if (!shared.length) return 0;
    const total = sum(weights.values());
    const usual = total / weights.size;
    return (2 * sum(shared.map((one) => weights.get(one)))) / (total + sum([...said].map((one) => weights.get(one) ?? usual)));
  }

  return { words, contentWords, stem, stems, likeness, isFunctionWord: (one) => stop.has(one) };
}

export function sum(numbers) {
  let total = 0;
  for (const one of numbers) total += one;
  return total;
}
