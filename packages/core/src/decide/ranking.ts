import type { Labels, Probabilities } from "../data/index.ts";
import { topClasses } from "../evaluate/scores.ts";
import { ascendingOrder } from "../kernels/order.ts";

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
  const largest = new Float64Array(rows);
  for (let row = 0; row < rows; row++) largest[row] = values[row * columns + top[row]];
  const rising = ascendingOrder(largest);
  const levels = new Float64Array(rows);
  const accepted = new Float64Array(rows);
  const errorsAccepted = new Float64Array(rows);
  let count = 0;
  let errors = 0;
  for (let i = rows - 1; i >= 0; i--) {
    const row = rising[i];
    if (top[row] !== indices[row]) errors++;
    if (i > 0 && largest[rising[i - 1]] === largest[row]) continue;
    levels[count] = largest[row];
    accepted[count] = rows - i;
    errorsAccepted[count++] = errors;
  }
  return {
    rows,
    errors,
    levels: levels.subarray(0, count),
    accepted: accepted.subarray(0, count),
    errorsAccepted: errorsAccepted.subarray(0, count),
  };
}
