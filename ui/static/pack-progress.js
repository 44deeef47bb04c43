// How far the documents are, above the question box; nothing where there is no box.
const text = window.quidText;
const PATIENCE = 150;

// Gives what is to be told the share that is there, 0 to 1, and null at the end.
export function progress() {
  const form = document.getElementById("ask");
  if (!form) return () => {};
  const bar = document.createElement("progress");
  const words = document.createElement("span");
  const line = document.createElement("p");
  line.className = "pack-loading";
  line.append(bar, words);
  bar.ariaHidden = "true";
  const shown = setTimeout(() => form.before(line), PATIENCE);
  return (share) => {
    if (share === null) {
      clearTimeout(shown);
      line.remove();
      return;
    }
    bar.value = share;
    words.textContent = text("pack.loading", { share: Math.round(100 * share) });
  };
}
