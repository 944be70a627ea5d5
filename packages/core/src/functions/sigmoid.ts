import { InputError } from "../errors/index.ts";
import { exp } from "../kernels/elementary.ts";
import type { LogitValue, ProbabilityValue } from "./units.ts";

/**
 * σ(z) = 1 / (1 + e^−z), in [0, 1], within 2 units in the last place: also far below 0, where it is
 * nearly e^z. Near 1 take the complement instead of 1 − σ(z). σ(±Infinity) is 1 and 0.
 *
 * @throws InputError when z is NaN
 */
export function sigmoid(z: LogitValue): ProbabilityValue {
  if (Number.isNaN(z)) throw new InputError("sigmoid: z must be a number, got NaN");
  return logistic(z);
}

/**
 * 1 − σ(z) = σ(−z), without the digits that 1 − σ(z) loses: at z = 40 it is 4.248354255291589e-18, where
 * the difference is 0.
 *
 * @throws InputError when z is NaN
 */
export function sigmoidComplement(z: LogitValue): ProbabilityValue {
  if (Number.isNaN(z)) throw new InputError("sigmoidComplement: z must be a number, got NaN");
  return logistic(0 - z);
}

/** σ(z) unchecked: NaN gives NaN. */
export function logistic(z: number): number {
  if (z >= 0) return 1 / (1 + exp(-z));
  const power = exp(z);
  const sum = 1 + power;
  const ratio = power / sum;
  // Plain e^z / (1 + e^z) can be wrong by more than 2 units: far below 0 a small correction to e^z is better,
  // and nearer what 1 + e^z lost to rounding is put back.
  if (z < -2) return power - power * ratio;
  return ratio - ratio * (1 - ratio) * (power - (sum - 1));
}
