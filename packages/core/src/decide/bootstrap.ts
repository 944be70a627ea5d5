import { createGenerator, drawMultinomial } from "../random/index.ts";
import { sampleQuantile, type Interval } from "../statistics/index.ts";
import { checkShare } from "./check.ts";

export interface BootstrapOptions {
  /** Default 0.95. */
  readonly confidence?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Default 2,000. */
  readonly draws?: number;
}

/** The options with their defaults. @throws InputError when the confidence is not in (0, 1) */
export function drawOptions(
  where: string,
  { confidence = 0.95, seed = 0, draws = 2000 }: BootstrapOptions,
): Required<BootstrapOptions> {
  checkShare(where, "confidence", confidence);
  return { confidence, seed, draws };
}

/** The middle share of a sample; NaN, where a draw has no figure, is left out. */
export function percentiles(sample: Float64Array, confidence: number): Interval {
  const sorted = sample.filter((value) => !Number.isNaN(value)).toSorted();
  return [sampleQuantile(sorted, (1 - confidence) / 2), sampleQuantile(sorted, (1 + confidence) / 2)];
}

/**
 * Percentile intervals of figures of counts, over draws of the rows with replacement: then the counts are multinomial, and
 * a draw costs as much as there are cells, not rows.
 *
 * @param figuresOf from one draw's counts; always as many
 */
export function countIntervals(
  counts: ArrayLike<number>,
  figuresOf: (drawn: Float64Array) => readonly number[],
  { confidence, seed, draws }: Required<BootstrapOptions>,
): Interval[] {
  const generator = createGenerator(seed);
  const drawn = new Float64Array(counts.length);
  let rows = 0;
  for (let cell = 0; cell < counts.length; cell++) rows += counts[cell];
  const samples = figuresOf(Float64Array.from(counts)).map(() => new Float64Array(draws));
  for (let draw = 0; draw < draws; draw++) {
    drawMultinomial(rows, counts, generator, drawn);
    for (const [i, figure] of figuresOf(drawn).entries()) samples[i][draw] = figure;
  }
  return samples.map((sample) => percentiles(sample, confidence));
}

/** The interval of a mean over draws of rows with replacement; rows with one value count together. */
export function meanInterval(values: Float64Array, options: Required<BootstrapOptions>): Interval {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const levels = Float64Array.from(counts.keys());
  const meanOf = (drawn: Float64Array): readonly number[] => [
    drawn.reduce((sum, count, i) => sum + count * levels[i], 0) / values.length,
  ];
  return countIntervals([...counts.values()], meanOf, options)[0];
}
