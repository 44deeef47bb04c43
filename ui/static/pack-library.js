// The documents of a pack, and the passages and sentences that they are cut into.
export function library({ documents, passages }) {
  const ranges = [];
  const owners = [];
  passages.forEach(([, , , , , sentences], passage) => {
    ranges.push([owners.length, owners.length + sentences.length]);
    sentences.forEach(() => owners.push(passage));
  });
  const byId = new Map(documents.map((one) => [one.id, one]));
  const kept = new Map();

  function passage(number) {
    const [document, start, end, page, headings] = passages[number];
    return { document: documents[document], title: documents[document].title, start, end, page, headings };
  }

  function sentences(number) {
    if (!kept.has(number)) {
      kept.set(number, passages[number][5].map(([start, end, kind = "paragraph", page = null, place = ""]) => ({ start, end, kind, page, place })));
    }
    return kept.get(number);
  }

  const within = (number, start, end) => sentences(number).filter((one) => one.start < end && start < one.end);
  const text = (number) => {
    const { document, start, end } = passage(number);
    return document.text.slice(start, end);
  };

  // What is embedded before a passage's text: title and headings on a line, each once.
  function context(number) {
    const { title, headings } = passage(number);
    const path = [title, ...headings].filter((part, at, all) => part && all.indexOf(part) === at);
    return path.length ? `${path.join(" > ")}\n` : "";
  }

  // The passage right before (-1) or after (1) one in its section, or null.
  function beside(number, step) {
    const [own, other] = [passages[number], passages[number + step]];
    const isOfTheSection = other && other[0] === own[0] && JSON.stringify(other[4]) === JSON.stringify(own[4]);
    return isOfTheSection ? number + step : null;
  }

  function slice(number, { start, end }) {
    return passage(number).document.text.slice(start, end);
  }

  return {
    passage,
    beside,
    sentences,
    within,
    slice,
    count: passages.length,
    document: (id) => byId.get(id),
    texts: (number) => [context(number), text(number)],
    sentenceRange: (number) => ranges[number],
    owner: (sentence) => owners[sentence],
    sentenceCount: owners.length,
    everything: () => passages.map((_, number) => `${context(number)}${text(number)}`),
  };
}
