import { exp, log, log1p } from "../kernels/elementary.ts";
import type { LinearSums, LinearSumsData, LineValues } from "../kernels/index.ts";
import { weightedGram } from "../linalg/index.ts";

/** The sums over rows in float64 by plain loops: for tables, and to check what float32 found. */
export function float64Sums({
  values,
  columns,
  scale,
  labels,
  outputs,
  sampleWeights,
}: LinearSumsData): LinearSums {
  const rows = labels.length;
  const loss =
    outputs === 1 ? sigmoidLoss(labels, sampleWeights) : softmaxLoss(labels, outputs, sampleWeights);
  let margins = new Float64Array(rows * outputs);
  let trial = new Float64Array(rows * outputs);
  const direction = new Float64Array(rows * outputs);
  const residuals = new Float64Array(rows * outputs);

  const multiply = (parameters: Float64Array, output: Float64Array): void => {
    const intercepts = outputs * columns;
    if (parameters.subarray(0, intercepts).every((weight) => weight === 0)) {
      for (let i = 0; i < output.length; i++) output[i] = parameters[intercepts + (i % outputs)];
      return;
    }
    for (let row = 0, at = 0; row < rows; row++) {
      const x = row * columns;
      for (let k = 0; k < outputs; k++, at++) {
        const w = k * columns;
        let even = 0;
        let odd = 0;
        let j = 0;
        for (; j + 2 <= columns; j += 2) {
          even += values[x + j] * parameters[w + j];
          odd += values[x + j + 1] * parameters[w + j + 1];
        }
        if (j < columns) even += values[x + j] * parameters[w + j];
        output[at] = scale * (even + odd) + parameters[intercepts + k];
      }
    }
  };
  return {
    rows,
    columns,
    outputs,
    async place(parameters) {
      multiply(parameters, margins);
      return loss.value(margins);
    },
    async aim(parameters) {
      multiply(parameters, direction);
    },
    look(step) {
      for (let i = 0; i < trial.length; i++) trial[i] = margins[i] + step * direction[i];
      return loss.along(trial, direction);
    },
    move(step) {
      for (let i = 0; i < trial.length; i++) trial[i] = margins[i] + step * direction[i];
      [margins, trial] = [trial, margins];
      return loss.value(margins);
    },
    async gradient() {
      loss.residuals(margins, residuals);
      const gradient = new Float64Array(outputs * (columns + 1));
      const intercepts = outputs * columns;
      for (let row = 0, at = 0; row < rows; row++) {
        const x = row * columns;
        for (let k = 0; k < outputs; k++, at++) {
          const residual = residuals[at];
          const scaled = scale * residual;
          const w = k * columns;
          for (let j = 0; j < columns; j++) gradient[w + j] += scaled * values[x + j];
          gradient[intercepts + k] += residual;
        }
      }
      return gradient;
    },
    probabilities(chosen) {
      const output = new Float64Array(chosen.length * outputs);
      for (let i = 0; i < chosen.length; i++) {
        const start = chosen[i] * outputs;
        output.set(margins.subarray(start, start + outputs), i * outputs);
      }
      loss.toProbabilities(output);
      return output;
    },
    async margins(parameters) {
      const output = new Float64Array(rows * outputs);
      multiply(parameters, output);
      return output;
    },
    async projections(directions, count, chosen) {
      const output = new Float64Array(chosen.length * count);
      for (let i = 0, at = 0; i < chosen.length; i++) {
        const x = chosen[i] * columns;
        for (let v = 0; v < count; v++, at++) {
          let sum = 0;
          for (let j = 0; j < columns; j++) sum += values[x + j] * directions[v * columns + j];
          output[at] = scale * sum;
        }
      }
      return output;
    },
    async grams(chosen, weights) {
      const own = new Float64Array(chosen.length * columns);
      for (let i = 0; i < chosen.length; i++) {
        const x = chosen[i] * columns;
        for (let j = 0; j < columns; j++) own[i * columns + j] = scale * values[x + j];
      }
      return weights.map((weight) => {
        const output = new Float64Array((columns + 1) * (columns + 1));
        weightedGram(own, columns, weight, output);
        return output;
      });
    },
  };
}

/** What a head asks of margins, row after row; s are the weights of the rows. */
interface RowLoss {
  /** Σ s·loss */
  value(margins: Float64Array): number;
  /** The same with its derivatives along a direction. */
  along(margins: Float64Array, direction: Float64Array): LineValues;
  /** s (p − y) */
  residuals(margins: Float64Array, output: Float64Array): void;
  /** Margins become probabilities, in place. */
  toProbabilities(output: Float64Array): void;
}

function sigmoidLoss(labels: Int32Array, sampleWeights: Float64Array | null): RowLoss {
  const sigmoid = (z: number): number => {
    const e = exp(-Math.abs(z));
    return z >= 0 ? 1 / (1 + e) : e / (1 + e);
  };
  const along = (margins: Float64Array, direction: Float64Array | null): LineValues => {
    let value = 0;
    let slope = 0;
    let curvature = 0;
    for (let row = 0; row < margins.length; row++) {
      const s = sampleWeights ? sampleWeights[row] : 1;
      const z = margins[row];
      const e = exp(-Math.abs(z));
      // softplus(z) − y z, which for y = 1 is softplus(−z)
      value += s * ((labels[row] === 1 ? Math.max(-z, 0) : Math.max(z, 0)) + log1p(e));
      if (direction === null) continue;
      const share = 1 / (1 + e);
      const d = direction[row];
      const p = z >= 0 ? share : e * share;
      slope += s * (p - labels[row]) * d;
      curvature += s * (e * share * share) * d * d;
    }
    return { value, slope, curvature };
  };
  return {
    along,
    value: (margins) => along(margins, null).value,
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
  const along = (margins: Float64Array, direction: Float64Array | null): LineValues => {
    let value = 0;
    let slope = 0;
    let curvature = 0;
    for (let row = 0, start = 0; start < margins.length; row++, start += outputs) {
      const s = sampleWeights ? sampleWeights[row] : 1;
      const { max, sum } = exponentials(margins, start);
      const own = start + labels[row];
      value += s * (max - margins[own] + log(sum));
      if (direction === null) continue;
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
    value: (margins) => along(margins, null).value,
    residuals(margins, output) {
      for (let row = 0, start = 0; start < margins.length; row++, start += outputs) {
        const s = sampleWeights ? sampleWeights[row] : 1;
        const { sum } = exponentials(margins, start);
        let others = 0;
        for (let k = 0; k < outputs; k++) {
          const p = shares[k] / sum;
          if (k !== labels[row]) others += p;
          output[start + k] = s * p;
        }
        output[start + labels[row]] = -s * others; // p − 1, without its rounding
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
