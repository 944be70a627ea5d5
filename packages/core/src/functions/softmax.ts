import { InputError } from "../errors/index.ts";
import { softmaxExactly } from "../kernels/softmax-exactly.ts";
import { checkLogits } from "./logits.ts";
import type { LogitValues, ProbabilityValues } from "./units.ts";

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
  logits: LogitValues,
  columns: number = logits.length,
  output: Float64Array = new Float64Array(logits.length),
): ProbabilityValues {
  checkLogits("softmax", logits, columns);
  if (output.length !== logits.length)
    throw new InputError(
      `softmax: output must be as long as logits, ${logits.length}, got ${output.length} values`,
    );
  softmaxExactly(logits, columns, output);
  return output;
}
