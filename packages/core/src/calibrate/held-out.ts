import type { Labels, Logits } from "../data/index.ts";
import { measureRows } from "../evaluate/evaluate.ts";
import { topClasses } from "../evaluate/scores.ts";

/** Of each row, scored by a calibrator that had not seen it. */
export interface HeldOut {
  /** −ln p(true class), in nats. */
  readonly losses: Float64Array;
  /** Σₖ (pₖ − yₖ)². */
  readonly distances: Float64Array;
}

export function heldOutScores(logits: Logits, labels: Labels): HeldOut {
  const { loss, distance } = measureRows(logits, labels, topClasses(logits));
  return { losses: loss, distances: distance };
}

/** Means over rows, and the standard error of the log-loss. */
export function summaryOf(
  { losses, distances }: HeldOut,
  sampleWeights: ArrayLike<number> | undefined,
  groups: ArrayLike<number> | undefined,
): { logLoss: number; standardError: number; brier: number } {
  const { mean, standardError } = meanOf(losses, sampleWeights, groups);
  return { logLoss: mean, standardError, brier: meanOf(distances, sampleWeights, groups).mean };
}

/** The log-loss of one above that of another, row by row: what both find hard does not blur it. */
export function pairedDifference(
  one: HeldOut,
  other: HeldOut,
  sampleWeights: ArrayLike<number> | undefined,
  groups: ArrayLike<number> | undefined,
): { excess: number; excessError: number } {
  // Of two infinite losses neither is the higher.
  const differences = one.losses.map((loss, row) =>
    loss === other.losses[row] ? 0 : loss - other.losses[row],
  );
  const { mean, standardError } = meanOf(differences, sampleWeights, groups);
  return { excess: mean, excessError: standardError };
}

/** A weighted mean and its standard error, rows (or whole groups, where there are any) being drawn independently. */
function meanOf(
  values: Float64Array,
  sampleWeights: ArrayLike<number> | undefined,
  groups: ArrayLike<number> | undefined,
): { mean: number; standardError: number } {
  let total = 0;
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    const s = sampleWeights ? sampleWeights[row] : 1;
    if (s === 0) continue; // also of an infinite value
    total += s;
    sum += s * values[row];
  }
  const mean = sum / total;
  if (!Number.isFinite(mean)) return { mean, standardError: Infinity };
  const deviations = new Map<number, number>();
  for (let row = 0; row < values.length; row++) {
    const s = sampleWeights ? sampleWeights[row] : 1;
    if (s === 0) continue;
    const unit = groups ? groups[row] : row;
    deviations.set(unit, (deviations.get(unit) ?? 0) + s * (values[row] - mean));
  }
  let squares = 0;
  for (const deviation of deviations.values()) squares += deviation * deviation;
  const count = deviations.size;
  if (count < 2) return { mean, standardError: Infinity };
  return { mean, standardError: Math.sqrt((squares * count) / (count - 1)) / total };
}
