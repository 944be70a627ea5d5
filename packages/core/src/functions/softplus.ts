import { InputError } from "../errors/index.ts";
import { exp, log1p } from "../kernels/elementary.ts";
import type { LogitValue } from "./units.ts";

/**
 * ln(1 + e^z) = max(z, 0) + ln(1 + e^−|z|), ≥ 0, within 2 units in the last place, with no threshold
 * beyond which it is taken to be z. It is 0 at −Infinity and Infinity at Infinity; its derivative is σ(z).
 *
 * @throws InputError when z is NaN
 */
export function softplus(z: LogitValue): number {
  if (Number.isNaN(z)) throw new InputError("softplus: z must be a number, got NaN");
  return ramp(z);
}

/**
 * ln σ(z) = −softplus(−z), ≤ 0, within 2 units in the last place; −Infinity at −Infinity.
 *
 * @throws InputError when z is NaN
 */
export function logSigmoid(z: LogitValue): number {
  if (Number.isNaN(z)) throw new InputError("logSigmoid: z must be a number, got NaN");
  return 0 - ramp(0 - z); // not −ramp, whose 0 would be −0
}

/** Softplus unchecked: NaN gives NaN. */
export function ramp(z: number): number {
  return Math.max(z, 0) + log1p(exp(-Math.abs(z)));
}
