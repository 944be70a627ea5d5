import type { LinearSumsData } from "./sums.ts";

const unitRoundoff = 2 ** -53;
/** Of Higham and Mary's bounds: they fail with probability 2 exp(−c²/2). */
const confidence = 4;

/**
 * How far rounding may take the gradient Σᵢ rᵢ xᵢ in float64, to first order in the unit roundoff u. A sum that each term
 * goes through m additions of is off by c √m u Σ |terms|: so is a margin (m = d + 3), which moves p by up to 2 p (1 − p)
 * of that, each row on its own; and so is the sum over rows. With c = 4 an error beyond it has a chance below 10⁻³ if
 * single roundings are independent with mean 0; the bound for the worst case, m in place of c √m, would say nothing of
 * tables with large offsets.
 *
 * @param probabilities of each row at θ
 * @param additions that each term of a sum over rows goes through
 * @see Higham & Mary, SIAM J. Sci. Comput. 41 (2019), Theorem 3.1
 */
export function float64GradientErrors(
  { values, columns, scale, labels, outputs, sampleWeights }: LinearSumsData,
  parameters: Float64Array,
  probabilities: Float64Array,
  additions: number,
): Float64Array {
  const size = outputs * (columns + 1);
  const ofSums = new Float64Array(size); // Σ |r x|
  const ofRows = new Float64Array(size); // Σ (x δ)², δ the error of a residual
  for (let row = 0, x = 0; row < labels.length; row++, x += columns) {
    let largest = 0;
    for (let k = 0; k < outputs; k++) {
      let sum = Math.abs(parameters[outputs * columns + k]);
      for (let j = 0, w = k * columns; j < columns; j++, w++)
        sum += Math.abs(scale * values[x + j] * parameters[w]);
      largest = Math.max(largest, sum);
    }
    const s = sampleWeights ? sampleWeights[row] : 1;
    for (let k = 0; k < outputs; k++) {
      const p = probabilities[row * outputs + k];
      const residual = s * ((outputs === 1 ? labels[row] === 1 : labels[row] === k) ? 1 - p : p);
      const error = 4 * residual + 2 * s * p * (1 - p) * Math.sqrt(columns + 3) * largest;
      const square = error * error;
      for (let j = 0, w = k * columns; j < columns; j++, w++) {
        const value = Math.abs(scale * values[x + j]);
        ofSums[w] += residual * value;
        ofRows[w] += square * value * value;
      }
      ofSums[outputs * columns + k] += residual;
      ofRows[outputs * columns + k] += square;
    }
  }
  const perSum = Math.sqrt(additions);
  return ofSums.map((sum, i) => confidence * unitRoundoff * (perSum * sum + Math.sqrt(ofRows[i])));
}

/**
 * An estimate of the same in float32, near an optimum. The margins: what exact ones of some rows would add to the
 * gradient, blown up to all rows; errors that rows have in common count fully, those of each row √(rows / some) times too
 * much. The sums: terms of mean 0 make partial sums like a random walk, and each addition is off by u of its own.
 *
 * @param chosen some rows, spread over all
 * @param found their probabilities as the float32 kernels have them
 * @param toProbabilities margins → probabilities, in place
 * @param additions that a term goes through
 */
export function float32GradientErrors(
  { values, columns, scale, labels, outputs, sampleWeights }: LinearSumsData,
  parameters: Float64Array,
  chosen: Uint32Array,
  found: Float64Array,
  toProbabilities: (output: Float64Array) => void,
  additions: number,
): Float64Array {
  const exact = new Float64Array(chosen.length * outputs);
  for (let i = 0; i < chosen.length; i++) {
    const x = chosen[i] * columns;
    for (let k = 0; k < outputs; k++) {
      let sum = 0;
      for (let j = 0, w = k * columns; j < columns; j++, w++) sum += values[x + j] * parameters[w];
      exact[i * outputs + k] = scale * sum + parameters[outputs * columns + k];
    }
  }
  toProbabilities(exact);
  const ofMargins = new Float64Array(outputs * (columns + 1)); // Σ x δ, δ the error of a residual
  const squares = new Float64Array(outputs * (columns + 1)); // Σ (r x)²
  for (let i = 0, at = 0; i < chosen.length; i++) {
    const row = chosen[i];
    const s = sampleWeights ? sampleWeights[row] : 1;
    for (let k = 0; k < outputs; k++, at++) {
      const isOwn = outputs === 1 ? labels[row] === 1 : labels[row] === k;
      const residual = s * (exact[at] - (isOwn ? 1 : 0));
      const error = s * (found[at] - exact[at]);
      for (let j = 0, w = k * columns, x = row * columns; j < columns; j++, w++, x++) {
        const value = scale * values[x];
        ofMargins[w] += error * value;
        squares[w] += residual * residual * value * value;
      }
      ofMargins[outputs * columns + k] += error;
      squares[outputs * columns + k] += residual * residual;
    }
  }
  const share = labels.length / chosen.length;
  return ofMargins.map(
    (sum, i) =>
      share * Math.abs(sum) + confidence * 2 ** -24 * Math.sqrt((additions / 2) * share * squares[i]),
  );
}
