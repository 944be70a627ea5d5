import { InputError } from "../errors/index.ts";
import { createGenerator, type Generator } from "../random/index.ts";
import { betaDistribution, sampleQuantile, type Interval } from "../statistics/index.ts";
import { mean } from "./evaluate.ts";

/** A figure of two models on the same rows. */
export interface Difference {
  readonly first: number;
  readonly second: number;
  /** second − first */
  readonly difference: number;
  readonly interval: Interval;
  /** Two-sided, against no difference; null where the figure has only an interval. */
  readonly p: number | null;
}

export interface CompareOptions {
  readonly confidence?: number;
  readonly seed?: number;
  /** Of the bootstrap. Default 2,000. */
  readonly draws?: number;
  /** The group of each row, whose rows may be alike: whole groups are drawn, and whole groups vary in DeLong's sums. */
  readonly groups?: ArrayLike<number> | undefined;
}

/** How rows are drawn. */
export interface Drawing {
  readonly confidence: number;
  readonly seed: number;
  readonly draws: number;
  /** The rows that are drawn together; null where each is by itself. */
  readonly units: readonly Uint32Array[] | null;
}

/** The options of a comparison of some rows. @throws InputError when one is outside its range */
export function drawingOf(
  where: string,
  rows: number,
  { confidence = 0.95, seed = 0, draws = 2000, groups }: CompareOptions,
): Drawing {
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`${where}: confidence must be in (0, 1), got ${confidence}`);
  if (!Number.isSafeInteger(draws) || draws < 100)
    throw new InputError(`${where}: draws must be a whole number ≥ 100, got ${draws}`);
  return { confidence, seed, draws, units: unitsOf(where, rows, groups) };
}

/** Which rows are drawn together. */
function unitsOf(where: string, rows: number, groups: ArrayLike<number> | undefined): Uint32Array[] | null {
  if (groups === undefined) return null;
  if (groups.length !== rows)
    throw new InputError(`${where}: needs one group per row, got ${groups.length} for ${rows} rows`);
  const byGroup = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const own = byGroup.get(groups[row]);
    if (own) own.push(row);
    else byGroup.set(groups[row], [row]);
  }
  if (byGroup.size < 2) throw new InputError(`${where}: needs two groups or more, got ${byGroup.size}`);
  return [...byGroup.values()].map((own) => Uint32Array.from(own));
}

/** The means of a figure of each row, and the difference of the two row by row, by the paired bootstrap. */
export function meanDifference(
  a: Float64Array,
  b: Float64Array,
  { confidence, seed, draws, units }: Drawing,
  stream: number,
): Difference {
  const differences = b.map((value, row) => value - a[row]);
  const sums = units?.map((rows) => rows.reduce((sum, row) => sum + differences[row], 0));
  const count = units?.length ?? differences.length;
  const generator = createGenerator(seed, stream);
  const means = Float64Array.from({ length: draws }, () => {
    let sum = 0;
    let drawn = 0;
    for (let i = 0; i < count; i++) {
      const unit = generator.below(count);
      sum += sums ? sums[unit] : differences[unit];
      drawn += units ? units[unit].length : 1;
    }
    return sum / drawn;
  });
  return {
    first: mean(a),
    second: mean(b),
    difference: mean(differences),
    interval: percentilesOf(means, confidence),
    p: null,
  };
}

/** How often each row comes in one draw. */
export function drawTimes(generator: Generator, units: Drawing["units"], output: Uint32Array): void {
  const count = units?.length ?? output.length;
  output.fill(0);
  for (let i = 0; i < count; i++) {
    const unit = generator.below(count);
    if (units === null) output[unit]++;
    else for (const row of units[unit]) output[row]++;
  }
}

/** The middle share of a sample; NaN in it is left out. */
export function percentilesOf(sample: Float64Array, confidence: number): Interval {
  const sorted = sample.filter((value) => !Number.isNaN(value)).toSorted();
  return [sampleQuantile(sorted, (1 - confidence) / 2), sampleQuantile(sorted, (1 + confidence) / 2)];
}

/** Rows that only one of two models has right. @param right 1 for each row of a model that it has right, else 0 */
export function discordantRows([first, second]: readonly Float64Array[]): {
  onlyFirst: number;
  onlySecond: number;
} {
  let [onlyFirst, onlySecond] = [0, 0];
  for (let row = 0; row < first.length; row++) {
    if (first[row] > second[row]) onlyFirst++;
    if (second[row] > first[row]) onlySecond++;
  }
  return { onlyFirst, onlySecond };
}

/** McNemar's exact test: each discordant row is right for either model with chance ½. */
export function signTest({ onlyFirst, onlySecond }: { onlyFirst: number; onlySecond: number }): number {
  const n = onlyFirst + onlySecond;
  if (n === 0) return 1;
  const less = Math.min(onlyFirst, onlySecond);
  // P(X ≤ less) of the binomial with ½, which is that of the beta distribution above ½.
  return Math.min(1, 2 * betaDistribution(0.5, n - less, less + 1));
}
