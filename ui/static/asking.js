// Where answers and documents come from: the API. The chat page and the widget both ask this way; a static pack has a
// file of its own in the place of this one (pack-asking.js).
export const WORDS = window.quidText.section("asking");
export const REMEMBERED = 10;

// Resolves to {answer} or {error}; rejects only where `signal` stopped it.
export async function ask(question, earlier, signal) {
  try {
    const response = await fetch("api/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ question, earlier: earlier.slice(-REMEMBERED) }),
      signal,
    });
    const said = await response.json();
    if (response.ok) return { answer: said };
    if (said.cause === "engine") return { error: WORDS.engine };
    if (response.status === 503 || response.status === 429) return { error: WORDS.busy };
    return { error: response.status >= 500 ? WORDS.broken : said.error };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { error: WORDS.unreached };
  }
}

// Where a place of a document can be read, on a page of its own.
export const address = (place) => `doc/${encodeURIComponent(place.document)}?s=${place.start}&e=${place.end}#hl`;

// The document that a place stands in, as HTML with it marked, and the places of `also` ("12-30,40-58") marked weaker:
// {html}, or {gone} or {error}. The server escapes every character of a document before it sends it.
export async function fragment(place, also) {
  const asked = new URL(address(place), document.baseURI);
  const answer = await fetch(`${asked.pathname}${asked.search}${also && `&also=${also}`}&fragment=1`);
  if (answer.ok) return { html: await answer.text() };
  if (answer.status === 404) return { gone: true };
  const said = await answer.json();
  return { error: said.cause === "engine" ? WORDS.engine : said.error };
}
