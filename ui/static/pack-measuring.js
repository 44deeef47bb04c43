// The engine of a pack, asked by the program that made it: in Node by lines of JSON, in a browser by requests.
import { load, named } from "./pack-data.js";
import { BadQuestion, engine } from "./pack-engine.js";

function reply(made, { ask, earlier = [], rank, k, embed }) {
  if (embed !== undefined) return [...made.embedQuestion(embed)];
  if (rank !== undefined) return made.rank(rank, k);
  try {
    const { searched_for, confidence, citations, signals, text } = made.ask(ask, earlier);
    return { searched_for, confidence, text, signals, citations: citations.map(({ document, start, end }) => [document, start, end]) };
  } catch (error) {
    if (!(error instanceof BadQuestion)) throw error;
    return { refused: true };
  }
}

async function inNode() {
  const { readFileSync } = await import("node:fs");
  const { createInterface } = await import("node:readline");
  const folder = process.argv[2];
  const read = (name) => {
    const bytes = readFileSync(`${folder}/${name}`);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  };
  const manifest = JSON.parse(new TextDecoder().decode(read("pack.json")));
  const files = Object.keys(manifest.files).map((name) => named(name, read(`data/${name}`)));
  const made = engine(manifest, Object.fromEntries(files));
  for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(reply(made, JSON.parse(line))));
}

async function inBrowser() {
  const { manifest, files } = await load(() => {});
  const made = engine(manifest, files);
  let said = "";
  while (true) {
    const answer = await fetch("measuring", { method: "POST", body: said });
    if (answer.status !== 200) return;
    said = JSON.stringify(reply(made, await answer.json()));
  }
}

(globalThis.process?.versions?.node ? inNode() : inBrowser()).catch((error) => {
  console.error(error);
  globalThis.process?.exit(1);
});
