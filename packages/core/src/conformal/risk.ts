import type { Floats, Matrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";

export interface RiskOptions {
  /** The expected loss that shall not be exceeded. */
  readonly alpha: number;
  /** The largest loss there can be, > 0. Default 1. */
  readonly bound?: number;
}

export interface ControlledRisk {
  /** The first threshold that keeps the promise: a column of the losses. */
  readonly threshold: number;
  /** Mean loss of the rows there. */
  readonly observed: number;
  /** (Σ loss + bound) / (rows + 1) ≤ alpha: the expected loss of a new row is at most alpha. */
  readonly adjusted: number;
  readonly alpha: number;
  readonly rows: number;
}

/**
 * Conformal risk control: of thresholds that get ever more cautious, the first whose expected loss on a new row is proven
 * to be at most alpha, on average over the draw of the rows: (Σ loss + bound) / (rows + 1) ≤ alpha. The loss may be
 * anything that caution does not raise, such as the share of a row's true labels that its set has missed.
 *
 * @param losses rows × thresholds, the most cautious last; in each row they do not rise, and are in [0, bound]
 * @throws InputError when losses rise or are outside [0, bound], there are too few rows, or no threshold keeps the promise
 * @see Angelopoulos, Bates, Fisch, Lei & Schuster, Conformal risk control, ICLR 2024 (arXiv:2208.02814), theorem 1
 */
export function controlRisk(
  { rows, columns, values }: Matrix<Floats>,
  { alpha, bound = 1 }: RiskOptions,
): ControlledRisk {
  const where = "controlRisk";
  if (!(bound > 0 && bound < Infinity))
    throw new InputError(`${where}: bound must be a positive number, got ${bound}`);
  if (!(alpha > 0 && alpha < bound))
    throw new InputError(`${where}: alpha must be above 0 and below the bound ${bound}, got ${alpha}`);
  if (columns < 1) throw new InputError(`${where}: at least one threshold is needed, got ${columns}`);
  if (values.length !== rows * columns)
    throw new InputError(
      `${where}: ${rows} rows of ${columns} thresholds need ${rows * columns} losses, got ${values.length}`,
    );
  const sums = new Float64Array(columns);
  for (let row = 0, i = 0; row < rows; row++) {
    let before = bound;
    for (let j = 0; j < columns; j++, i++) {
      if (!(values[i] >= 0 && values[i] <= bound))
        throw new InputError(`${where}: losses must be in [0, ${bound}], got ${values[i]} at row ${row}`);
      if (values[i] > before)
        throw new InputError(
          `${where}: losses must not rise from one threshold to the next, got ${before} then ${values[i]} at row ${row}`,
        );
      before = values[i];
      sums[j] += before;
    }
  }
  // Alpha is the decimal as it was written, as in `conformalRank`.
  const allowed = alpha * (rows + 1) * (1 + 2 ** -51);
  if (bound > allowed)
    throw new InputError(
      `${where}: a risk of ${alpha} needs at least ${Math.ceil((bound / alpha) * (1 - 2 ** -51)) - 1} rows even without any loss, got ${rows}`,
    );
  const threshold = sums.findIndex((sum) => sum + bound <= allowed);
  if (threshold < 0)
    throw new InputError(
      `${where}: no threshold keeps the risk at ${alpha}: with the last the rows lose ${sums[columns - 1] / rows} on average, and ${(allowed - bound) / rows} would do`,
    );
  return {
    threshold,
    observed: sums[threshold] / rows,
    adjusted: (sums[threshold] + bound) / (rows + 1),
    alpha,
    rows,
  };
}
