import { InputError } from "../errors/index.ts";
import { exp } from "../kernels/elementary.ts";
import { checkLogits } from "./logits.ts";

/** What is known after a score and its value have been seen; all that is kept for the next is `largest`, `sum` and `weighted`. */
export interface OnlineSoftmaxStep {
  readonly score: number;
  /** m, the largest score so far. */
  readonly largest: number;
  /** e^(m before − m): what the sums so far are multiplied by; 0 at the first score. */
  readonly factor: number;
  /** e^(score − m) */
  readonly weight: number;
  /** Σ e^(score − m) over the scores so far. */
  readonly sum: number;
  /** Σ e^(score − m) · value so far. */
  readonly weighted: Float64Array;
  /** `weighted` / `sum`: what the softmax of the scores so far, times their values, is. */
  readonly output: Float64Array;
}

/**
 * The online softmax, step by step: one pass over scores and values, in float64, with nothing kept but a maximum and two
 * sums. The last step's output is softmax(scores) · values. Scores of −Infinity count nothing; while there is no other,
 * the output is 0.
 *
 * @param scores of one query, at least one
 * @param values scores × columns, row-major
 * @throws InputError when a score is NaN or +Infinity, a value is not finite, or the lengths do not fit
 * @see Milakov & Gimelshein, arXiv:1805.02867, algorithm 3; with values Dao et al., NeurIPS 2022
 */
export function onlineSoftmax(
  scores: ArrayLike<number>,
  values: ArrayLike<number>,
  columns: number,
): OnlineSoftmaxStep[] {
  checkLogits("onlineSoftmax", scores, scores.length);
  if (!(Number.isSafeInteger(columns) && columns >= 1))
    throw new InputError(`onlineSoftmax: columns must be a whole number ≥ 1, got ${columns}`);
  if (values.length !== scores.length * columns)
    throw new InputError(
      `onlineSoftmax: values must be ${columns} for each of ${scores.length} scores, got ${values.length}`,
    );
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]))
      throw new InputError(`onlineSoftmax: values must be finite, got ${values[i]} at place ${i}`);
  let largest = -Infinity;
  let sum = 0;
  let weighted = new Float64Array(columns);
  return Array.from(scores, (score, i) => {
    const before = largest;
    largest = Math.max(largest, score);
    const isMasked = largest === -Infinity;
    const factor = before === -Infinity ? 0 : exp(before - largest);
    const weight = isMasked ? 0 : exp(score - largest);
    sum = sum * factor + weight;
    weighted = weighted.map((x, c) => x * factor + weight * values[i * columns + c]);
    const output = weighted.map((x) => (isMasked ? 0 : x / sum));
    return { score, largest, factor, weight, sum, weighted, output };
  });
}
