// What a sentence can't be understood without (qa/leaning.py): what it points back to, its lead-in, its list.
export function leaner(rules, library) {
  const own = rules.leaning;
  const begins = (pattern) => new RegExp(`^(?:${pattern.source})`, pattern.flags);
  const [leaning, standing] = [begins(own.LEANING), begins(own.STANDS_ALONE)];
  const text = (passage, position) => library.slice(passage, library.sentences(passage)[position]).trimEnd();
  const leans = (said) => leaning.test(said) && !standing.test(said);

  // The sentence's position with those of the sentences of its passage that it can't be understood without.
  function withCompany(passage, position, several) {
    const sentences = library.sentences(passage);
    if (sentences[position].kind === "item") {
      const lead = leadIn(passage, sentences, position);
      return several ? listAfter(sentences, lead[0] ?? firstItem(sentences, position)) : [...lead, position];
    }
    const list = isItem(sentences, position + 1) ? listAfter(sentences, position) : [position + 1];
    const company = [position, ...leantOn(passage, sentences, position), ...announcedBy(passage, position)];
    return [...company, ...(announces(passage, position) ? list : [])].filter((one) => one < sentences.length);
  }

  const announces = (passage, position) => text(passage, position).endsWith(":");
  const isItem = (sentences, position) => sentences[position]?.kind === "item";

  // The positions of what a sentence at the end of the passage before announces: a list, or one sentence.
  function atTheBeginning(passage) {
    const sentences = library.sentences(passage);
    return isItem(sentences, 0) ? listAfter(sentences, 0) : [0];
  }

  // The sentence that says that this one follows, or a list without marks of which it is a part.
  function announcedBy(passage, position) {
    const goesOn = (at) => /^\p{Ll}/u.test(text(passage, at));
    let before = position - 1;
    while (before > 0 && goesOn(before + 1) && !announces(passage, before)) before -= 1;
    const began = before === position - 1 || (before >= 0 && goesOn(before + 1));
    return before >= 0 && began && announces(passage, before) ? [before] : [];
  }

  // Whether what is quoted of a passage points back beyond its beginning, or is of a list that began before.
  function needsThePassageBefore(passage, positions) {
    const sentences = library.sentences(passage);
    if (sentences[0].kind === "item") return listAfter(sentences, 0).some((one) => positions.has(one));
    return positions.has(0) && sentences[0].kind === "paragraph" && leans(text(passage, 0));
  }

  // The positions of what `following`, right behind the passage, can't be understood without.
  function atTheEnd(passage, following, several) {
    const sentences = library.sentences(passage);
    const last = sentences.length - 1;
    if (library.sentences(following)[0].kind !== "item") return withCompany(passage, last, false);
    const lead = leadIn(passage, sentences, last);
    return several && lead.length ? listAfter(sentences, lead[0]) : lead;
  }

  // The sentence right before one that leans on it; and what that leans on.
  function leantOn(passage, sentences, position) {
    const found = [];
    for (let before = position - 1; before >= Math.max(position - own.MOST_LEANT_ON, 0); before -= 1) {
      if (sentences[before].kind !== sentences[before + 1].kind || !leans(text(passage, before + 1))) break;
      found.push(before);
    }
    return found;
  }

  function leadIn(passage, sentences, position) {
    const before = firstItem(sentences, position) - 1;
    return sentences[before]?.kind === "paragraph" && announces(passage, before) ? [before] : [];
  }

  // The position of the first item of the list that stands up to there; behind it where none does.
  function firstItem(sentences, position) {
    let before = position;
    while (sentences[before]?.kind === "item") before -= 1;
    return before + 1;
  }

  function listAfter(sentences, position) {
    const found = [position];
    for (let after = position + 1; sentences[after]?.kind === "item"; after += 1) found.push(after);
    return found;
  }

  return { announces, atTheBeginning, atTheEnd, withCompany, needsThePassageBefore };
}
