// A conversation as a file: Markdown to read, JSON with receipts that `python -m qa verify` checks.
import { asMarkdown } from "./copying.js";

export const WORDS = window.quidText.section("exporting");
const FORMAT = "quid-conversation";
const RECEIPT = ["number", "document", "title", "source", "headings", "page", "place", "sha256", "start", "end", "quote"];

export function conversationJson(one) {
  const turns = one.turns.map(({ question, earlier, asked, answer, error }) => ({
    question,
    earlier,
    asked,
    ...(answer
      ? {
          searched_for: answer.searched_for,
          answered: answer.answered,
          text: answer.text,
          confidence: answer.confidence,
          citations: answer.citations.map((citation) => Object.fromEntries(RECEIPT.map((name) => [name, citation[name] ?? null]))),
        }
      : { error: error ?? WORDS.unanswered }),
  }));
  const { title, created, changed } = one;
  return `${JSON.stringify({ format: FORMAT, version: 1, title, created, changed, turns }, null, 2)}\n`;
}

export function conversationMarkdown(one) {
  const turns = one.turns.map((turn) =>
    turn.answer ? asMarkdown(turn) : `**${turn.question.replace(/[\\`*_[\]<>]/g, "\\$&")}**\n\n${turn.error ?? WORDS.unanswered}\n`);
  return `# ${one.title.replace(/[\\`*_[\]<>#]/g, "\\$&")}\n\n${turns.join("\n---\n\n")}`;
}

export function download(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export const fileName = (title, ending) =>
  `${title.replace(/[\s/\\:*?"<>|\u0000-\u001f]+/g, " ").trim().slice(0, 60) || "conversation"}.${ending}`;
