import type { Forecasts } from "./forecasts.ts";

/** Neighbors that were pooled: entries [previous end, end) share one mean, and means rise. */
export interface Blocks {
  readonly ends: Uint32Array;
  readonly means: Float64Array;
}

/**
 * The rising sequence nearest to sums/weights in weighted squares: pool adjacent violators, O(n). Neighbors with
 * equal means are pooled too.
 *
 * @param sums    weight times value of each entry, in order
 * @param weights above 0
 * @see Ayer et al., Annals of Mathematical Statistics 26 (1955)
 */
export function poolAdjacent(sums: Float64Array, weights: Float64Array): Blocks {
  const ends = new Uint32Array(sums.length);
  const blockSums = new Float64Array(sums.length);
  const blockWeights = new Float64Array(sums.length);
  let count = 0;
  for (let i = 0; i < sums.length; i++) {
    let sum = sums[i];
    let weight = weights[i];
    // Compared by products: exact while sums and weights are counts.
    while (count > 0 && blockSums[count - 1] * weight >= sum * blockWeights[count - 1]) {
      count--;
      sum += blockSums[count];
      weight += blockWeights[count];
    }
    blockSums[count] = sum;
    blockWeights[count] = weight;
    ends[count++] = i + 1;
  }
  return {
    ends: ends.slice(0, count),
    means: Float64Array.from({ length: count }, (_, block) => blockSums[block] / blockWeights[block]),
  };
}

/** Different probabilities, ascending, with how many rows have each and how many of those happened. */
export interface Steps {
  readonly probability: Float64Array;
  readonly rows: Float64Array;
  readonly events: Float64Array;
}

/** @param sorted by probability */
export function stepsOf({ probability, happened }: Forecasts): Steps {
  const n = probability.length;
  const places = new Float64Array(n);
  const rows = new Float64Array(n);
  const events = new Float64Array(n);
  let count = 0;
  for (let row = 0; row < n; row++) {
    if (count === 0 || probability[row] !== places[count - 1]) places[count++] = probability[row];
    rows[count - 1]++;
    events[count - 1] += happened[row];
  }
  return {
    probability: places.subarray(0, count),
    rows: rows.subarray(0, count),
    events: events.subarray(0, count),
  };
}
