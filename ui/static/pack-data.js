// The data of a pack: loaded when somebody wants to ask, from beside the page, with word of how far that is.
export const MANIFEST = "pack.json";

export const Unloadable = class extends Error {};

// What the engine takes: {manifest, files}; `heard` is told the share that is there, 0 to 1.
export async function load(heard) {
  const manifest = await (await fetched(MANIFEST, { cache: "no-cache" })).json();
  const names = Object.keys(manifest.files);
  const total = names.reduce((all, name) => all + manifest.files[name].bytes, 0);
  let there = 0;
  const took = (bytes) => heard(Math.min((there += bytes) / total, 1));
  const buffers = await Promise.all(names.map((name) => whole(name, manifest.files[name], took)));
  return { manifest, files: Object.fromEntries(names.map((name, at) => named(name, buffers[at]))) };
}

async function fetched(address, options) {
  try {
    const answer = await fetch(address, options);
    if (answer.ok) return answer;
  } catch {
    // Said below, as for an answer that isn't one.
  }
  throw new Unloadable(address);
}

// The hash in the address has a changed file fetched anew, however long a host lets the old one be kept.
async function whole(name, { bytes, sha256 }, took) {
  const answer = await fetched(`data/${name}?${sha256.slice(0, 12)}`);
  const found = new Uint8Array(bytes);
  const reader = answer.body.getReader();
  let at = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    if (at + piece.value.length > bytes) throw new Unloadable(name);
    found.set(piece.value, at);
    at += piece.value.length;
    took(piece.value.length);
  }
  if (at !== bytes) throw new Unloadable(name);
  return found.buffer;
}

// A file as the engine takes it, under its name without the ending.
export function named(file, buffer) {
  const [name, kind] = file.split(".");
  if (kind === "bin") return [name, buffer];
  const text = new TextDecoder().decode(buffer);
  return [name, kind === "json" ? JSON.parse(text) : text];
}
