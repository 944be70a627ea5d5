import { InputError } from "../errors/index.ts";
import { expOfSum, log1p } from "../kernels/elementary.ts";
import { largestIn } from "./logits.ts";
import { lostInSum } from "../kernels/two-sum.ts";

/**
 * ln Σᵢ exp(zᵢ) = m + ln(1 + Σ_{i≠top} exp(zᵢ − m)), with m = z_top the maximum: within 4 units in the
 * last place of max(|result|, |m|), and nothing overflows.
 *
 * @param values in nats. −Infinity adds nothing; all −Infinity, or no values, give −Infinity;
 *   +Infinity gives +Infinity.
 * @throws InputError when a value is NaN
 * @see Blanchard, Higham & Higham, IMA J. Numer. Anal. 41 (2021)
 */
export function logSumExp(values: ArrayLike<number>): number {
  for (let i = 0; i < values.length; i++)
    if (Number.isNaN(values[i])) throw new InputError(`logSumExp: values must be numbers, got NaN at ${i}`);
  if (values.length === 0) return -Infinity;
  const top = largestIn(values, 0, values.length);
  const max = values[top];
  return Number.isFinite(max) ? max + logExcess(values, 0, values.length, top) : max;
}

/**
 * How far the log-sum-exp of values[start … end − 1] lies above their maximum: ln(1 + Σ_{i≠top} exp(zᵢ − z_top)),
 * in [0, ln(end − start)]. The caller has found `top`, the place of the maximum, which is finite.
 */
export function logExcess(values: ArrayLike<number>, start: number, end: number, top: number): number {
  const max = values[top];
  let sum = 0;
  let lost = 0;
  for (let i = start; i < end; i++) {
    if (i === top) continue;
    const difference = values[i] - max;
    const term = expOfSum(difference, lostInSum(values[i], -max, difference));
    const next = sum + term;
    lost += lostInSum(sum, term, next);
    sum = next;
  }
  return log1p(sum + lost);
}
