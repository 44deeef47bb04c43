// The one path from question to answer (qa/answering.py), in the browser: an answer has the shape of the server's.
import { composer } from "./pack-composing.js";
import { modelEmbedder } from "./pack-embedder.js";
import { inConversation } from "./pack-follow-up.js";
import { library as shelved } from "./pack-library.js";
import { lexicalSearch } from "./pack-lexical.js";
import { closerLook } from "./pack-look.js";
import { questionRules } from "./pack-question.js";
import { confidenceOf, evidenceRules } from "./pack-reading.js";
import { fold, rerank, searcher } from "./pack-search.js";
import { respelling } from "./pack-spelling.js";
import { staticEmbedder } from "./pack-static.js";
import { tokenizer } from "./pack-tokens.js";
import { matrix } from "./pack-vectors.js";
import { wordRules } from "./pack-words.js";

export const BadQuestion = class extends Error {};

// `files` holds what the manifest names: documents, words and rules as objects, the rest as buffers.
export function engine(manifest, files) {
  const { settings } = manifest;
  const rules = files.rules;
  const library = shelved(files.documents);
  const words = wordRules(rules);
  const question = questionRules(rules, words);
  const lexical = lexicalSearch({ ...files.words, terms: files.words.terms.split("\n") }, new Uint8Array(files.postings), words.contentWords);
  const vocabulary = files.vocabulary.split("\n");
  const tokens = tokenizer(vocabulary, manifest.tokenizer);
  const embedder = embedderOf(manifest, files, tokens, library);
  const passages = matrix(files.vectors, 0, library.count, manifest.width);
  const vectors = { passages, sentences: matrix(files.vectors, passages.end, library.sentenceCount, manifest.width) };
  const search = searcher({ library, lexical, embedder, vectors, settings, rules });
  const looking = closerLook(embedder, rules, library);
  const reading = evidenceRules(rules, words, question, library);
  const compose = composer(rules, words, question, library);
  const known = new Set(vocabulary);
  const respell = respelling(library, words, rules, (word) => known.has(word) || lexical.holds(word));

  const rarityOf = (asked) => new Map(words.contentWords(asked).map((word) => [word, lexical.rarity(word)]));

  function sayings(passage) {
    const said = library.sentences(passage).map((one) => saying(library.slice(passage, one)));
    return said.filter((one) => one.split(" ").length >= rules.twins.FEWEST_WORDS);
  }

  function distinct(asked, k, before) {
    for (let depth = k; ; depth = Math.min(depth * rules.twins.DEEPER, rules.twins.DEEPEST)) {
      const hits = search(asked, depth, before);
      const folded = fold(hits, sayings);
      if (folded.length >= k || hits.length < depth || depth >= rules.twins.DEEPEST) return folded.slice(0, k);
    }
  }

  // The k best passages for what is searched for, each saying something of its own, best first.
  function rank(asked, k, look = looking(asked, rarityOf(asked)), before = "") {
    const found = distinct(asked, Math.max(k, settings.reranked), before);
    const rarity = rarityOf(asked);
    const weights = new Map([...rarity].map(([word, weight]) => [words.stem(word), weight]));
    return rerank(found, settings.reranked, look, (heading) => words.likeness(weights, heading), library, rules).slice(0, k);
  }

  function read(asked, hits, look) {
    if (question.isSmallTalk(asked)) return { places: [], confidence: 0 };
    const [expected, rarity] = [question.expectedOf(asked), rarityOf(asked)];
    const gathered = reading.gather(asked, hits, rarity, expected).slice(0, settings.looked_at);
    if (!gathered.length) return { places: [], confidence: 0 };
    const ranked = reading.lookCloser(gathered, expected, look);
    const signals = reading.signals(ranked, rarity, expected, manifest.background);
    const confidence = confidenceOf(signals, manifest.confidence);
    if (confidence < settings.threshold) return { places: [], confidence, signals, best: ranked[0] };
    return { places: compose(ranked, asked, expected, confidence, settings.sentences), confidence, signals, best: ranked[0] };
  }

  function ask(typed, earlier = []) {
    const asked = line(typed);
    if (!asked || asked.length > rules.answering.MOST_CHARACTERS) throw new BadQuestion(String(asked.length));
    const [searchedFor, before] = inConversation(respell(asked), earlier.map((one) => respell(line(one))), words, question.isSmallTalk);
    const look = looking(searchedFor, rarityOf(searchedFor));
    const hits = rank(searchedFor, settings.passages, look, before);
    const { places, confidence, signals } = read(searchedFor, hits, look);
    const citations = places.map((place, at) => cite(at + 1, place, hits));
    return {
      question: typed,
      searched_for: searchedFor,
      answered: citations.length > 0,
      text: citations.map(({ quote, number }) => `${line(quote)} [${number}]`).join(" ") || rules.answering.NOT_ANSWERED,
      confidence,
      citations,
      hits: hits.map((hit) => shown(hit)),
      signals,
    };
  }

  function whereabouts(passage, start, end) {
    const { document, title, headings, page } = library.passage(passage);
    const within = library.within(passage, start, end);
    const places = [...new Set(within.map((one) => one.place).filter(Boolean))];
    return {
      document: document.id, title, source: document.source, headings,
      page: within.length ? within[0].page : page,
      place: (places.length <= 3 ? places : [places[0], "…", places.at(-1)]).join(", "),
      start, end, sha256: document.sha256,
    };
  }

  function cite(number, { hit, start, end }, hits) {
    const own = library.within(hit.passage, start, end);
    const parts = own.map((one) => ({ start: Math.max(one.start, start), end: Math.min(one.end, end), kind: one.kind }));
    const also = elsewhere(hit.passage, own, hits).map(([passage, from, to]) => whereabouts(passage, from, to));
    return { number, quote: library.slice(hit.passage, { start, end }), ...whereabouts(hit.passage, start, end), parts, also };
  }

  // Where else the quoted sentences stand, in the passages that were found and their twins.
  function elsewhere(passage, own, hits) {
    const quoted = own.map((one) => saying(library.slice(passage, one)));
    if (!quoted.some((one) => one.split(" ").length >= rules.twins.FEWEST_WORDS)) return [];
    const key = (number, start) => `${library.passage(number).document.id} ${start}`;
    const seen = new Set([key(passage, own[0].start)]);
    const found = [];
    hits.flatMap((hit) => [hit.passage, ...hit.also]).forEach((other) => {
      const sentences = library.sentences(other);
      const said = sentences.map((one) => saying(library.slice(other, one)));
      for (let first = 0; first + quoted.length <= said.length; first += 1) {
        const same = quoted.every((one, nth) => said[first + nth] === one);
        if (!same || seen.has(key(other, sentences[first].start))) continue;
        seen.add(key(other, sentences[first].start));
        found.push([other, sentences[first].start, sentences[first + quoted.length - 1].end]);
      }
    });
    return found;
  }

  function shown(hit) {
    const { document, title, headings, page, start, end } = library.passage(hit.passage);
    const text = document.text.slice(start, end);
    return { document: document.id, title, source: document.source, headings, page, start, end, score: hit.score, text };
  }

  return {
    ask,
    document: library.document,
    embedQuestion: embedder.embedQuestion,
    rank: (asked, k) => rank(asked, k).map((hit) => ({ passage: hit.passage, score: hit.score, also: hit.also })),
  };
}

function embedderOf(manifest, files, tokens, library) {
  const about = { ...manifest, texts: library.texts };
  return manifest.model ? modelEmbedder(tokens, about, files) : staticEmbedder(tokens, about, files.pieces);
}

const line = (text) => text.trim().split(/\s+/).join(" ");
const saying = (text) => line(text.replaceAll("\u2019", "'").toLowerCase()).replace(/\.+$/, "");
