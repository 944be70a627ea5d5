import { expOfSum } from "./elementary.ts";
import { lostInSum } from "./two-sum.ts";

/**
 * Softmax of each row in float64: what z − m and the sum lose to rounding is carried along, so that every probability is
 * within 4 units in the last place. Of `Kernels.softmaxExactly` the plain loop.
 */
export function softmaxExactly(logits: ArrayLike<number>, columns: number, output: Float64Array): void {
  for (let start = 0; start < logits.length; start += columns) {
    const end = start + columns;
    let max = logits[start];
    for (let i = start + 1; i < end; i++) if (logits[i] > max) max = logits[i];
    if (max === -Infinity) {
      output.fill(0, start, end);
      continue;
    }
    let sum = 0;
    let lost = 0;
    for (let i = start; i < end; i++) {
      const difference = logits[i] - max;
      const term = expOfSum(difference, lostInSum(logits[i], -max, difference));
      const next = sum + term;
      lost += lostInSum(sum, term, next);
      sum = next;
      output[i] = term;
    }
    sum += lost;
    for (let i = start; i < end; i++) output[i] /= sum;
  }
}
