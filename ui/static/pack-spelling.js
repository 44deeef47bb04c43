// Misspelt words and initials of a question, put right from the documents' own words (index/spelling.py).
import { slipRules } from "./pack-slips.js";

export function respelling(library, { words, isFunctionWord }, rules, isKnown) {
  const { allowed, slips, relatives } = slipRules(rules);
  const name = new RegExp(rules.spelling.NAME.source, "gu");
  const asking = new Set(rules.words.FOREIGN_QUESTION_WORDS);
  const letters = /^\p{L}+$/u;
  let counted = null;

  // The documents' words, and their names of several words by initials, with how many passages hold each.
  function vocabulary() {
    if (counted) return counted;
    counted = { words: new Map(), names: new Map() };
    library.everything().forEach((text) => {
      new Set(words(text).filter((word) => letters.test(word))).forEach((word) => add(counted.words, word));
      new Set([...text.matchAll(name)].map(([found]) => named(found)).filter(Boolean)).forEach((found) => add(counted.names, found));
    });
    return counted;
  }

  function add(counts, key) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  function named(found) {
    const parts = found.split(" ");
    while (parts.length && isFunctionWord(parts[0].toLowerCase())) parts.shift();
    return parts.length > 1 ? parts.join(" ") : "";
  }

  const initials = (found) => found.split(" ").filter((part) => /^\p{Lu}/u.test(part)).map((part) => part[0]).join("").toLowerCase();

  function speltOut(word) {
    const meant = [...vocabulary().names].filter(([found]) => initials(found) === word);
    return meant.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
  }

  function nearest(word) {
    let best = null;
    vocabulary().words.forEach((count, other) => {
      const most = allowed(word, other);
      if (other.length < rules.spelling.SHORTEST || Math.abs(other.length - word.length) > most) return;
      const distance = slips(word, other);
      if (distance > most) return;
      const rank = [distance, Number(other[0] !== word[0]), -count, other];
      if (!best || before(rank, best)) best = rank;
    });
    return best?.[3];
  }

  return (question) => {
    const corrections = new Map();
    new Set(words(question)).forEach((word) => {
      if (!letters.test(word) || asking.has(word) || isKnown(word) || vocabulary().words.has(word) || relatives(word).some(isKnown)) return;
      const meant = speltOut(word) ?? (word.length >= rules.spelling.SHORTEST ? nearest(word) : null);
      if (meant && !isFunctionWord(meant)) corrections.set(word, meant);
    });
    return corrections.size ? question.replace(/[\p{L}\p{N}_]+/gu, (word) => corrections.get(word.toLowerCase()) ?? word) : question;
  };
}

function before(a, b) {
  const at = a.findIndex((one, nth) => one !== b[nth]);
  return at >= 0 && a[at] < b[at];
}
