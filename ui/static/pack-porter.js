// The stem of an English word, as the index's own search makes it (Porter, An algorithm for suffix stripping, 1980).
const LONGEST = 64;
const C = "[^aeiou](?:[^aeiouy])*";
const V = "[aeiouy][aeiou]*";
const SOME = new RegExp(`^(?:${C})?${V}${C}`);
const ONE = new RegExp(`^(?:${C})?${V}${C}(?:${V})?$`);
const MORE = new RegExp(`^(?:${C})?${V}${C}${V}${C}`);
const VOWEL = new RegExp(`^(?:${C})?[aeiouy]`);
const SHORT = new RegExp(`^${C}[aeiouy][^aeiouwxy]$`);
const DOUBLED = /([^aeiouylsz])\1$/;

const SECOND = pairs("ational>ate|tional>tion|enci>ence|anci>ance|izer>ize|logi>log|bli>ble|alli>al|entli>ent|eli>e|ousli>ous|"
  + "ization>ize|ation>ate|ator>ate|alism>al|iveness>ive|fulness>ful|ousness>ous|aliti>al|iviti>ive|biliti>ble");
const THIRD = pairs("icate>ic|ative>|alize>al|iciti>ic|ical>ic|ful>|ness>");
const FOURTH = "al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ion|ou|ism|ate|iti|ous|ive|ize".split("|");

function pairs(text) {
  return text.split("|").map((pair) => pair.split(">"));
}

export function porter(word) {
  if (word.length < 3 || new TextEncoder().encode(word).length > LONGEST) return word;
  let stem = word.replace(/(ss|i)es$/, "$1").replace(/([^s])s$/, "$1");
  stem = first(stem);
  if (stem.endsWith("y") && VOWEL.test(stem.slice(0, -1))) stem = `${stem.slice(0, -1)}i`;
  stem = exchanged(exchanged(stem, SECOND), THIRD);
  stem = fourth(stem);
  if (stem.endsWith("e")) {
    const rest = stem.slice(0, -1);
    if (MORE.test(rest) || (ONE.test(rest) && !SHORT.test(rest))) stem = rest;
  }
  return stem.endsWith("ll") && MORE.test(stem) ? stem.slice(0, -1) : stem;
}

function first(stem) {
  if (stem.endsWith("eed")) return SOME.test(stem.slice(0, -3)) ? stem.slice(0, -1) : stem;
  const rest = stem.replace(/(ed|ing)$/, "");
  if (rest === stem || !VOWEL.test(rest)) return stem;
  if (/(at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (DOUBLED.test(rest)) return rest.slice(0, -1);
  return SHORT.test(rest) ? `${rest}e` : rest;
}

function exchanged(stem, endings) {
  const found = endings.filter(([ending]) => stem.endsWith(ending)).sort((a, b) => b[0].length - a[0].length)[0];
  if (!found) return stem;
  const rest = stem.slice(0, -found[0].length);
  return SOME.test(rest) ? rest + found[1] : stem;
}

function fourth(stem) {
  const ending = FOURTH.filter((one) => stem.endsWith(one)).sort((a, b) => b.length - a.length)[0];
  if (!ending) return stem;
  const rest = stem.slice(0, -ending.length);
  return MORE.test(rest) && (ending !== "ion" || /[st]$/.test(rest)) ? rest : stem;
}
