// Sorts and filters the table of questions; without this file it is a plain table.
"use strict";
for (const table of document.querySelectorAll("table.questions")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const bar = table.previousElementSibling;
  const search = bar.querySelector("input");
  const kinds = [...bar.querySelectorAll("button")];
  const said = rows.map(() => null);
  const places = new Map(rows.map((row, place) => [row, place]));
  const order = new Intl.Collator("en", { numeric: true });

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? (cell.querySelector("summary") || cell).textContent : Number(cell.dataset.v);
  };
  const sort = (head, column) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keyed = rows.map((row) => [value(row, column), row]);
    keyed.sort(([a, one], [b, other]) =>
      (down ? -1 : 1) * (typeof a === "number" ? a - b : order.compare(a, b)) || places.get(one) - places.get(other));
    body.append(...keyed.map(([, row]) => row));
  };
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = kinds.filter((kind) => kind.ariaPressed === "true").map((kind) => kind.dataset.kind);
    let shown = 0;
    rows.forEach((row, place) => {
      if (words.length) said[place] ??= row.textContent.toLowerCase();
      row.hidden = (wanted.length > 0 && !wanted.includes(row.dataset.kind)) || !words.every((word) => said[place].includes(word));
      shown += !row.hidden;
    });
    bar.querySelector("output").textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} questions`;
  };

  heads.forEach((head, column) => {
    if (!head.textContent) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head, column));
    head.replaceChildren(button);
  });
  kinds.forEach((kind) => kind.addEventListener("click", () => {
    kind.ariaPressed = String(kind.ariaPressed !== "true");
    filter();
  }));
  let later = 0;
  search.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(filter, 120);
  });
  bar.hidden = false;
  filter();
}
