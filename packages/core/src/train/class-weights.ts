import type { Floats, Labels } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { log } from "../kernels/elementary.ts";
import type { PreparedData } from "./data.ts";
import { demand } from "./demand.ts";

/** What the rows of each class count, for every solver. */
export interface ClassWeightOptions {
  /** What the rows of a class count, by class; "balanced": n / (K · rows of the class). Default: 1. */
  readonly classWeights?: "balanced" | Readonly<Record<string, number>>;
  /**
   * With class weights, whether the intercepts are moved by −ln w afterwards, so that the probabilities speak of
   * rows as they come and not as they were weighted. Default true.
   *
   * @see Elkan, IJCAI 2001, §2.2; exact when the model is well specified
   */
  readonly correctShares?: boolean;
}

/**
 * One weight per class, or null where all are 1.
 *
 * @throws InputError when one is missing, unknown or not positive, or `correctShares` is no boolean
 */
export function classWeightsOf(
  { classWeights: wanted, correctShares = true }: ClassWeightOptions,
  { classes, indices }: Labels,
): Float64Array | null {
  demand("correctShares", correctShares, typeof correctShares === "boolean", "true or false");
  if (wanted === undefined) return null;
  if (wanted === "balanced") {
    const counts = new Float64Array(classes.length);
    for (const k of indices) counts[k]++;
    const empty = counts.indexOf(0);
    if (empty >= 0)
      throw new InputError(
        `fitClassifier: classWeights: class "${classes[empty]}" has no rows, so nothing balances it`,
      );
    return counts.map((count) => indices.length / (classes.length * count));
  }
  if (typeof wanted !== "object" || wanted === null)
    throw new InputError(
      `fitClassifier: classWeights must be "balanced" or a number per class, got ${String(wanted)}`,
    );
  const unknown = Object.keys(wanted).find((name) => !classes.includes(name));
  if (unknown !== undefined)
    throw new InputError(
      `fitClassifier: classWeights: there is no class "${unknown}"; the classes are ${classes.join(", ")}`,
    );
  return Float64Array.from(classes, (name) => {
    const weight = Object.hasOwn(wanted, name) ? wanted[name] : 1;
    if (!(weight > 0 && weight < Infinity))
      throw new InputError(
        `fitClassifier: classWeights: the weight of "${name}" must be a positive number, got ${weight}`,
      );
    return weight;
  });
}

/** What each row counts: its own weight times that of its class. */
export function rowWeights(
  { labels, sampleWeights }: PreparedData,
  classWeights: Float64Array | null,
): Float64Array | null {
  if (classWeights === null) return sampleWeights;
  return Float64Array.from(
    labels.indices,
    (k, row) => classWeights[k] * (sampleWeights ? sampleWeights[row] : 1),
  );
}

/** Weighting class k by w multiplies its odds by w: the intercepts take that back, those of softmax with the sum 0. */
export function correct(output: Floats, classWeights: Float64Array): void {
  if (output.length === 1) {
    output[0] -= log(classWeights[1] / classWeights[0]);
    return;
  }
  const mean = classWeights.reduce((sum, weight) => sum + log(weight), 0) / output.length;
  for (let k = 0; k < output.length; k++) output[k] -= log(classWeights[k]) - mean;
}
