import type { LinearProblem } from "./problem.ts";

/**
 * Whether a direction separates the classes: along it no row's own class loses against another, so without a
 * penalty the likelihood grows as far as one goes, and there is no finite optimum. `complete`: every row's class
 * gains on all others; `quasi`: some rows are undecided (within 1e-7 of the largest gain), at least one gains.
 *
 * @param direction laid out as θ; any of its length
 * @see Albert & Anderson, Biometrika 71 (1984); for the search by the maximum's own path, Correia, Guimarães &
 *   Zylkin, arXiv:1903.01633 (2019)
 */
export async function separates(
  { sums, labels, sampleWeights }: LinearProblem,
  direction: Float64Array,
): Promise<"none" | "quasi" | "complete"> {
  const margins = await sums.margins(direction);
  const { outputs } = sums;
  let least = Infinity;
  let most = 0;
  for (let row = 0, at = 0; at < margins.length; row++, at += outputs) {
    if (sampleWeights?.[row] === 0) continue;
    if (outputs === 1) {
      const gain = labels[row] === 1 ? margins[at] : -margins[at];
      least = Math.min(least, gain);
      most = Math.max(most, Math.abs(gain));
      continue;
    }
    for (let k = 0; k < outputs; k++) {
      if (k === labels[row]) continue;
      const gain = margins[at + labels[row]] - margins[at + k];
      least = Math.min(least, gain);
      most = Math.max(most, Math.abs(gain));
    }
  }
  if (most === 0 || least < -1e-7 * most) return "none";
  return least > 1e-7 * most ? "complete" : "quasi";
}

/** Columns that separate a class from all others on their own: its values lie all above or all below theirs. */
export function separatingColumns(
  values: Uint8Array | Float32Array | Float64Array,
  columns: number,
  labels: Int32Array,
): number[] {
  const classes = labels.reduce((most, k) => Math.max(most, k), 0) + 1;
  const found: number[] = [];
  for (let j = 0; j < columns; j++) {
    const low = new Float64Array(classes).fill(Infinity);
    const high = new Float64Array(classes).fill(-Infinity);
    labels.forEach((k, row) => {
      const value = values[row * columns + j];
      if (value < low[k]) low[k] = value;
      if (value > high[k]) high[k] = value;
    });
    const isAlone = (k: number): boolean =>
      low.every((other, l) => l === k || other > high[k]) ||
      high.every((other, l) => l === k || other < low[k]);
    if (low.some((value, k) => value <= high[k] && isAlone(k))) found.push(j);
  }
  return found;
}
