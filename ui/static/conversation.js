// The conversation that the page shows: its turns, what happens to them, and where it is kept.
// Nothing about it stays on the server, so a restart there loses nothing.
import { ask } from "./asking.js";
import * as store from "./store.js";

export const WORDS = window.quidText.section("conversation");
const SHOWN = "quid-shown";
const TITLE = 70;
const GLIMPSE = 300;

const id = () => Date.now().toString(36) + Math.random().toString(36).slice(2, 8);
const time = () => new Date().toISOString();

let one = fresh();
let running = null;
let changed = () => {};

function fresh() {
  return { id: id(), title: "", created: time(), changed: time(), turns: [] };
}

export const shown = () => one;
export const isAsking = () => Boolean(running);
export const titleOf = (other) => other.title || WORDS.untitled;

// `what` is called with the turn whose reply changed, or with nothing where turns came or went.
export function whenChanged(what) {
  changed = what;
}

// Answers the question at the end, or in the stead of a turn; what came after that one goes.
export async function send(question, { earlier, from = one.turns.length } = {}) {
  const before = one.turns.slice(0, from);
  const turn = { key: id(), question, asked: time(), earlier: earlier ?? before.map((other) => other.question) };
  one.turns = [...before, turn];
  one.title ||= question.length > TITLE ? `${question.slice(0, TITLE).replace(/ \S*$/, "")} …` : question;
  changed();
  await answer(turn);
}

// Asks a question once more, where it stands.
export async function retry(turn) {
  delete turn.answer;
  delete turn.error;
  changed(turn);
  await answer(turn);
}

async function answer(turn) {
  stop();
  const own = { turn, control: new AbortController(), conversation: one };
  running = own;
  keep(own.conversation);
  try {
    const { answer, error } = await ask(turn.question, turn.earlier, own.control.signal);
    if (answer) turn.answer = trimmed(answer);
    else turn.error = error;
  } catch {
    turn.error = WORDS.stopped;
  }
  if (running === own) running = null;
  if (own.conversation.turns.includes(turn)) await keep(own.conversation);
  changed(turn);
}

// What the page shows and an export needs; passages stay where they are.
function trimmed(answer) {
  const { milliseconds, ...rest } = answer;
  const citations = answer.citations.map(({ passage, ...citation }) => citation);
  return { ...rest, citations, hits: answer.hits.slice(0, 3).map((hit) => ({ ...hit, text: hit.text.slice(0, GLIMPSE) })) };
}

export function stop() {
  running?.control.abort();
  running = null;
}

async function keep(conversation) {
  conversation.changed = time();
  remember(conversation.id);
  try {
    await store.put(structuredClone(conversation));
  } catch (error) {
    console.warn("the conversation can't be kept:", error);
  }
}

// The conversation without its last question, which it gives back.
export function takeBack() {
  stop();
  const last = one.turns.at(-1);
  one.turns = one.turns.slice(0, -1);
  if (one.turns.length) keep(one);
  else forget(one.id);
  changed();
  return last?.question ?? "";
}

// Puts turns that were replaced or taken away back.
export function putBack(conversation) {
  stop();
  one = structuredClone(conversation);
  if (one.turns.length) keep(one);
  changed();
}

export const snapshot = () => structuredClone(one);

export function begin() {
  stop();
  one = fresh();
  remember("");
  changed();
}

export async function show(wanted) {
  const found = await store.get(wanted);
  if (!found) return false;
  stop();
  one = found;
  one.turns.filter((turn) => !turn.answer && !turn.error).forEach((turn) => { turn.error = WORDS.interrupted; });
  remember(one.id);
  changed();
  return true;
}

export async function rename(other, title) {
  const kept = other.id === one.id ? one : await store.get(other.id);
  if (!kept || !title) return;
  kept.title = title;
  await store.put(structuredClone(kept));
}

export async function forget(other) {
  await store.remove(other);
  if (other === one.id && one.turns.length) begin();
}

// Which one a reload brings back; a new tab begins a new one.
function remember(which) {
  try {
    sessionStorage.setItem(SHOWN, which);
  } catch {
    // Then a reload begins anew, and the list still has it.
  }
}

export function remembered() {
  try {
    return sessionStorage.getItem(SHOWN) ?? "";
  } catch {
    return "";
  }
}
