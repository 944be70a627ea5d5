import { exp, log1p } from "../kernels/elementary.ts";

/** How many numbers a model of two classes gives: one, the logit of the second class, or one logit for each. */
export type Outputs = 1 | 2;

/** Rounds the result of every operation: to float32, or not at all. */
export type Rounding = (value: number) => number;

export const float64: Rounding = (value) => value;
export const float32: Rounding = Math.fround;

/** σ(z), and 1 − σ(z) with its digits. */
export function sigmoidPair(z: number, round: Rounding = float64): [no: number, yes: number] {
  const power = round(exp(z > 0 ? -z : z)); // at most 1
  const sum = round(1 + power);
  const [large, small] = [round(1 / sum), round(power / sum)];
  return z > 0 ? [small, large] : [large, small];
}

/** Softmax of two logits, the larger one taken off first. */
export function softmaxPair(first: number, second: number, round: Rounding = float64): [number, number] {
  const max = Math.max(first, second);
  const a = round(exp(round(first - max)));
  const b = round(exp(round(second - max)));
  const sum = round(a + b);
  return [round(a / sum), round(b / sum)];
}

/**
 * The slopes of a row's cross-entropy by its outputs: p − t of each, t being 1 − target for the first class.
 *
 * @param output as long as outputs
 */
export function slopes(
  outputs: Float64Array,
  target: number,
  output: Float64Array,
  round: Rounding = float64,
): void {
  if (outputs.length === 1) {
    output[0] = round(sigmoidPair(outputs[0], round)[1] - target);
    return;
  }
  const [no, yes] = softmaxPair(outputs[0], outputs[1], round);
  output[0] = round(no - (1 - target));
  output[1] = round(yes - target);
}

/** The cross-entropy of a row, in nats. */
export function rowLoss(outputs: Float64Array, target: number): number {
  const z = outputs.length === 1 ? outputs[0] : outputs[1] - outputs[0];
  return Math.max(0, z) - target * z + log1p(exp(-Math.abs(z)));
}
