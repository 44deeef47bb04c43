// From the best sentences to what is quoted (qa/composing.py): as few as serve, each understood without its neighbours.
export function composer(rules, words, question, library) {
  const own = rules.composing;
  const leaning = new RegExp(`^(?:${own.LEANING.source})`, own.LEANING.flags);

  // What to quote of the ranked evidence, as {hit, start, end}, in a natural order.
  function compose(ranked, asked, expected, confidence, most) {
    const [best] = ranked;
    const sameHeading = best.heading >= own.ASKS_THE_SAME;
    const isFact = expected.isTyped && !sameHeading;
    const listed = question.asksForSeveral(asked);
    const usual = isFact ? own.FACT : listed && !sameHeading ? own.SEVERAL : own.ELSEWHERE;
    const elsewhere = usual + own.UNSURE * (1 - confidence) * (isFact ? 0.5 : 1);
    const chosen = [];
    ranked.forEach((piece) => {
      const beside = piece.hit === best.hit && Math.abs(piece.position - best.position) === 1;
      const margin = beside && !isFact ? own.BESIDE : elsewhere;
      if (chosen.length < most && best.score - piece.score <= margin && !isSaid(piece, chosen)) chosen.push(piece);
    });
    const positions = new Map();
    chosen.forEach((piece) => {
      const known = positions.get(piece.hit) ?? new Set();
      withCompany(piece, listed).forEach((one) => known.add(one));
      positions.set(piece.hit, known);
    });
    return [...positions].flatMap(([hit, taken]) => runs(hit, taken));
  }

  function isSaid(piece, chosen) {
    const said = words.stems(piece.text);
    return chosen.some((other) => {
      const its = words.stems(other.text);
      const both = [...said].filter((one) => its.has(one)).length;
      return both >= own.SAME * (said.size + its.size - both);
    });
  }

  // The sentence's position with those of the sentences that it can't be understood without.
  function withCompany({ hit, position, text }, several) {
    const sentences = library.sentences(hit.passage);
    const company = new Set([position]);
    const add = (more) => more.forEach((one) => company.add(one));
    if (sentences[position].kind === "item") {
      const lead = leadIn(hit, sentences, position);
      add(lead);
      if (several) add(listAfter(sentences, Math.min(...(lead.length ? lead : [position]))));
    } else if (text.trimEnd().endsWith(":")) {
      add(listAfter(sentences, position));
    } else {
      add(leantOn(hit, sentences, position));
    }
    return company;
  }

  // The sentence right before one that leans on it; and what that leans on.
  function leantOn(hit, sentences, position) {
    const found = [];
    for (let before = position - 1; before >= Math.max(position - own.MOST_LEANT_ON, 0); before -= 1) {
      const one = sentences[before + 1];
      if (sentences[before].kind !== one.kind || !leaning.test(library.slice(hit.passage, one))) break;
      found.push(before);
    }
    return found;
  }

  function leadIn(hit, sentences, position) {
    let before = position;
    while (before > 0 && sentences[before].kind === "item") before -= 1;
    const lead = sentences[before];
    return lead.kind === "paragraph" && library.slice(hit.passage, lead).endsWith(":") ? [before] : [];
  }

  function listAfter(sentences, position) {
    const found = [position];
    for (let after = position + 1; sentences[after]?.kind === "item"; after += 1) found.push(after);
    return found;
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
