import { exp, log1p } from "../kernels/elementary.ts";
import { minimizeConvex, type ConvexMinimum } from "./convex.ts";

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
  const at = (parameters: Float64Array, gradient: Float64Array, hessian: Float64Array): number => {
    let value = 0;
    for (let row = 0; row < targets.length; row++) {
      const s = sampleWeights ? sampleWeights[row] : 1;
      let t = offset ? offset[row] : 0;
      for (let i = 0; i < size; i++) t += parameters[i] * columns[i][row];
      const e = exp(-Math.abs(t));
      const share = 1 / (1 + e);
      const p = t >= 0 ? share : e * share;
      value += s * (t >= 0 ? (1 - targets[row]) * t + log1p(e) : log1p(e) - targets[row] * t);
      const slope = s * (p - targets[row]);
      const curvature = s * e * share * share;
      for (let i = 0; i < size; i++) {
        const x = columns[i][row];
        gradient[i] += slope * x;
        for (let j = 0; j <= i; j++) hessian[i * size + j] += curvature * x * columns[j][row];
      }
    }
    return value;
  };
  return minimizeConvex({ size, at }, new Float64Array(size));
}
