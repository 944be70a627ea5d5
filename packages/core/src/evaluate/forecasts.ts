import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { topClasses } from "./scores.ts";

/** Forecasts of something that happens or not, one per row. */
export interface Forecasts {
  /** In [0, 1]. */
  readonly probability: Float64Array;
  /** 1 or 0. */
  readonly happened: Uint8Array;
}

/** The most probable class of each row (of equal ones the lowest index): how probable, and whether it was right. */
export function topLabelForecasts(probabilities: Probabilities, { indices }: Labels): Forecasts {
  const { rows, columns, values } = probabilities;
  const top = topClasses(probabilities);
  const probability = new Float64Array(rows);
  const happened = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    probability[row] = values[row * columns + top[row]];
    happened[row] = top[row] === indices[row] ? 1 : 0;
  }
  return { probability, happened };
}

/** Class k against the rest. */
export function classForecasts(
  { rows, columns, values }: Probabilities,
  { indices }: Labels,
  k: number,
): Forecasts {
  const probability = new Float64Array(rows);
  const happened = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    probability[row] = values[row * columns + k];
    happened[row] = indices[row] === k ? 1 : 0;
  }
  return { probability, happened };
}

/**
 * Of one class by its name, or of the top label without one.
 *
 * @throws InputError when there is no such class
 */
export function namedForecasts(
  where: string,
  probabilities: Probabilities,
  labels: Labels,
  name: string | undefined,
): Forecasts {
  if (name === undefined) return topLabelForecasts(probabilities, labels);
  const k = labels.classes.indexOf(name);
  if (k < 0)
    throw new InputError(`${where}: class must be one of ${labels.classes.join(", ")}, got "${name}"`);
  return classForecasts(probabilities, labels, k);
}

/** By probability, ascending; of equal ones those first that did not happen. O(n log n). */
export function sortForecasts({ probability, happened }: Forecasts): Forecasts {
  const count = happened.reduce((sum, each) => sum + each, 0);
  const events = new Float64Array(count);
  const others = new Float64Array(happened.length - count);
  for (let row = 0, i = 0, j = 0; row < happened.length; row++)
    if (happened[row] === 1) events[i++] = probability[row];
    else others[j++] = probability[row];
  // Two lists of bare numbers sort many times faster than rows by a comparison.
  events.sort();
  others.sort();
  const sorted = new Float64Array(happened.length);
  const marks = new Uint8Array(happened.length);
  for (let row = 0, i = 0, j = 0; row < sorted.length; row++) {
    const isEvent = j === others.length || (i < events.length && events[i] < others[j]);
    sorted[row] = isEvent ? events[i++] : others[j++];
    if (isEvent) marks[row] = 1;
  }
  return { probability: sorted, happened: marks };
}
