// What a question asks for, and whether a sentence holds a thing of that kind (qa/question.py); its rules come as data.
export function questionRules(rules, words) {
  const own = rules.question;
  const same = own.SAME_STEM;
  const made = (pattern, flags = pattern.flags) => new RegExp(pattern.source, flags);
  const kinds = own.PATTERNS.map(([kind, pattern]) => [kind, made(pattern)]);
  const [several, counted, smallTalk] = [made(own.SEVERAL), made(own.COUNTED), made(own.SMALL_TALK)];
  const [dates, dateParts, money, names] = [made(own.DATE, "giu"), made(own.DATE_PARTS, "giu"), made(own.MONEY), made(own.NAME, "gu")];
  const [cells, role, people] = [made(own.CELL, "gu"), made(own.ROLE), new Set(own.PEOPLE)];
  const opens = made(own.SENTENCE_START);
  const numbers = new RegExp(own.NUMBER, "giu");
  const years = made(rules.years.NUMBER, "gu");
  const [denialAsked, denial] = [made(rules.denying.ASKED), made(rules.denying.DENIES)];
  const [open, closed, unit, nothing] = ["OPEN", "CLOSED", "UNIT", "NOTHING"].map((name) => made(rules.years[name]));
  const measured = (unit) => new RegExp(`(?:${own.NUMBER}|(?<![\\p{L}\\p{N}_])half)[\\s-]*(?:and [\\p{L}\\p{N}_-]+ )?(?:[\\p{L}\\p{N}_]+ )?${own.UNITS[unit]}`, "iu");
  const units = { length: ["length"], duration: ["duration"], size: ["length", "duration"] };
  const [verbs, anybody, calendar] = [new Set(own.VERBS), new Set(own.ANYBODY), new Set(own.CALENDAR)];
  const line = (text) => text.trim().split(/\s+/).join(" ");

  function expectedOf(question) {
    const text = line(question.toLowerCase());
    const kind = kinds.find(([, pattern]) => pattern.test(text))?.[0] ?? "anything";
    const match = kind === "number" && counted.exec(text);
    const things = match ? words.words(match[1] || match[2]) : [];
    const end = things.findIndex((word) => verbs.has(word));
    return {
      kind,
      counted: end < 0 ? things : things.slice(0, end),
      isTyped: kind !== "anything",
      isMeasurable: !["anything", "name"].includes(kind),
      years: yearsAsked(question),
      denied: denialAsked.test(question),
    };
  }

  // The years that the answer must be about (qa/years.py).
  function yearsAsked(text) {
    const found = [...text.matchAll(years)].filter(({ 0: year, index }) => {
      const [before, after] = [text.slice(0, index), text.slice(index + year.length)];
      return (closed.test(before) || nothing.test(after)) && !open.test(before) && !unit.test(after);
    });
    return [...new Set(found.map(([year]) => year))];
  }

  // How far a sentence is about the years, 0 to 1.
  function shareOfYears(asked, sentence, context, passage) {
    const stands = (year, text) => new RegExp(`(?<![\\p{L}\\p{N}_])${year}`, "u").test(text);
    const shares = asked.map((year) => (stands(year, `${context} ${sentence}`) ? 1 : rules.years.ELSEWHERE * stands(year, passage)));
    return asked.length ? shares.reduce((sum, one) => sum + one, 0) / asked.length : 0;
  }

  function holds(expected, sentence, question = "") {
    const plain = line(sentence);
    const { kind } = expected;
    if (kind === "anything") return true;
    if (kind === "date") {
      const asked = question.toLowerCase();
      return [...plain.matchAll(dates)].some(([found]) => !asked.includes(found.toLowerCase()));
    }
    if (kind === "money") return money.test(plain);
    if (kind === "name") {
      const asked = new Set(words.words(question).map((word) => word.slice(0, same)));
      const found = [...plain.matchAll(cells)].map(([, heading, value]) => [heading, value]);
      return found.length > 1 ? cellsHoldName(found, asked, question) : holdsName(plain, asked);
    }
    if (kind === "number") return plain.replace(dateParts, " ").search(numbers) >= 0;
    if (units[kind].some((unit) => measured(unit).test(plain))) return true;
    return kind !== "length" && plain.search(dates) >= 0;
  }

  // Whether a name stands there of which the question says no word.
  function holdsName(sentence, asked) {
    for (const match of sentence.matchAll(names)) {
      const named = words.words(match[0]);
      const first = named.length === 1 && opens.test(sentence.slice(Math.max(0, match.index - 3), match.index));
      const known = named.some((word) => asked.has(word.slice(0, same)));
      if (!first && !known && !named.every((word) => calendar.has(word))) return true;
    }
    return false;
  }

  // Whether a row of a table names somebody, where its heading is asked for or is of people.
  function cellsHoldName(found, asked, question) {
    const plainWords = (text) => words.words(text.replaceAll("_", " "));
    const as = role.exec(question.toLowerCase());
    const said = new Set(found.flat().flatMap(plainWords).map((word) => word.slice(0, same)));
    if (as && !said.has(as[1].slice(0, same))) return false;
    const asksFor = (heading) => plainWords(heading).some((word) => asked.has(word.slice(0, same)) || people.has(word));
    const isNew = ([name]) => !words.words(name).some((word) => asked.has(word.slice(0, same)));
    return found.some(([heading, value]) => asksFor(heading) && [...value.matchAll(names)].some(isNew));
  }

  // Whether a number of the things that are counted stands close before their name.
  function counts(expected, sentence) {
    if (!expected.counted.length) return holds(expected, sentence);
    const thing = expected.counted.at(-1);
    const plain = line(sentence).replace(dateParts, " ");
    return [...plain.matchAll(numbers)].some((match) => anybody.has(thing)
      || words.words(plain.slice(match.index + match[0].length)).slice(0, 7).some((word) => word.slice(0, same) === thing.slice(0, same)));
  }

  return {
    expectedOf,
    holds,
    counts,
    shareOfYears,
    denies: (sentence) => denial.test(sentence),
    asksForSeveral: (question) => several.test(line(question.toLowerCase())),
    isSmallTalk: (question) => smallTalk.test(question),
  };
}
