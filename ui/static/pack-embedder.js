// Question and tokens by the transformer; what it read in the documents was packed with it.
import { transformer } from "./pack-model.js";
import { matrix, unit } from "./pack-vectors.js";

export function modelEmbedder(tokens, { texts, window, model, looks }, files) {
  const read = transformer(model, files.model);
  const [first, last] = [tokens.id("[CLS]"), tokens.id("[SEP]")];
  const axes = new Float32Array(files.looks, 0, looks.width * looks.dimension);
  const total = looks.counts.reduce((all, one) => all + one, 0);
  const table = matrix(files.looks, axes.byteLength, total, looks.width);
  let from = 0;
  const starts = looks.counts.map((count) => (from += count) - count);
  let kept = { text: null };

  function readText(text) {
    if (kept.text === text) return kept;
    const own = tokens.encode(text, window);
    return (kept = { text, ...own, ...read([first, ...own.ids, last]) });
  }

  function embedQuestion(text) {
    const { vectors } = readText(model.prompt + text);
    if (model.pooling === "cls") return unit(vectors[0]);
    return unit(vectors[0].map((_, i) => vectors.reduce((all, one) => all + one[i], 0) / vectors.length));
  }

  function along(vector) {
    return Float32Array.from({ length: looks.width }, (_, axis) => {
      let all = 0;
      for (let i = 0; i < vector.length; i += 1) all += vector[i] * axes[axis * looks.dimension + i];
      return all;
    });
  }

  return {
    embedQuestion,
    readQuestion: (text) => {
      const own = readText(text);
      return { ids: own.ids, starts: own.starts, ends: own.ends, vectors: own.vectors.slice(1, -1).map((one) => along(unit(one))) };
    },
    // As of staticEmbedder.
    readPassage: (number) => {
      const [before, text] = texts(number);
      const own = tokens.encode(before + text, looks.counts[number]);
      const shift = (places) => places.map((place) => place - before.length);
      const vectors = own.ids.map((_, at) => table.row(starts[number] + at));
      return { ids: own.ids, starts: shift(own.starts), ends: shift(own.ends), vectors };
    },
  };
}
