import type { LineValues } from "../kernels/index.ts";

const mostTrials = 30;

/**
 * A step that makes a convex function smaller, by Newton's method kept inside what is known of where the slope
 * changes sign; the first trial is 1, and steps may be longer.
 *
 * @param start value and slope at 0
 * @param noise the absolute error of values: differences below it say nothing, slopes still do
 * @returns where |φ′| is at most 0.3 |φ′(0)|, or so small that what is left on the line is noise; else the lowest found; null when nothing is lower
 */
export function searchLine(
  line: (step: number) => LineValues,
  start: { readonly value: number; readonly slope: number },
  noise: number,
): number | null {
  const search = stepsOnLine(start, noise);
  let at = search.next();
  while (!at.done) at = search.next(line(at.value));
  return at.value;
}

/** The same as a conversation: yields the steps to look at, is told what is there, and returns the one to take. */
export function* stepsOnLine(
  start: { readonly value: number; readonly slope: number },
  noise: number,
): Generator<number, number | null, LineValues> {
  if (!(start.slope < 0)) return null;
  let low = 0;
  let high = Infinity;
  let step = 1;
  let best = 0;
  let lowest = start.value;
  for (let trial = 0; trial < mostTrials; trial++) {
    const { value, slope, curvature } = yield step;
    const isLevel = Math.abs(slope) <= -0.3 * start.slope || Math.abs(slope) * step <= noise;
    if (value <= start.value + noise && isLevel) return step;
    if (value < lowest) {
      lowest = value;
      best = step;
    }
    if (slope < 0 && Number.isFinite(value)) low = step;
    else high = step;
    const newton = step - slope / curvature;
    const isInside = newton > low && newton < Math.min(high, 8 * step);
    step = isInside ? newton : high < Infinity ? (low + high) / 2 : 4 * step;
    if (high < Infinity && high - low <= 1e-12 * high) break;
  }
  return best > 0 ? best : null;
}
