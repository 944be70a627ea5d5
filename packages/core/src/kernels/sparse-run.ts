import type { CompressedRows } from "./compressed-rows.ts";
import { exp, log, log1p } from "./elementary.ts";
import type { LinearLayer, SoftmaxRun, StepOptions } from "./kernels.ts";

export interface SparseRunData {
  readonly matrix: CompressedRows;
  /** The class of each row, for a softmax; or rows × outputs of 0 and 1, for a sigmoid per output. */
  readonly targets: Int32Array | Uint8Array;
  /** s ≥ 0 of each row; null: 1. */
  readonly sampleWeights: Float64Array | null;
  /** Where the descent starts: outputs × columns. */
  readonly layer: LinearLayer;
}

/** Below this the common factor of the weights is multiplied into them, so that they stay in the range of float32. */
const leastFactor = 1e-6;

/**
 * Minibatch gradient descent on sparse rows, as `SoftmaxRun` without momentum: of a softmax, or of independent sigmoids,
 * where a row is right whose labels all are. A step touches but the features of its rows: what the penalty takes from
 * all weights is a factor that they have in common. Weights are float32, what is computed of them float64.
 *
 * @see Shalev-Shwartz, Singer & Srebro, ICML 2007, §2.1, for the common factor
 */
export function createSparseRun({ matrix, targets, sampleWeights, layer }: SparseRunData): SoftmaxRun {
  const { rows, columns, starts, indices, values } = matrix;
  const outputs = layer.bias.length;
  const weights = transposed(layer.weights, outputs, columns);
  const bias = layer.bias.slice();
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  const biasGradient = new Float64Array(outputs);
  let residuals = new Float64Array(0);
  /** What the weights are to be multiplied by. */
  let factor = 1;

  const settle = (): void => {
    if (factor === 1) return;
    for (let i = 0; i < weights.length; i++) weights[i] *= factor;
    factor = 1;
  };
  /** The logits of a row into `residuals`. */
  const look = (row: number, at: number): void => {
    for (let k = 0; k < outputs; k++) residuals[at + k] = 0;
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      const x = values[i];
      for (let k = 0, w = indices[i] * outputs; k < outputs; k++, w++) residuals[at + k] += x * weights[w];
    }
    for (let k = 0; k < outputs; k++) residuals[at + k] = factor * residuals[at + k] + bias[k];
  };
  const step = (first: number, count: number, rate: number, decay: number, totals: Totals): void => {
    if (residuals.length < count * outputs) residuals = new Float64Array(count * outputs);
    biasGradient.fill(0);
    for (let i = 0, at = 0; i < count; i++, at += outputs) {
      const row = order[first + i];
      const s = sampleWeights ? sampleWeights[row] : 1;
      look(row, at);
      if (targets instanceof Int32Array) softmaxRow(residuals, at, outputs, targets[row], s, totals);
      else sigmoidRow(residuals, at, outputs, targets, row * outputs, s, totals);
      for (let k = 0; k < outputs; k++) biasGradient[k] += residuals[at + k];
    }
    factor *= 1 - rate * decay;
    if (Math.abs(factor) < leastFactor) settle();
    const length = rate / count;
    const own = length / factor;
    for (let i = 0, at = 0; i < count; i++, at += outputs) {
      const row = order[first + i];
      for (let entry = starts[row]; entry < starts[row + 1]; entry++) {
        const x = own * values[entry];
        for (let k = 0, w = indices[entry] * outputs; k < outputs; k++, w++)
          weights[w] -= x * residuals[at + k];
      }
    }
    for (let k = 0; k < outputs; k++) bias[k] -= length * biasGradient[k];
  };

  return {
    order,
    steps(first: number, count: number, batch: number, { learningRates, decay }: StepOptions) {
      const totals: Totals = { loss: 0, right: 0 };
      for (let done = 0, i = 0; done < count; done += batch, i++)
        step(first + done, Math.min(batch, count - done), learningRates[i], decay, totals);
      settle(); // so that a run that goes on from a checkpoint has the same bits
      return totals;
    },
    layer: () => ({ weights: transposed(weights, columns, outputs), bias: bias.slice() }),
    velocity: () => null,
  };
}

interface Totals {
  loss: number;
  right: number;
}

/** Logits become s (p − y). */
function softmaxRow(
  output: Float64Array,
  at: number,
  outputs: number,
  label: number,
  s: number,
  totals: Totals,
): void {
  let top = 0;
  for (let k = 1; k < outputs; k++) if (output[at + k] > output[at + top]) top = k;
  if (top === label) totals.right++;
  const max = output[at + top];
  const own = output[at + label];
  let sum = 0;
  for (let k = 0; k < outputs; k++) sum += output[at + k] = exp(output[at + k] - max);
  totals.loss += s * (max - own + log(sum));
  for (let k = 0; k < outputs; k++) output[at + k] *= s / sum;
  output[at + label] -= s;
}

/** The same of independent sigmoids, of which `marks` says from `first` on which are to be 1. */
function sigmoidRow(
  output: Float64Array,
  at: number,
  outputs: number,
  marks: Uint8Array,
  first: number,
  s: number,
  totals: Totals,
): void {
  let isRight = true;
  for (let k = 0; k < outputs; k++) {
    const z = output[at + k];
    const isMarked = marks[first + k] === 1;
    if (z > 0 !== isMarked) isRight = false;
    const e = exp(-Math.abs(z));
    totals.loss += s * ((isMarked ? Math.max(-z, 0) : Math.max(z, 0)) + log1p(e));
    const p = z >= 0 ? 1 / (1 + e) : e / (1 + e);
    output[at + k] = s * (isMarked ? p - 1 : p);
  }
  if (isRight) totals.right++;
}

/** rows × columns becomes columns × rows. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const output = new Float32Array(values.length);
  for (let i = 0, from = 0; i < rows; i++)
    for (let j = 0, to = i; j < columns; j++, from++, to += rows) output[to] = values[from];
  return output;
}
