// The model's tokens: WordPiece, as the tokenizer of BERT does it (Wu et al., 2016), with each token's place in the text.
const CJK = /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b820}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/u;
const SPACE = /[\s\p{Zs}]/u;
const MARK = /[!-/:-@[-`{-~\p{P}]/u;
const INVISIBLE = /[\0\ufffd\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u;
const ACCENT = /\p{Mn}/gu;

export function tokenizer(vocabulary, { lower, longest = 100, unknown = "[UNK]", begins = "##" }) {
  const ids = new Map(vocabulary.map((piece, id) => [piece, id]));
  const seen = new Map();

  // The words of a text as [characters, the place of each in the text and where it ends].
  function parts(text) {
    const found = [];
    let word = null;
    let at = 0;
    for (const character of text) {
      const start = at;
      at += character.length;
      const space = SPACE.test(character);
      if (space || INVISIBLE.test(character)) {
        if (space) word = null;
        continue;
      }
      if (CJK.test(character) || MARK.test(character)) {
        found.push({ letters: [character], starts: [start], ends: [at] });
        word = null;
        continue;
      }
      if (!word) found.push((word = { letters: [], starts: [], ends: [] }));
      for (const letter of plain(character)) {
        word.letters.push(letter);
        word.starts.push(start);
        word.ends.push(at);
      }
    }
    return found.filter((one) => one.letters.length);
  }

  function plain(character) {
    return lower && (character < "a" || character > "z") ? character.normalize("NFD").replace(ACCENT, "").toLowerCase() : character;
  }

  // The longest pieces from the left that the vocabulary has, as [id, first letter, letter behind].
  function pieces(letters) {
    const word = letters.join("");
    if (seen.has(word)) return seen.get(word);
    const found = [];
    let from = 0;
    while (from < letters.length) {
      let to = letters.length;
      let id;
      while (to > from && (id = ids.get((from ? begins : "") + letters.slice(from, to).join(""))) === undefined) to -= 1;
      if (to === from) break;
      found.push([id, from, to]);
      from = to;
    }
    const whole = from === letters.length && letters.length <= longest ? found : [[ids.get(unknown), 0, letters.length]];
    if (seen.size < 50_000) seen.set(word, whole);
    return whole;
  }

  // The ids of the first `most` tokens, and of each the place [start, end) in the text.
  function encode(text, most = Infinity) {
    const found = { ids: [], starts: [], ends: [] };
    for (const { letters, starts, ends } of parts(text)) {
      for (const [id, from, to] of pieces(letters)) {
        if (found.ids.length >= most) return found;
        found.ids.push(id);
        found.starts.push(starts[from]);
        found.ends.push(ends[to - 1]);
      }
    }
    return found;
  }

  return { encode, id: (piece) => ids.get(piece) };
}
