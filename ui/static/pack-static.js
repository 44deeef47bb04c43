// Question and tokens without a transformer: a vector for each piece of a word, distilled from the model when the
// pack was made, and their weighted mean for a text (as model2vec does it).
import { matrix, unit } from "./pack-vectors.js";

export function staticEmbedder(tokens, { texts, window, pieces: { rows, width } }, buffer) {
  const ids = new Uint32Array(buffer, 0, rows);
  const weights = new Float32Array(buffer, 4 * rows, rows);
  const table = matrix(buffer, 8 * rows, rows, width);
  const places = new Map(Array.from(ids, (id, place) => [id, place]));
  const kept = new Map();

  function vector(id) {
    if (!kept.has(id)) kept.set(id, places.has(id) ? unit(table.row(places.get(id))) : null);
    return kept.get(id);
  }

  function embedQuestion(text) {
    const found = new Float32Array(width);
    tokens.encode(text, window).ids.forEach((id) => {
      const own = vector(id);
      if (own) own.forEach((value, i) => { found[i] += value * weights[places.get(id)]; });
    });
    return unit(found);
  }

  function read(text) {
    const { ids: own, starts, ends } = tokens.encode(text, window);
    return { ids: own, starts, ends, vectors: own.map(vector) };
  }

  return {
    embedQuestion,
    readQuestion: read,
    // A passage's own tokens; places count from its text's start, those of title and headings are below 0.
    readPassage: (number) => {
      const [before, text] = texts(number);
      const found = read(before + text);
      const shift = (places) => places.map((place) => place - before.length);
      return { ...found, starts: shift(found.starts), ends: shift(found.ends) };
    },
  };
}
