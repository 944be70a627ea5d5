/**
 * The p-quantile of a sample, linear between its order statistics (R's type 7).
 *
 * @param sorted ascending, at least one number
 * @param p in [0, 1]
 * @see Hyndman & Fan, Sample quantiles in statistical packages, The American Statistician 50 (1996)
 */
export function sampleQuantile(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
