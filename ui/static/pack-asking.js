// Where the answers and documents of a static pack come from: this browser. It stands in the place of asking.js.
import { load, Unloadable } from "./pack-data.js";
import { BadQuestion, engine } from "./pack-engine.js";
import { progress } from "./pack-progress.js";
import { renderSource } from "./pack-source.js";

const text = window.quidText;
export const WORDS = text.section("asking");
const REMEMBERED = 10;
const LONGEST = 2000;
let loading = null;

// The engine, loaded once; what failed is tried anew with the next question.
export function opened() {
  loading ??= made().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function made() {
  const heard = progress();
  try {
    const { manifest, files } = await load(heard);
    return engine(manifest, files);
  } finally {
    heard(null);
  }
}

// Resolves to {answer} or {error}.
export async function ask(question, earlier) {
  try {
    const found = await opened();
    // First the question and the word that it is being worked on are painted.
    await new Promise((painted) => { setTimeout(painted, 30); });
    return { answer: found.ask(question, earlier.slice(-REMEMBERED)) };
  } catch (error) {
    if (error instanceof BadQuestion) return { error: text("pack.long", { length: question.length, most: LONGEST }) };
    if (error instanceof Unloadable) return { error: text("pack.unloaded") };
    console.error(error);
    return { error: text("pack.broken") };
  }
}

export const address = (place) =>
  `source-${text.language}.html?${new URLSearchParams({ d: place.document, s: place.start, e: place.end })}#hl`;

export async function fragment(place, also) {
  const found = (await opened()).document(place.document);
  if (!found) return { gone: true };
  const others = also ? also.split(",").map((range) => range.split("-").map(Number)) : [];
  return { html: renderSource(found, [place.start, place.end], others) };
}

opened().catch(() => {});
