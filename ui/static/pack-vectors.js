// Vectors in 8 bits, each row with a scale of its own: `rows` 32-bit floats, then the rows.
export function matrix(buffer, from, rows, width) {
  const scales = new Float32Array(buffer.slice(from, from + 4 * rows));
  const values = new Int8Array(buffer, from + 4 * rows, rows * width);

  function dot(row, vector) {
    const start = row * width;
    let total = 0;
    for (let i = 0; i < width; i += 1) total += values[start + i] * vector[i];
    return total * scales[row];
  }

  function row(nth) {
    const found = new Float32Array(width);
    for (let i = 0; i < width; i += 1) found[i] = values[nth * width + i] * scales[nth];
    return found;
  }

  return { rows, width, dot, row, end: from + rows * (4 + width) };
}

export function unit(vector) {
  let length = 0;
  for (const one of vector) length += one * one;
  length = Math.sqrt(length) || 1;
  return vector.map((one) => one / length);
}

export function inner(a, b) {
  let total = 0;
  for (let i = 0; i < a.length; i += 1) total += a[i] * b[i];
  return total;
}
