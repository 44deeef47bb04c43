// The transformer itself, in 8 bits, as ONNX Runtime computes it on the server (dynamic quantisation): each layer's
// input is rounded to 8 bits, so that a question's vector is the server's but for the last digits.
const KINDS = { i1: Int8Array, f4: Float32Array };

export function transformer({ layers, heads, epsilon, tensors }, buffer) {
  const stored = Object.fromEntries(tensors.map(([name, kind, shape, place]) => {
    const count = shape.reduce((all, one) => all * one, 1);
    return [name, new KINDS[kind](buffer, place, count)];
  }));
  const width = stored["norm.weight"].length;

  // A vector for each token, one after the other: `width` numbers each.
  return function read(ids) {
    let hidden = embedded(ids);
    for (let layer = 0; layer < layers; layer += 1) {
      const part = (name) => stored[`${layer}.${name}`];
      const dense = (given, name) => multiplied(given, ids.length, part(`${name}.weight`), part(`${name}.scale`), part(`${name}.bias`));
      const seen = attended(dense(hidden, "attention"), ids.length);
      const kept = normal(added(dense(seen, "dense"), hidden), part("norm.weight"), part("norm.bias"));
      const inner = dense(kept, "inner").map(gelu);
      hidden = normal(added(dense(inner, "outer"), kept), part("last.weight"), part("last.bias"));
    }
    return { width, vectors: ids.map((_, at) => hidden.subarray(at * width, (at + 1) * width)) };
  };

  function embedded(ids) {
    const [scale, zero] = stored["words.scale"];
    const found = new Float32Array(ids.length * width);
    ids.forEach((id, at) => {
      for (let i = 0; i < width; i += 1) {
        found[at * width + i] = (stored.words[id * width + i] - zero) * scale + stored.places[at * width + i];
      }
    });
    return normal(found, stored["norm.weight"], stored["norm.bias"]);
  }

  function normal(rows, weight, bias) {
    const found = new Float32Array(rows.length);
    for (let at = 0; at < rows.length; at += width) {
      let mean = 0;
      for (let i = 0; i < width; i += 1) mean += rows[at + i] / width;
      let spread = 0;
      for (let i = 0; i < width; i += 1) spread += (rows[at + i] - mean) ** 2 / width;
      const scale = 1 / Math.sqrt(spread + epsilon);
      for (let i = 0; i < width; i += 1) found[at + i] = (rows[at + i] - mean) * scale * weight[i] + bias[i];
    }
    return found;
  }

  // Queries, keys and values stand side by side in each row.
  function attended(rows, count) {
    const found = new Float32Array(count * width);
    const size = width / heads;
    for (let head = 0; head < heads; head += 1) {
      const from = (at, part) => at * 3 * width + part * width + head * size;
      for (let at = 0; at < count; at += 1) {
        const scores = Float32Array.from({ length: count }, (_, other) => {
          let score = 0;
          for (let i = 0; i < size; i += 1) score += rows[from(at, 0) + i] * rows[from(other, 1) + i];
          return score / Math.sqrt(size);
        });
        const highest = scores.reduce((a, b) => Math.max(a, b));
        const shares = scores.map((score) => Math.exp(score - highest));
        const total = shares.reduce((a, b) => a + b);
        shares.forEach((share, other) => {
          for (let i = 0; i < size; i += 1) found[at * width + head * size + i] += (share / total) * rows[from(other, 2) + i];
        });
      }
    }
    return found;
  }
}

// The rows in 8 bits, 0 to 255, less their zero; and what one step of them is.
function rounded(rows) {
  let [low, high] = [0, 0];
  for (const one of rows) {
    if (one < low) low = one;
    if (one > high) high = one;
  }
  const scale = (high - low) / 255 || 1;
  const zero = Math.round(-low / scale);
  const whole = Int16Array.from(rows, (one) => Math.min(Math.max(Math.round(one / scale) + zero, 0), 255) - zero);
  return { whole, scale };
}

function multiplied(rows, count, weights, scales, bias) {
  const { whole, scale } = rounded(rows);
  const inside = rows.length / count;
  const outside = bias.length;
  const found = new Float32Array(count * outside);
  for (let at = 0; at < count; at += 1) {
    const own = whole.subarray(at * inside, (at + 1) * inside);
    for (let out = 0; out < outside; out += 1) found[at * outside + out] = product(own, weights, out * inside) * scale * scales[out] + bias[out];
  }
  return found;
}

// Whole numbers, four sums at a time: as fast as a browser gets without more than scripts.
function product(own, weights, from) {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < own.length; i += 4) {
    a = (a + Math.imul(own[i], weights[from + i])) | 0;
    b = (b + Math.imul(own[i + 1], weights[from + i + 1])) | 0;
    c = (c + Math.imul(own[i + 2], weights[from + i + 2])) | 0;
    d = (d + Math.imul(own[i + 3], weights[from + i + 3])) | 0;
  }
  return a + b + c + d;
}

function added(rows, others) {
  return rows.map((one, at) => one + others[at]);
}

const gelu = (x) => 0.5 * x * (1 + erf(x / Math.SQRT2));

// Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: within 1.5e-7.
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const y = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - y * Math.exp(-x * x));
}
