import type { Logits, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { log } from "../kernels/elementary.ts";
import { checkLength, checkRows } from "./check.ts";

/**
 * Probabilities where the classes are as common as `to` says, not as in the model's training rows: p'ₖ ∝ pₖ toₖ/fromₖ, or
 * zₖ + ln(toₖ/fromₖ) of logits. Exact when the classes look as before and only their shares changed. A class with share 0
 * becomes impossible.
 *
 * @param from share of each class where the model learned, > 0; sums to 1
 * @param to share of each class where it is used, ≥ 0; sums to 1
 * @throws InputError when shares are not that, or a row is left without a possible class
 * @see Elkan, The foundations of cost-sensitive learning, IJCAI 2001; Saerens, Latinne & Decaestecker, Neural Computation 14
 *   (2002), eq. 2.4
 */
export function shiftPriors(scores: Logits, from: ArrayLike<number>, to: ArrayLike<number>): Logits;
export function shiftPriors(
  scores: Probabilities,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
): Probabilities;
export function shiftPriors(
  scores: Logits | Probabilities,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
): Logits | Probabilities {
  const { rows, columns } = scores;
  checkShares("shiftPriors", "shares to come from", from, columns, true);
  checkShares("shiftPriors", "shares to go to", to, columns, false);
  const ratios = Float64Array.from(from, (share, k) => to[k] / share);
  if (scores.unit === "logits") {
    const shifts = ratios.map((ratio) => (ratio === 0 ? -Infinity : log(ratio)));
    const values = Float64Array.from(scores.values, (value, i) => value + shifts[i % columns]);
    for (let row = 0; row < rows; row++)
      if (!values.subarray(row * columns, (row + 1) * columns).some((value) => Number.isFinite(value)))
        throw new InputError(`shiftPriors: no class is left possible at row ${row}`);
    return { rows, columns, values, unit: "logits" };
  }
  checkRows("shiftPriors", scores, columns);
  return reweigh("shiftPriors", scores, () => ratios);
}

/** Each row times its factors, divided by its sum. @throws InputError when a sum is 0 */
export function reweigh(
  where: string,
  { rows, columns, values }: Probabilities,
  factorsOf: (row: number) => ArrayLike<number> | null,
): Probabilities {
  const output = values.slice();
  for (let row = 0, start = 0; row < rows; row++, start += columns) {
    const factors = factorsOf(row);
    if (factors === null) continue;
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += output[start + k] *= factors[k];
    if (!(sum > 0)) throw new InputError(`${where}: no class is left possible at row ${row}`);
    for (let k = 0; k < columns; k++) output[start + k] /= sum;
  }
  return { rows, columns, values: output, unit: "probabilities" };
}

export interface EstimatedPriors {
  /** Share of each class among the rows. */
  readonly shares: Float64Array;
  /** The probabilities under these shares. */
  readonly probabilities: Probabilities;
  readonly iterations: number;
  readonly status: "converged" | "budget";
}

/**
 * The shares of the classes among rows without labels, by expectation maximisation: πₖ ← (Σᵢ p'ᵢₖ + s fromₖ) / (n + s), with
 * p' the probabilities shifted to the shares so far. The Dirichlet prior counts like s rows with the old shares: no class
 * dies, and a few rows do not move the shares far. With `strength` 0 it is the likelihood's maximum, where a class may die.
 *
 * @param probabilities calibrated where the shares were `from`
 * @throws InputError when probabilities or shares are not such
 * @see Saerens, Latinne & Decaestecker, Neural Computation 14 (2002); Alexandari, Kundaje & Shrikumar, ICML 2020
 */
export function estimatePriors(
  probabilities: Probabilities,
  from: ArrayLike<number>,
  {
    strength = 5 * from.length,
    tolerance = 1e-10,
    maxIterations = 10_000,
  }: { strength?: number; tolerance?: number; maxIterations?: number } = {},
): EstimatedPriors {
  const { rows, columns, values } = probabilities;
  checkShares("estimatePriors", "shares to come from", from, columns, true);
  checkRows("estimatePriors", probabilities, columns);
  if (!(strength >= 0 && strength < Infinity))
    throw new InputError(`estimatePriors: strength must be a finite number ≥ 0, got ${strength}`);
  let shares = Float64Array.from(from);
  let change = Infinity;
  let iterations = 0;
  while (change > tolerance && iterations++ < maxIterations) {
    const sums = new Float64Array(columns);
    for (let row = 0, start = 0; row < rows; row++, start += columns) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += (values[start + k] * shares[k]) / from[k];
      for (let k = 0; k < columns; k++) sums[k] += (values[start + k] * shares[k]) / from[k] / sum;
    }
    const next = sums.map((sum, k) => (sum + strength * from[k]) / (rows + strength));
    change = next.reduce((most, share, k) => Math.max(most, Math.abs(share - shares[k])), 0);
    shares = next;
  }
  const ratios = shares.map((share, k) => share / from[k]);
  return {
    shares,
    probabilities: reweigh("estimatePriors", probabilities, () => ratios),
    iterations: Math.min(iterations, maxIterations),
    status: change <= tolerance ? "converged" : "budget",
  };
}

function checkShares(
  where: string,
  what: string,
  shares: ArrayLike<number>,
  classCount: number,
  positive: boolean,
): void {
  checkLength(where, what, shares, classCount);
  let sum = 0;
  for (let k = 0; k < shares.length; k++) {
    if (!(positive ? shares[k] > 0 : shares[k] >= 0) || !(shares[k] <= 1))
      throw new InputError(
        `${where}: ${what} must be in ${positive ? "(0, 1]" : "[0, 1]"}, got ${shares[k]} for class ${k}`,
      );
    sum += shares[k];
  }
  if (!(Math.abs(sum - 1) <= 1e-6)) throw new InputError(`${where}: ${what} must sum to 1, got ${sum}`);
}
