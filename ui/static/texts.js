// The texts of the page in the reader's language, which the server puts into it.
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("quid-texts")?.textContent ?? '{"language": "en", "texts": {}}');
  const plural = new Intl.PluralRules(data.language);
  const number = (value) => value.toLocaleString(data.language);

  // The text of that name with its {words} filled in; a count decides between one and other.
  function text(name, values = {}) {
    const found = data.texts[name] ?? data.texts[`${name}.${plural.select(values.count) === "one" ? "one" : "other"}`] ?? name;
    return found.replace(/\{(\w+)\}/g, (all, word) => {
      const value = values[word];
      return value === undefined ? all : typeof value === "number" ? number(value) : value;
    });
  }

  // All texts of a part of the page that stand for themselves, by their names.
  function section(part) {
    const own = Object.entries(data.texts).filter(([name]) => name.startsWith(`${part}.`));
    return Object.fromEntries(own.map(([name, found]) => [name.slice(part.length + 1), found]));
  }

  function bytes(count) {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
    const power = Math.min(count < 1000 ? 0 : Math.floor(Math.log10(count) / 3), 3);
    const value = count / 1000 ** power;
    const options = { style: "unit", unit: units[power], unitDisplay: power ? "short" : "long", maximumFractionDigits: value < 10 && power ? 1 : 0 };
    return value.toLocaleString(data.language, options);
  }

  function moment(iso) {
    return new Date(iso).toLocaleString(data.language, { dateStyle: "medium", timeStyle: "short" });
  }

  window.quidText = Object.assign(text, { language: data.language, section, number, bytes, moment });
})();
