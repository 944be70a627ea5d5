import type { CompressedRows } from "./compressed-rows.ts";
import { float64Passes, type PassProducts } from "./float64-sums.ts";
import { sparseGradientErrors } from "./sparse-rounding.ts";
import type { LinearPasses } from "./sums.ts";

export interface SparseSumsData {
  readonly matrix: CompressedRows;
  /** The class of each row. */
  readonly labels: Int32Array;
  readonly outputs: number;
  /** s ≥ 0 of each row; null: 1. */
  readonly sampleWeights: Float64Array | null;
}

/** The passes over sparse rows, and the curvature of each column by itself. */
export interface SparseSums extends LinearPasses {
  /** Σ s p (1 − p) x² of each parameter at the place, laid out as θ; for an intercept x is 1. Half a pass. */
  diagonal(): Float64Array;
}

/** Products with sparse rows in float64. Outputs are written anew. */
export interface SparseProducts extends PassProducts {
  /** Cᵀ (X ∘ X) of curvatures rows × outputs: outputs × columns. */
  squares(curvatures: Float64Array, outputs: number, output: Float64Array): void;
}

/** What an optimizer asks of sparse rows, all of it in float64. */
export function sparseSums(data: SparseSumsData, products: SparseProducts): SparseSums {
  const { matrix, labels, outputs, sampleWeights } = data;
  const { columns } = matrix;
  const passes = float64Passes({ columns, scale: 1, labels, outputs, sampleWeights }, products);
  const everyRow = Uint32Array.from({ length: matrix.rows }, (_, row) => row);
  return {
    ...passes,
    gradientErrors: (parameters) => sparseGradientErrors(data, parameters, passes.probabilities(everyRow)),
    diagonal() {
      const curvatures = passes.probabilities(everyRow);
      const output = new Float64Array(outputs * (columns + 1));
      for (let row = 0, at = 0; row < matrix.rows; row++)
        for (let k = 0; k < outputs; k++, at++) {
          const p = curvatures[at];
          curvatures[at] = (sampleWeights ? sampleWeights[row] : 1) * p * (1 - p);
          output[outputs * columns + k] += curvatures[at];
        }
      products.squares(curvatures, outputs, output.subarray(0, outputs * columns));
      return output;
    },
  };
}

/** The same by plain loops: the oracle. */
export function plainSparseSums(data: SparseSumsData): SparseSums {
  return sparseSums(data, plainProducts(data.matrix));
}

function plainProducts({ rows, columns, starts, indices, values }: CompressedRows): SparseProducts {
  /** output += Rᵀ X, or of X ∘ X. */
  const backward = (residuals: Float64Array, outputs: number, output: Float64Array, power: 1 | 2): void => {
    output.fill(0);
    for (let row = 0; row < rows; row++)
      for (let entry = starts[row]; entry < starts[row + 1]; entry++) {
        const x = power === 1 ? values[entry] : values[entry] * values[entry];
        for (let k = 0; k < outputs; k++)
          output[k * columns + indices[entry]] += x * residuals[row * outputs + k];
      }
  };
  return {
    forward(weights, outputs, output) {
      for (let row = 0; row < rows; row++)
        for (let k = 0; k < outputs; k++) {
          let sum = 0;
          for (let entry = starts[row]; entry < starts[row + 1]; entry++)
            sum += values[entry] * weights[k * columns + indices[entry]];
          output[row * outputs + k] = sum;
        }
    },
    backward: (residuals, outputs, output) => backward(residuals, outputs, output, 1),
    squares: (curvatures, outputs, output) => backward(curvatures, outputs, output, 2),
  };
}
