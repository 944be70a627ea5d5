import { InputError } from "../errors/index.ts";
import { expOfSum } from "../kernels/elementary.ts";
import { checkLogits, largestIn } from "./logits.ts";
import { lostInSum } from "./rounding.ts";

/**
 * Softmax of each row: pⱼ = exp(zⱼ − m) / Σₖ exp(zₖ − m), with m that row's own maximum, so that no
 * exponent is above 0 and nothing overflows. What z − m and the sum lose to rounding is carried
 * along: every probability is within 4 units in the last place, however long the row.
 *
 * @param logits  rows × columns, row-major, in nats. −Infinity masks a class (probability 0); a row
 *   with all classes masked gives zeros.
 * @param columns classes per row, ≥ 1; by default one row
 * @param output  same length as logits; may be the same array
 * @throws InputError when a logit is NaN or +Infinity (two certain classes would have no answer), or
 *   the lengths do not fit; output is then untouched
 * @see Blanchard, Higham & Higham, IMA J. Numer. Anal. 41 (2021): why to divide, not exp(z − lse)
 */
export function softmax(
  logits: ArrayLike<number>,
  columns: number = logits.length,
  output: Float64Array = new Float64Array(logits.length),
): Float64Array {
  checkLogits("softmax", logits, columns);
  if (output.length !== logits.length)
    throw new InputError(
      `softmax: output must be as long as logits, ${logits.length}, got ${output.length} values`,
    );
  for (let start = 0; start < logits.length; start += columns) {
    const end = start + columns;
    const max = logits[largestIn(logits, start, end)];
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
  return output;
}
