import type { LabelSets } from "../data/index.ts";

/** How many rows carry both of two labels: labels × labels, row-major, symmetric; on the diagonal the rows of each label. */
export function labelPairs({ names, rows, values }: LabelSets): Float64Array {
  const columns = names.length;
  const output = new Float64Array(columns * columns);
  const own = new Uint32Array(columns);
  for (let row = 0, start = 0; row < rows; row++, start += columns) {
    let count = 0;
    for (let k = 0; k < columns; k++) if (values[start + k] === 1) own[count++] = k;
    for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) output[own[i] * columns + own[j]]++;
  }
  return output;
}
