/**
 * X̃ᵀ diag(w) X̃ of rows x̃ = (x, 1): the cross-products of the columns and, last, of a column of ones.
 *
 * @param values rows × columns, row-major
 * @param weights one per row, of any sign
 * @param output (columns + 1)², row-major, what is in it is added to; only the lower triangle is written
 */
export function weightedGram(
  values: Float64Array,
  columns: number,
  weights: Float64Array,
  output: Float64Array,
): void {
  const size = columns + 1;
  const rows = weights.length;
  const rest = rows % 4;
  // Four rows at a time: each entry of the output is read and written once for four products.
  for (let row = 0; row + 4 <= rows; row += 4) {
    const x0 = row * columns;
    const x1 = x0 + columns;
    const x2 = x1 + columns;
    const x3 = x2 + columns;
    const w0 = weights[row];
    const w1 = weights[row + 1];
    const w2 = weights[row + 2];
    const w3 = weights[row + 3];
    for (let i = 0; i < columns; i++) {
      const a0 = w0 * values[x0 + i];
      const a1 = w1 * values[x1 + i];
      const a2 = w2 * values[x2 + i];
      const a3 = w3 * values[x3 + i];
      const own = i * size;
      for (let j = 0; j <= i; j++)
        output[own + j] +=
          a0 * values[x0 + j] + a1 * values[x1 + j] + (a2 * values[x2 + j] + a3 * values[x3 + j]);
    }
    const last = columns * size;
    for (let j = 0; j < columns; j++)
      output[last + j] +=
        w0 * values[x0 + j] + w1 * values[x1 + j] + (w2 * values[x2 + j] + w3 * values[x3 + j]);
    output[last + columns] += w0 + w1 + (w2 + w3);
  }
  for (let row = rows - rest; row < rows; row++) {
    const x = row * columns;
    const w = weights[row];
    for (let i = 0; i <= columns; i++) {
      const a = w * (i < columns ? values[x + i] : 1);
      const own = i * size;
      for (let j = 0; j < i; j++) output[own + j] += a * values[x + j];
      output[own + i] += a * (i < columns ? values[x + i] : 1);
    }
  }
}
