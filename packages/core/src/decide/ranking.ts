import type { Labels, Probabilities } from "../data/index.ts";
import { topClasses } from "../evaluate/scores.ts";

/**
 * Rows by falling probability of their most probable class, equal ones together: what selection by that probability can
 * accept.
 */
export interface Ranking {
  readonly rows: number;
  readonly errors: number;
  /** The different largest probabilities, falling. */
  readonly levels: Float64Array;
  /** How many rows are at or above each level, and how many of them have a wrong label. */
  readonly accepted: Float64Array;
  readonly errorsAccepted: Float64Array;
}

export function rankRows(probabilities: Probabilities, { indices }: Labels): Ranking {
  const { rows, columns, values } = probabilities;
  const top = topClasses(probabilities);
  const largest = Float64Array.from(top, (k, row) => values[row * columns + k]);
  const order = Uint32Array.from(largest.keys()).toSorted((a, b) => largest[b] - largest[a]);
  const levels: number[] = [];
  const accepted: number[] = [];
  const errorsAccepted: number[] = [];
  let errors = 0;
  for (let i = 0; i < rows; i++) {
    const row = order[i];
    if (top[row] !== indices[row]) errors++;
    if (i + 1 < rows && largest[order[i + 1]] === largest[row]) continue;
    levels.push(largest[row]);
    accepted.push(i + 1);
    errorsAccepted.push(errors);
  }
  return {
    rows,
    errors,
    levels: Float64Array.from(levels),
    accepted: Float64Array.from(accepted),
    errorsAccepted: Float64Array.from(errorsAccepted),
  };
}
