import type { RowProducts } from "./float64-sums.ts";
import { weightedGram } from "./gram.ts";

/** Products with the rows of a matrix by plain loops. */
export function plainProducts(
  values: Uint8Array | Float32Array | Float64Array,
  columns: number,
): RowProducts {
  return {
    additions: values.length / columns,
    forward(weights, outputs, output) {
      for (let x = 0, at = 0; x < values.length; x += columns)
        for (let k = 0; k < outputs; k++, at++) {
          let sum = 0;
          for (let j = 0, w = k * columns; j < columns; j++, w++) sum += values[x + j] * weights[w];
          output[at] = sum;
        }
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
