import { InputError } from "../errors/index.ts";
import type { Scaling } from "../features/index.ts";
import { exp } from "../kernels/elementary.ts";
import { linearLayerOf, needOneOfK, takesTexts, type Classifier } from "../model/index.ts";
import { normalDistribution, normalQuantile, type Interval } from "../statistics/index.ts";
import { checkConfidence } from "./confidence.ts";
import { fullCovarianceOf } from "./full-covariance.ts";

/** One coefficient of the log-odds of a class against the reference, per unit of its column. */
export interface Coefficient {
  readonly class: string;
  readonly reference: string;
  /** The feature, or "(intercept)". */
  readonly column: string;
  readonly estimate: number;
  /** Null where the model keeps no covariance, as are all that follow from it. */
  readonly standardError: number | null;
  readonly z: number | null;
  /** Two-sided, against 0. */
  readonly p: number | null;
  /** e^estimate: what one unit more multiplies the odds by. */
  readonly oddsRatio: number;
  readonly interval: Interval | null;
  readonly oddsRatioInterval: Interval | null;
}

/**
 * The coefficients of a linear model in the user's units, class by class against the first, the intercept first. Without a
 * penalty a column that is the same in all training rows, and the first category of a column, have the coefficient 0
 * and no standard error.
 *
 * @param confidence of the intervals, in (0, 1)
 * @throws InputError when it is not
 */
export function coefficients(
  model: Classifier,
  { confidence = 0.95 }: { confidence?: number } = {},
): Coefficient[] {
  checkConfidence("coefficients", confidence);
  needOneOfK(model, "coefficients");
  if (takesTexts(model))
    throw new InputError(
      "coefficients: the model has one for each term of its texts, in no unit of a column; contributions tells which terms speak for a row",
    );
  const { classes, features, head, inference } = model;
  const columns = features.columns.length;
  const size = columns + 1;
  const { weights, bias } = linearLayerOf(model, "coefficients");
  const isSigmoid = head.kind === "sigmoid";
  const { center, scale } = unitsOf(features.scaling, columns);
  const quantile = normalQuantile((1 + confidence) / 2);
  const p = (classes.length - 1) * size;
  const covariance = fullCovarianceOf(inference);
  return classes.slice(1).flatMap((name, contrast) => {
    const k = isSigmoid ? 0 : contrast + 1;
    const theta = Float64Array.from({ length: size }, (_, j) => {
      const own = j < columns ? weights[k * columns + j] : bias[k];
      return isSigmoid ? own : own - (j < columns ? weights[j] : bias[0]);
    });
    const at = (i: number, j: number): number =>
      covariance?.[(contrast * size + i) * p + contrast * size + j] ?? 0;
    const rows = [
      {
        column: "(intercept)",
        estimate: interceptOf(theta, center, scale),
        variance: varianceOfIntercept(at, center, scale),
      },
      ...features.columns.map((column, j) => ({
        column,
        estimate: theta[j] / scale[j],
        variance: at(j, j) / (scale[j] * scale[j]),
      })),
    ];
    return rows.map(({ column, estimate, variance }): Coefficient => {
      const standardError = covariance && variance > 0 ? Math.sqrt(variance) : null;
      const z = standardError === null ? null : estimate / standardError;
      const interval: Interval | null =
        standardError === null
          ? null
          : [estimate - quantile * standardError, estimate + quantile * standardError];
      return {
        class: name,
        reference: classes[0],
        column,
        estimate,
        standardError,
        z,
        p: z === null ? null : 2 * normalDistribution(-Math.abs(z)),
        oddsRatio: exp(estimate),
        interval,
        oddsRatioInterval: interval && [exp(interval[0]), exp(interval[1])],
      };
    });
  });
}

/** Feature j is (x − centerⱼ) / scaleⱼ. */
function unitsOf(scaling: Scaling, columns: number): { center: Float64Array; scale: Float64Array } {
  return scaling.kind === "columns"
    ? scaling
    : { center: new Float64Array(columns), scale: new Float64Array(columns).fill(scaling.scale) };
}

/** The intercept where all columns are 0 in their own units. */
function interceptOf(theta: Float64Array, center: Float64Array, scale: Float64Array): number {
  let estimate = theta[center.length];
  for (let j = 0; j < center.length; j++) estimate -= (theta[j] * center[j]) / scale[j];
  return estimate;
}

function varianceOfIntercept(
  at: (i: number, j: number) => number,
  center: Float64Array,
  scale: Float64Array,
): number {
  const columns = center.length;
  const factor = (j: number): number => (j < columns ? -center[j] / scale[j] : 1);
  let variance = 0;
  for (let i = 0; i <= columns; i++)
    for (let j = 0; j <= columns; j++) variance += factor(i) * factor(j) * at(i, j);
  return variance;
}
