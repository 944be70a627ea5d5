import type { SparseSumsData } from "./sparse-sums.ts";

const unitRoundoff = 2 ** -53;
/** As in rounding.ts: the bound fails with probability 2 exp(−c²/2). */
const confidence = 4;

/**
 * How far rounding may take the gradient Σᵢ rᵢ xᵢ over sparse rows in float64: as `float64GradientErrors`, but a margin
 * is a sum of so many terms as its row has entries, and a sum over rows of so many as its column has.
 *
 * @param probabilities of each row at θ
 */
export function sparseGradientErrors(
  { matrix, labels, outputs, sampleWeights }: SparseSumsData,
  parameters: Float64Array,
  probabilities: Float64Array,
): Float64Array {
  const { rows, columns, starts, indices, values } = matrix;
  const intercepts = outputs * columns;
  const ofSums = new Float64Array(parameters.length); // Σ |r x|
  const ofRows = new Float64Array(parameters.length); // Σ (x δ)², δ the error of a residual
  const additions = new Float64Array(columns);
  for (const column of indices) additions[column]++;
  for (let row = 0; row < rows; row++) {
    const from = starts[row];
    const to = starts[row + 1];
    let largest = 0;
    for (let k = 0; k < outputs; k++) {
      let sum = Math.abs(parameters[intercepts + k]);
      for (let i = from; i < to; i++) sum += Math.abs(values[i] * parameters[k * columns + indices[i]]);
      largest = Math.max(largest, sum);
    }
    const s = sampleWeights ? sampleWeights[row] : 1;
    for (let k = 0; k < outputs; k++) {
      const p = probabilities[row * outputs + k];
      const residual = s * ((outputs === 1 ? labels[row] === 1 : labels[row] === k) ? 1 - p : p);
      const error = 4 * residual + 2 * s * p * (1 - p) * Math.sqrt(to - from + 3) * largest;
      for (let i = from; i < to; i++) {
        const at = k * columns + indices[i];
        ofSums[at] += residual * Math.abs(values[i]);
        ofRows[at] += (error * values[i]) ** 2;
      }
      ofSums[intercepts + k] += residual;
      ofRows[intercepts + k] += error * error;
    }
  }
  return ofSums.map((sum, i) => {
    const each = i < intercepts ? additions[i % columns] : rows;
    return confidence * unitRoundoff * (Math.sqrt(each) * sum + Math.sqrt(ofRows[i]));
  });
}
