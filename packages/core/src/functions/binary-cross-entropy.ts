import { InputError } from "../errors/index.ts";
import { sigmoid, sigmoidComplement } from "./sigmoid.ts";
import { softplus } from "./softplus.ts";
import { totalWeight } from "./weights.ts";
import type { LogitValues } from "./units.ts";

export interface BinaryCrossEntropyOptions {
  /** w > 0: what a positive counts relative to a negative. It does not enter the divisor. Default 1. */
  readonly positiveWeight?: number;
  /** One per logit, finite, ≥ 0, not all 0; a weight of 0 leaves the logit out. Default 1 each. */
  readonly sampleWeights?: ArrayLike<number>;
}

/**
 * Cross-entropy of σ(logits), in nats: the mean of w·y·softplus(−z) + (1 − y)·softplus(z), weighted by
 * `sampleWeights`. ≥ 0, lower is better. Both terms are ≥ 0, so no digits are lost to a difference
 * and nothing is clipped.
 *
 * @param logits  one per row (or per row and label), in nats; ±Infinity is certainty: the loss is 0 where
 *   the target agrees and Infinity where it does not
 * @param targets as many, each the probability of the positive class in [0, 1]
 * @throws InputError when a logit is NaN, a target or an option is outside what it may be, lengths do not
 *   fit, or there is no logit
 */
export function binaryCrossEntropy(
  logits: LogitValues,
  targets: ArrayLike<number>,
  options: BinaryCrossEntropyOptions = {},
): number {
  const total = checkBinary("binaryCrossEntropy", logits, targets, options);
  const { positiveWeight = 1, sampleWeights } = options;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const weight = sampleWeights?.[i] ?? 1;
    if (weight === 0) continue;
    const y = targets[i];
    let loss = 0;
    if (y > 0) loss += positiveWeight * y * softplus(0 - logits[i]);
    if (y < 1) loss += (1 - y) * softplus(logits[i]);
    sum += weight * loss;
  }
  return sum / total;
}

/**
 * The gradient of `binaryCrossEntropy` with respect to the logits: each
 * ((1 − y)·σ(z) − w·y·σ(−z)) · weight / Σ weights, which for w = 1 is σ(z) − y with both tails kept.
 *
 * @throws InputError as `binaryCrossEntropy` does
 */
export function binaryCrossEntropyGradient(
  logits: LogitValues,
  targets: ArrayLike<number>,
  options: BinaryCrossEntropyOptions = {},
): Float64Array {
  const total = checkBinary("binaryCrossEntropyGradient", logits, targets, options);
  const { positiveWeight = 1, sampleWeights } = options;
  const gradient = new Float64Array(logits.length);
  for (let i = 0; i < logits.length; i++) {
    const y = targets[i];
    const slope = (1 - y) * sigmoid(logits[i]) - positiveWeight * y * sigmoidComplement(logits[i]);
    gradient[i] = ((sampleWeights?.[i] ?? 1) / total) * slope;
  }
  return gradient;
}

function checkBinary(
  where: string,
  logits: ArrayLike<number>,
  targets: ArrayLike<number>,
  { positiveWeight = 1, sampleWeights }: BinaryCrossEntropyOptions,
): number {
  if (!(positiveWeight > 0 && positiveWeight < Infinity))
    throw new InputError(`${where}: positiveWeight must be finite and above 0, got ${positiveWeight}`);
  if (targets.length !== logits.length)
    throw new InputError(`${where}: targets must be one per logit, ${logits.length}, got ${targets.length}`);
  for (let i = 0; i < logits.length; i++) {
    if (Number.isNaN(logits[i]))
      throw new InputError(`${where}: logits must be numbers, got NaN at row ${i}`);
    if (!(targets[i] >= 0 && targets[i] <= 1))
      throw new InputError(`${where}: targets must be in [0, 1], got ${targets[i]} at row ${i}`);
  }
  return totalWeight(where, sampleWeights, logits.length);
}
