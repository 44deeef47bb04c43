// A question that leans on the one before it gets what that was about behind it, in brackets. The server's rules
// (qa/follow_up.py) put the very thing in its place; these find the same passages most of the time, in English.
const THING = /\b(?:it|its|they|them|their|theirs)\b/i;
const LEANS = /^(?:and|but|so|or|also)\b|^(?:what|how) about\b|\b(?:this|that|these|those|there|others?|again|instead|too)\W*$/i;
const PERSON = /\b(?:he|him|his|she|her|hers)\b/i;
const NAMED = /\S\s+\p{Lu}\p{Ll}/u;
const NAMES_A_THING = /\b(?:the|an?)\s+(\S.*)$/i;
const BRACKETED = /\(([^()]+)\)$/;
const LONGEST = 200;
const MOST_WORDS = 40;
const REMEMBERED = 8;

// The question as it is searched for, after the earlier ones (oldest first), and the one before it ("" without one).
export function inConversation(question, earlier, { words, contentWords, isFunctionWord }, isSmallTalk) {
  let told = "";
  const resolved = (asked) => {
    if (!told || isSmallTalk(asked) || !leans(asked)) return asked;
    const said = told.replace(/[\s?!.]+$/, "");
    const thing = THING.test(asked) && (BRACKETED.exec(said)?.[1] ?? NAMES_A_THING.exec(said)?.[1]);
    return `${asked} (${(thing || said).slice(0, LONGEST)})`;
  };

  function leans(asked) {
    const said = words(asked);
    if (!said.length || said.length > MOST_WORDS) return false;
    const topical = contentWords(asked).filter((word) => !isFunctionWord(word));
    const person = PERSON.exec(asked);
    return THING.test(asked) || LEANS.test(asked) || !topical.length || Boolean(person && !NAMED.test(asked.slice(0, person.index)));
  }

  earlier.slice(-REMEMBERED).forEach((asked) => {
    if (words(asked).length && !isSmallTalk(asked)) told = resolved(asked);
  });
  return [resolved(question), told];
}
