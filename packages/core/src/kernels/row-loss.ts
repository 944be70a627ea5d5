import { exp, log, log1p } from "./elementary.ts";
import type { LineValues } from "./sums.ts";

/** What a head asks of margins, row after row; s are the weights of the rows. */
export interface RowLoss {
  /** Σ s·loss */
  value(margins: Float64Array): number;
  /**
   * The same with its derivatives along a direction.
   *
   * @param residuals gets what `residuals` gives for these margins: the exponentials are there already
   */
  along(margins: Float64Array, direction: Float64Array, residuals: Float64Array): LineValues;
  /** s (p − y) */
  residuals(margins: Float64Array, output: Float64Array): void;
  /** Margins become probabilities, in place. */
  toProbabilities(output: Float64Array): void;
}

/** The loss of the sigmoid with one output, of softmax with more. */
export function rowLoss(labels: Int32Array, outputs: number, sampleWeights: Float64Array | null): RowLoss {
  return outputs === 1 ? sigmoidLoss(labels, sampleWeights) : softmaxLoss(labels, outputs, sampleWeights);
}

function sigmoidLoss(labels: Int32Array, sampleWeights: Float64Array | null): RowLoss {
  const sigmoid = (z: number): number => {
    const e = exp(-Math.abs(z));
    return z >= 0 ? 1 / (1 + e) : e / (1 + e);
  };
  const along = (
    margins: Float64Array,
    direction: Float64Array | null,
    residuals: Float64Array | null,
  ): LineValues => {
    let value = 0;
    let slope = 0;
    let curvature = 0;
    for (let row = 0; row < margins.length; row++) {
      const s = sampleWeights ? sampleWeights[row] : 1;
      const z = margins[row];
      const e = exp(-Math.abs(z));
      // softplus(z) − y z, which for y = 1 is softplus(−z)
      value += s * ((labels[row] === 1 ? Math.max(-z, 0) : Math.max(z, 0)) + log1p(e));
      if (direction === null || residuals === null) continue;
      const share = 1 / (1 + e);
      const d = direction[row];
      // Of the small side, so that a residual near 0 keeps its digits.
      const residual = labels[row] === 1 ? -(z >= 0 ? e * share : share) : z >= 0 ? share : e * share;
      residuals[row] = s * residual;
      slope += s * residual * d;
      curvature += s * (e * share * share) * d * d;
    }
    return { value, slope, curvature };
  };
  return {
    along,
    value: (margins) => along(margins, null, null).value,
    residuals(margins, output) {
      for (let row = 0; row < margins.length; row++) {
        const z = margins[row];
        // Of the small side, so that a residual near 0 keeps its digits.
        const residual = labels[row] === 1 ? -sigmoid(-z) : sigmoid(z);
        output[row] = sampleWeights ? sampleWeights[row] * residual : residual;
      }
    },
    toProbabilities(output) {
      for (let row = 0; row < output.length; row++) output[row] = sigmoid(output[row]);
    },
  };
}

function softmaxLoss(labels: Int32Array, outputs: number, sampleWeights: Float64Array | null): RowLoss {
  const shares = new Float64Array(outputs);
  /** eᶻ⁻ᵐ of a row into `shares`, and their sum. */
  const exponentials = (margins: Float64Array, start: number): { max: number; sum: number } => {
    let max = margins[start];
    for (let k = 1; k < outputs; k++) if (margins[start + k] > max) max = margins[start + k];
    let sum = 0;
    for (let k = 0; k < outputs; k++) sum += shares[k] = exp(margins[start + k] - max);
    return { max, sum };
  };
  /** s (p − y) of a row from the shares. */
  const setResiduals = (row: number, start: number, sum: number, s: number, output: Float64Array): void => {
    let others = 0;
    for (let k = 0; k < outputs; k++) {
      const p = shares[k] / sum;
      if (k !== labels[row]) others += p;
      output[start + k] = s * p;
    }
    output[start + labels[row]] = -s * others; // p − 1, without its rounding
  };
  const along = (
    margins: Float64Array,
    direction: Float64Array | null,
    residuals: Float64Array | null,
  ): LineValues => {
    let value = 0;
    let slope = 0;
    let curvature = 0;
    for (let row = 0, start = 0; start < margins.length; row++, start += outputs) {
      const s = sampleWeights ? sampleWeights[row] : 1;
      const { max, sum } = exponentials(margins, start);
      const own = start + labels[row];
      value += s * (max - margins[own] + log(sum));
      if (direction === null || residuals === null) continue;
      setResiduals(row, start, sum, s, residuals);
      let mean = 0;
      for (let k = 0; k < outputs; k++) mean += shares[k] * direction[start + k];
      mean /= sum;
      let spread = 0;
      for (let k = 0; k < outputs; k++) {
        const d = direction[start + k] - mean;
        spread += shares[k] * d * d;
      }
      slope += s * (mean - direction[own]);
      curvature += (s * spread) / sum;
    }
    return { value, slope, curvature };
  };
  return {
    along,
    value: (margins) => along(margins, null, null).value,
    residuals(margins, output) {
      for (let row = 0, start = 0; start < margins.length; row++, start += outputs) {
        const s = sampleWeights ? sampleWeights[row] : 1;
        setResiduals(row, start, exponentials(margins, start).sum, s, output);
      }
    },
    toProbabilities(output) {
      for (let start = 0; start < output.length; start += outputs) {
        const { sum } = exponentials(output, start);
        for (let k = 0; k < outputs; k++) output[start + k] = shares[k] / sum;
      }
    },
  };
}
