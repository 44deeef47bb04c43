// The description of the API, drawn from openapi.json, with a way to try each route.
(() => {
  "use strict";

  function element(tag, text, attributes = {}) {
    const made = document.createElement(tag);
    made.textContent = text ?? "";
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  }

  function resolve(api, schema) {
    return schema?.$ref ? schema.$ref.slice(2).split("/").reduce((part, name) => part[name], api) : schema;
  }

  // A schema as people write it down: names and kinds, nested as deep as they are.
  function shape(api, schema, indent = "") {
    const found = resolve(api, schema) ?? {};
    if (found.properties) {
      const inner = `${indent}  `;
      const lines = Object.entries(found.properties).map(([name, part]) =>
        `${inner}"${name}": ${shape(api, part, inner)}`);
      return `{\n${lines.join(",\n")}\n${indent}}`;
    }
    if (found.type === "array") return `[${shape(api, found.items, indent)}, ...]`;
    if (found.anyOf) return found.anyOf.map((part) => shape(api, part, indent)).join(" or ");
    const most = found.maxLength ? `, at most ${found.maxLength} characters` : "";
    return `${found.type ?? "anything"}${most}`;
  }

  const json = (content) => content?.content?.["application/json"]?.schema;

  function example(api, operation) {
    const schema = resolve(api, json(operation.requestBody));
    return schema?.example ? JSON.stringify(schema.example, null, 2) : "";
  }

  // The path with its {parts} filled in, and what is asked for behind it; null where a part is missing.
  function addressed(path, fields) {
    const asked = new URLSearchParams();
    let address = path;
    for (const { place, name, box } of fields) {
      if (place === "path" && !box.value) return box.focus();
      if (place === "path") address = address.replace(`{${name}}`, encodeURIComponent(box.value));
      else if (box.value) asked.set(name, box.value);
    }
    return `${address}${asked.size ? `?${asked}` : ""}`;
  }

  // A box for each part of the path and for each parameter.
  function fieldsOf(path, operation) {
    return (operation.parameters ?? []).filter((one) => ["path", "query"].includes(one.in)).map((one) => {
      const box = element("input", "", { "aria-label": `${one.name} of ${path}`, autocomplete: "off", spellcheck: "false" });
      box.placeholder = one.schema?.default ?? "";
      return { place: one.in, name: one.name, box };
    });
  }

  function fieldLines(fields) {
    return fields.map(({ name, box }) => {
      const line = element("label", `${name} `, { class: "field" });
      line.append(box);
      return line;
    });
  }

  async function call(path, method, body, result) {
    const asked = body === null ? {} : { body, headers: { "Content-Type": "application/json" } };
    try {
      const answer = await fetch(`..${path}`, { method, ...asked });
      result.textContent = `${answer.status}\n${JSON.stringify(await answer.json(), null, 2)}`;
    } catch {
      result.textContent = "The server can't be reached.";
    }
  }

  function route(api, path, method, operation) {
    const section = element("section", "", { class: "route" });
    const heading = element("h2");
    heading.append(element("span", method.toUpperCase(), { class: "method" }), ` ${path}`);
    const result = element("pre", "", { role: "status" });
    section.append(heading, element("p", operation.description ?? operation.summary));
    const asked = json(operation.requestBody);
    const body = element("textarea", example(api, operation), { rows: 4, "aria-label": `Body of ${path}` });
    if (asked) section.append(element("h3", "Takes"), element("pre", shape(api, asked)));
    section.append(element("h3", "Gives"), element("pre", shape(api, json(operation.responses["200"]))));
    const fields = fieldsOf(path, operation);
    section.append(element("h3", "Try it"), ...fieldLines(fields), ...(asked ? [body] : []));
    const send = element("button", "Send", { type: "button" });
    send.addEventListener("click", () => {
      const address = addressed(path, fields);
      if (address) call(address, method.toUpperCase(), asked ? body.value : null, result);
    });
    section.append(send, result);
    return section;
  }

  async function draw() {
    const api = await (await fetch("openapi.json")).json();
    document.title = document.getElementById("title").textContent = `${api.info.title}: API`;
    Object.entries(api.paths).forEach(([path, methods]) =>
      Object.entries(methods).forEach(([method, operation]) =>
        document.getElementById("routes").append(route(api, path, method, operation))));
  }

  draw();
})();
