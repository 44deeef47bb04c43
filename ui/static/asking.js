// One question to the API: its answer, or why there is none. The chat page and the widget both ask this way.
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
    if (response.status === 503 || response.status === 429) return { error: WORDS.busy };
    return { error: response.status >= 500 ? WORDS.broken : said.error };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { error: WORDS.unreached };
  }
}
