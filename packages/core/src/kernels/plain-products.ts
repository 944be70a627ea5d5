import type { RowProducts } from "./float64-sums.ts";
import { weightedGram } from "./gram.ts";
import type { LinearSumsData } from "./sums.ts";

type Values = LinearSumsData["values"];

/** Products with the rows of a matrix by plain loops. */
export function plainProducts(values: Values, columns: number): RowProducts {
  return {
    additions: values.length / columns,
    forward(weights, outputs, output) {
      for (let x = 0, at = 0; x < values.length; x += columns)
        for (let k = 0; k < outputs; k++, at++) output[at] = dot(values, x, weights, k * columns, columns);
    },
    backward(residuals, outputs, output) {
      output.fill(0);
      for (let x = 0, at = 0; x < values.length; x += columns)
        for (let k = 0; k < outputs; k++, at++) {
          const residual = residuals[at];
          for (let j = 0, w = k * columns; j < columns; j++, w++) output[w] += residual * values[x + j];
        }
    },
    grams(rows, weights) {
      const own = new Float64Array(rows.length * columns);
      rows.forEach((row, i) => own.set(values.subarray(row * columns, (row + 1) * columns), i * columns));
      return weights.map((weight) => {
        const output = new Float64Array((columns + 1) * (columns + 1));
        weightedGram(own, columns, weight, output);
        return output;
      });
    },
  };
}

/** Four sums, of which none waits for another. */
function dot(values: Values, x: number, weights: Float64Array, w: number, columns: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let j = 0;
  for (const end = columns - 3; j < end; j += 4) {
    a += values[x + j] * weights[w + j];
    b += values[x + j + 1] * weights[w + j + 1];
    c += values[x + j + 2] * weights[w + j + 2];
    d += values[x + j + 3] * weights[w + j + 3];
  }
  for (; j < columns; j++) a += values[x + j] * weights[w + j];
  return a + b + (c + d);
}
