import type { Labels, Probabilities } from "../data/index.ts";
import { sortForecasts, topLabelForecasts } from "../evaluate/forecasts.ts";
import { stepsOf } from "../evaluate/pool.ts";

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

export function rankRows(probabilities: Probabilities, labels: Labels): Ranking {
  const rising = stepsOf(sortForecasts(topLabelForecasts(probabilities, labels)));
  const levels = rising.probability.toReversed();
  const accepted = rising.rows.toReversed();
  const errorsAccepted = new Float64Array(levels.length);
  let errors = 0;
  for (let i = 0, last = levels.length - 1; i <= last; i++) {
    errors += accepted[i] - rising.events[last - i]; // here still the rows of this level alone
    if (i > 0) accepted[i] += accepted[i - 1];
    errorsAccepted[i] = errors;
  }
  return { rows: probabilities.rows, errors, levels, accepted, errorsAccepted };
}
