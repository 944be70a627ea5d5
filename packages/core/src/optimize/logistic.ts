import { exp, log1p } from "../kernels/elementary.ts";
import { minimizeConvex, type ConvexMinimum } from "./convex.ts";
import { addScaled, dot } from "./problem.ts";

/** Rows for a logistic regression on a few columns. */
export interface LogisticRows {
  /** One array per column, with a number for each row; finite. An intercept is a column of ones. */
  readonly columns: readonly Float64Array[];
  /** What is to be met, in [0, 1]: 1 for an event, or a share. */
  readonly targets: Float64Array;
  /** Added to each row's logit. Default 0. */
  readonly offset?: Float64Array;
  /** One ≥ 0 per row. Default 1. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

/** The θ of least Σ s·(ln(1 + eᵗ) − y·t) with t = Xθ + offset. Newton's method from 0. */
export function fitLogistic({ columns, targets, offset, sampleWeights }: LogisticRows): ConvexMinimum {
  const size = columns.length;
  const rows = targets.length;
  const margins = new Float64Array(rows);
  const slopes = new Float64Array(rows);
  const curvatures = new Float64Array(rows);
  const at = (parameters: Float64Array, gradient: Float64Array, hessian: Float64Array): number => {
    if (offset) margins.set(offset);
    else margins.fill(0);
    for (let i = 0; i < size; i++) addScaled(columns[i], parameters[i], margins);
    let value = 0;
    for (let row = 0; row < rows; row++) {
      const s = sampleWeights ? sampleWeights[row] : 1;
      const t = margins[row];
      const y = targets[row];
      const e = exp(-Math.abs(t));
      const share = 1 / (1 + e);
      value += s * (t >= 0 ? (1 - y) * t + log1p(e) : log1p(e) - y * t);
      slopes[row] = s * ((t >= 0 ? share : e * share) - y);
      curvatures[row] = s * e * share * share;
    }
    for (let i = 0; i < size; i++) {
      gradient[i] = dot(columns[i], slopes);
      for (let j = 0; j <= i; j++) hessian[i * size + j] = weightedDot(columns[i], columns[j], curvatures);
    }
    return value;
  };
  return minimizeConvex({ size, at }, new Float64Array(size));
}

function weightedDot(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += weights[i] * a[i] * b[i];
  return sum;
}
