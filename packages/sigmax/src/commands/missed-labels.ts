import type { SavedModel } from "@sigmax/core/artifact";
import type { LabelSets, Probabilities } from "@sigmax/core/data";
import { count, percent } from "../output.ts";

/** What the sets that a promise is about missed on some rows. */
export interface ObservedMissed {
  readonly alpha: number;
  /** Rows that carry a label. */
  readonly rows: number;
  /** Mean share of their labels that the sets miss. */
  readonly observed: number;
  /** Mean labels in a set, over all rows. */
  readonly meanSize: number;
}

/** Null where nothing is promised, or no row carries a label. */
export function missedBy(
  { guarantees }: SavedModel,
  probabilities: Probabilities,
  labelSets: LabelSets,
): ObservedMissed | null {
  const promise = guarantees?.missedLabels;
  if (!promise?.feasible) return null;
  const shares = missedShares(promise.threshold, probabilities, labelSets).filter((share) => share >= 0);
  if (shares.length === 0) return null;
  const members = probabilities.values.reduce((sum, p) => sum + (p >= promise.threshold ? 1 : 0), 0);
  return {
    alpha: promise.alpha,
    rows: shares.length,
    observed: shares.reduce((sum, share) => sum + share, 0) / shares.length,
    meanSize: members / probabilities.rows,
  };
}

/** Of each row the share of its labels that are less probable than the threshold; NaN where it carries none. */
export function missedShares(
  threshold: number,
  { rows, columns, values }: Probabilities,
  { values: marks }: LabelSets,
): Float64Array {
  const output = new Float64Array(rows);
  for (let row = 0, i = 0; row < rows; row++) {
    let [carried, lost] = [0, 0];
    for (const end = i + columns; i < end; i++) {
      if (marks[i] === 0) continue;
      carried++;
      if (values[i] < threshold) lost++;
    }
    output[row] = lost / carried;
  }
  return output;
}

export function missedInWords({ alpha, rows, observed, meanSize }: ObservedMissed): string {
  return `Sets that miss at most ${percent(alpha)} of a row's labels on average: they missed ${percent(observed)} in the ${count(rows)} rows here that carry one, with ${meanSize.toFixed(2)} labels a set`;
}
