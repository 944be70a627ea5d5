import { float64, slopes, type Outputs, type Rounding } from "./output.ts";
import type { TwoClasses } from "./two-classes.ts";

/** What the steps do with a gradient. "momentum": v ← 0.9 v + g; "adam": β = 0.9 and 0.999, ε = 10⁻⁸. */
export type Optimizer = "sgd" | "momentum" | "adam";

export interface Descent {
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  /** λ of the penalty λ/2n ‖W‖² in the loss. Default 0. */
  readonly l2?: number;
  /** ω of w ← w − η ω w, beside the gradient. Default 0. */
  readonly weightDecay?: number;
  readonly steps: number;
  readonly batch: number;
  /** The rows, over and over, as the batches take them. */
  readonly order: Uint32Array;
  /** Where it starts. Default: at 0. */
  readonly start?: Float64Array;
  /** Default float64. */
  readonly round?: Rounding;
  /** Whether a batch's rows are summed from the last to the first. Default false. */
  readonly backwards?: boolean;
}

/**
 * Minibatch descent on the mean cross-entropy of two classes by plain loops, intercepts without penalty.
 *
 * @returns the weights, outputs × width
 */
export function descend(data: TwoClasses, outputs: Outputs, descent: Descent): Float64Array {
  const { batch, steps, order, l2 = 0, weightDecay = 0, learningRate, start, round = float64 } = descent;
  const { rows, width } = data;
  const weights = new Float64Array(outputs * width);
  if (start) weights.set(start.map(round));
  const rate = round(learningRate);
  const gradient = new Float64Array(weights.length);
  const step = createStep(descent.optimizer, weights.length, round);
  for (let at = 0; at < steps; at++) {
    addSlopes(data, outputs, weights, batchOf(order, at, batch, descent.backwards), gradient, round);
    for (let i = 0; i < weights.length; i++) {
      const isPenalized = i % width < width - 1;
      const penalty = isPenalized ? round(round(l2 / rows) * weights[i]) : 0;
      const own = step(i, round(round(gradient[i] / batch) + penalty));
      const decay = isPenalized ? round(round(rate * weightDecay) * weights[i]) : 0;
      weights[i] = round(round(weights[i] - decay) - round(rate * own));
    }
  }
  return weights;
}

/** Σ over the rows named of weight · slope · x, per output. */
export function addSlopes(
  { width, values, targets, weights: rowWeights }: TwoClasses,
  outputs: Outputs,
  weights: Float64Array,
  rows: Uint32Array,
  output: Float64Array,
  round: Rounding = float64,
): void {
  const z = new Float64Array(outputs);
  const slope = new Float64Array(outputs);
  output.fill(0);
  for (const row of rows) {
    outputsOf(values, row, weights, z, round);
    slopes(z, round(targets[row]), slope, round);
    for (let k = 0; k < outputs; k++) {
      const own = round(round(rowWeights[row]) * slope[k]);
      for (let j = 0, x = row * width, w = k * width; j < width; j++, x++, w++)
        output[w] = round(output[w] + round(own * round(values[x])));
    }
  }
}

/** W x of one row. @param output one number per output */
export function outputsOf(
  values: Float64Array,
  row: number,
  weights: Float64Array,
  output: Float64Array,
  round: Rounding = float64,
): void {
  const width = weights.length / output.length;
  for (let k = 0; k < output.length; k++) {
    let sum = 0;
    for (let j = 0, x = row * width, w = k * width; j < width; j++, x++, w++)
      sum = round(sum + round(weights[w] * round(values[x])));
    output[k] = sum;
  }
}

function batchOf(order: Uint32Array, at: number, batch: number, backwards = false): Uint32Array {
  const rows = Uint32Array.from({ length: batch }, (_, i) => order[(at * batch + i) % order.length]);
  return backwards ? rows.toReversed() : rows;
}

/** What the optimizer makes of the gradient of parameter i; parameters come in order, every one at every step. */
function createStep(
  optimizer: Optimizer,
  count: number,
  round: Rounding,
): (i: number, gradient: number) => number {
  if (optimizer === "sgd") return (_, gradient) => gradient;
  const first = new Float64Array(count);
  if (optimizer === "momentum") {
    const kept = round(0.9);
    return (i, gradient) => (first[i] = round(round(kept * first[i]) + gradient));
  }
  const second = new Float64Array(count);
  const [beta1, beta2] = [round(0.9), round(0.999)];
  let [left1, left2] = [1, 1]; // βᵗ
  return (i, gradient) => {
    if (i === 0) [left1, left2] = [left1 * beta1, left2 * beta2];
    first[i] = round(round(beta1 * first[i]) + round(round(1 - beta1) * gradient));
    second[i] = round(round(beta2 * second[i]) + round(round(1 - beta2) * round(gradient * gradient)));
    const mean = round(first[i] / round(1 - left1));
    const deviation = round(Math.sqrt(round(second[i] / round(1 - left2))));
    return round(mean / round(deviation + round(1e-8)));
  };
}
