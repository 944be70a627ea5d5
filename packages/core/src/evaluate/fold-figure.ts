import { studentReach, type Interval } from "../statistics/index.ts";

/** A figure over the folds. */
export interface FoldFigure {
  readonly mean: number;
  /**
   * Of the mean, by Nadeau & Bengio's correction: the folds' training rows overlap, so the variance between folds counts
   * 1/n + (test share)/(train share) times.
   */
  readonly standardError: number;
  /** By Student's t with n − 1 degrees of freedom, within the figure's range. */
  readonly interval: Interval;
}

/**
 * The mean over folds, of all repeats, with its interval: t · √(s² (1/n + 1/(folds − 1))), s² the variance of the n values.
 *
 * @see Nadeau & Bengio, Machine Learning 52 (2003), §4: the corrected resampled t-test
 */
export function overFolds(
  values: readonly number[],
  folds: number,
  confidence: number,
  [least, most]: Interval,
): FoldFigure {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1);
  const standardError = Math.sqrt(variance * (1 / n + 1 / (folds - 1)));
  const half = studentReach(confidence, n - 1) * standardError;
  return {
    mean,
    standardError,
    interval: [Math.max(least, mean - half), Math.min(most, mean + half)],
  };
}
