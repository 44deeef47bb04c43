// Lexical and vector search, fused (index/searching.py), and the order after a closer look (qa/reranking.py).
export function searcher({ library, lexical, embedder, vectors, settings, rules: { embedding } }) {
  const { passages, sentences } = vectors;

  // The k best passages, best first: {passage, score, similarity, lexical, sentences: their cosines, also: twins}.
  // `before` is the question before it in the conversation, of which the vectors remember a little.
  function search(question, k, before = "") {
    const depth = Math.max(settings.depth, k);
    const vector = inConversation(question, before);
    const words = lexical.search(question, depth, settings.context_weight);
    const similar = Float32Array.from({ length: passages.rows }, (_, row) => passages.dot(row, vector));
    const near = Float32Array.from({ length: sentences.rows }, (_, row) => sentences.dot(row, vector));
    const owners = best(near, depth).map((sentence) => library.owner(sentence));
    const candidates = [...new Set([...words.keys(), ...best(similar, depth), ...owners])].sort((a, b) => a - b);
    if (!candidates.length) return [];
    const hits = candidates.map((passage) => {
      const [from, to] = library.sentenceRange(passage);
      const cosines = [...near.subarray(from, to)];
      const closest = cosines.length ? Math.max(...cosines) : similar[passage];
      const share = settings.sentence_weight;
      const cosine = (1 - share) * similar[passage] + share * closest;
      return { passage, similarity: similar[passage], lexical: words.get(passage) ?? 0, sentences: cosines, cosine, also: [] };
    });
    const byWords = minMax(hits.map((hit) => hit.lexical), settings.depth);
    const byMeaning = minMax(hits.map((hit) => hit.cosine), settings.depth);
    const share = settings.lexical_weight;
    hits.forEach((hit, at) => { hit.score = share * byWords[at] + (1 - share) * byMeaning[at]; });
    return hits.sort((a, b) => b.score - a.score).slice(0, k);
  }

  function inConversation(question, before) {
    const vector = embedder.embedQuestion(question);
    if (!before) return vector;
    const earlier = embedder.embedQuestion(before);
    const dot = (one, other) => one.reduce((sum, value, at) => sum + value * other[at], 0);
    if (dot(vector, earlier) < embedding.SAME_TOPIC) return vector;
    const both = vector.map((value, at) => value + embedding.BEFORE * earlier[at]);
    const length = Math.sqrt(dot(both, both));
    return both.map((value) => value / length);
  }

  return search;
}

// The places of the highest numbers, in no order.
function best(numbers, count) {
  const places = Array.from(numbers, (_, at) => at);
  return count >= places.length ? places : places.sort((a, b) => numbers[b] - numbers[a]).slice(0, count);
}

// Scores from 0 (the lowest among the best `depth`, and all below) to 1 (the best).
function minMax(scores, depth) {
  const ranked = [...scores].sort((a, b) => b - a);
  const [high, low] = [ranked[0], ranked[Math.min(depth, ranked.length) - 1]];
  if (high <= low) return scores.map((one) => Number(one > 0));
  return scores.map((one) => Math.min(Math.max((one - low) / Math.max(high - low, 1e-9), 0), 1));
}

// The hits without those that say nothing new: they are `also` of the one that says it (qa/twins.py).
export function fold(hits, sayings) {
  const kept = [];
  const said = [];
  hits.forEach((hit) => {
    const own = new Set(sayings(hit.passage));
    const twin = own.size ? said.findIndex((other) => [...own].every((one) => other.has(one))) : -1;
    if (twin >= 0) {
      kept[twin].also.push(hit.passage);
      return;
    }
    kept.push(hit);
    said.push(own);
  });
  return kept;
}

// The first `most` in a new order, the rest as they were.
export function rerank(hits, most, look, likeness, library, rules) {
  const [first, rest] = [hits.slice(0, most), hits.slice(most)];
  if (first.length < 2) return hits;
  const { SCORE, BEST, HEADING, CLOSENESS } = rules.reranking;
  const ranks = first.map((hit) => {
    const { headings, title } = library.passage(hit.passage);
    const closest = hit.sentences.length ? Math.max(...hit.sentences) : hit.similarity;
    return SCORE * hit.score + BEST * closest + HEADING * likeness(headings.at(-1) ?? title) + CLOSENESS * look.passage(hit.passage);
  });
  const [low, high] = [Math.min(...ranks), Math.max(...ranks)];
  const scores = first.map((hit) => hit.score);
  const [bottom, top] = [Math.min(...scores), Math.max(...scores)];
  const scale = high > low ? (top - bottom) / (high - low) : 0;
  const ordered = first.map((hit, at) => ({ ...hit, score: bottom + scale * (ranks[at] - low) })).sort((a, b) => b.score - a.score);
  return [...ordered, ...rest];
}
