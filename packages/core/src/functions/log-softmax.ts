import { InputError } from "../errors/index.ts";
import { checkLogits, largestIn } from "./logits.ts";
import { logExcess } from "./log-sum-exp.ts";
import type { LogitValues } from "./units.ts";

/**
 * The logarithm of softmax, row by row: ln pⱼ = (zⱼ − m) − ln(1 + Σ_{k≠top} exp(zₖ − m)), with m = z_top
 * that row's maximum. Never zⱼ − lse, which loses every digit where the two are close. Each value is
 * within 4 units in the last place, however long the row.
 *
 * @param logits  rows × columns, row-major, in nats. −Infinity masks a class (ln p = −Infinity); a row
 *   with all classes masked gives −Infinity everywhere.
 * @param columns classes per row, ≥ 1; by default one row
 * @param output  same length as logits; may be the same array
 * @throws InputError when a logit is NaN or +Infinity, or the lengths do not fit; output is then untouched
 * @see Blanchard, Higham & Higham, IMA J. Numer. Anal. 41 (2021)
 */
export function logSoftmax(
  logits: LogitValues,
  columns: number = logits.length,
  output: Float64Array = new Float64Array(logits.length),
): Float64Array {
  checkLogits("logSoftmax", logits, columns);
  if (output.length !== logits.length)
    throw new InputError(
      `logSoftmax: output must be as long as logits, ${logits.length}, got ${output.length} values`,
    );
  for (let start = 0; start < logits.length; start += columns) {
    const end = start + columns;
    const top = largestIn(logits, start, end);
    const max = logits[top];
    if (max === -Infinity) {
      output.fill(-Infinity, start, end);
      continue;
    }
    const excess = logExcess(logits, start, end, top);
    for (let i = start; i < end; i++) output[i] = logits[i] - max - excess;
  }
  return output;
}
