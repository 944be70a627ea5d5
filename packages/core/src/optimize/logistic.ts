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
  /** Adds ½·ridge·‖θ‖² to the loss, ≥ 0. Default 0. */
  readonly ridge?: number;
  /** One ≥ 0 per row. Default 1. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
  /** Where Newton's method starts. Default: from 0, or of many rows from the fit of some. */
  readonly start?: Float64Array | undefined;
}

/** Of more rows than this every `STEP`th is fitted first, as a start that saves most passes over all of them. */
const MANY_ROWS = 50_000;
const STEP = 16;

/** The θ of least Σ s·(ln(1 + eᵗ) − y·t) + ½·ridge·‖θ‖² with t = Xθ + offset. Newton's method. */
export function fitLogistic(rows: LogisticRows): ConvexMinimum {
  const size = rows.columns.length;
  const at = lossOf(rows);
  if (rows.start) return minimizeConvex({ size, at }, rows.start);
  const first = rows.targets.length > MANY_ROWS ? fitLogistic(everyNth(rows, STEP)) : null;
  const start = first?.status === "converged" ? first.parameters : new Float64Array(size);
  return minimizeConvex({ size, at }, start);
}

function everyNth(
  { columns, targets, offset, ridge = 0, sampleWeights }: LogisticRows,
  step: number,
): LogisticRows {
  const take = (values: ArrayLike<number>): Float64Array => {
    const output = new Float64Array(Math.ceil(values.length / step));
    for (let i = 0; i < output.length; i++) output[i] = values[i * step];
    return output;
  };
  return {
    columns: columns.map(take),
    targets: take(targets),
    ridge: ridge / step,
    ...(offset && { offset: take(offset) }),
    sampleWeights: sampleWeights && take(sampleWeights),
  };
}

/** The loss with its derivatives, in one pass over blocks of rows that stay in the cache. */
function lossOf({ columns, targets, offset, ridge = 0, sampleWeights }: LogisticRows) {
  const size = columns.length;
  const rows = targets.length;
  const block = Math.min(rows, 1024);
  const slopes = new Float64Array(block);
  const curvatures = new Float64Array(block);
  return (parameters: Float64Array, gradient: Float64Array, hessian: Float64Array): number => {
    let value = 0;
    for (let start = 0; start < rows; start += block) {
      const count = Math.min(block, rows - start);
      const margins = slopes; // each is read before its place is written
      for (let i = 0; i < count; i++) margins[i] = offset ? offset[start + i] : 0;
      for (let j = 0; j < size; j++) {
        const column = columns[j];
        const factor = parameters[j];
        for (let i = 0; i < count; i++) margins[i] += column[start + i] * factor;
      }
      for (let i = 0; i < count; i++) {
        const s = sampleWeights ? sampleWeights[start + i] : 1;
        const y = targets[start + i];
        const t = margins[i];
        const e = exp(-Math.abs(t));
        const share = 1 / (1 + e);
        value += s * (t >= 0 ? (1 - y) * t + log1p(e) : log1p(e) - y * t);
        slopes[i] = s * ((t >= 0 ? share : e * share) - y);
        curvatures[i] = s * e * share * share;
      }
      for (let j = 0; j < size; j++) {
        gradient[j] += blockDot(columns[j], start, slopes, count);
        for (let k = 0; k <= j; k++)
          hessian[j * size + k] += blockWeightedDot(columns[j], columns[k], start, curvatures, count);
      }
    }
    for (let j = 0; j < size; j++) {
      value += (ridge / 2) * parameters[j] * parameters[j];
      gradient[j] += ridge * parameters[j];
      hessian[j * (size + 1)] += ridge;
    }
    return value;
  };
}

/** Two sums side by side: a chain of additions waits for each other. */
function blockDot(column: Float64Array, start: number, factors: Float64Array, count: number): number {
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i + 2 <= count; i += 2) {
    even += column[start + i] * factors[i];
    odd += column[start + i + 1] * factors[i + 1];
  }
  return i < count ? even + odd + column[start + i] * factors[i] : even + odd;
}

function blockWeightedDot(
  a: Float64Array,
  b: Float64Array,
  start: number,
  weights: Float64Array,
  count: number,
): number {
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i + 2 <= count; i += 2) {
    even += a[start + i] * b[start + i] * weights[i];
    odd += a[start + i + 1] * b[start + i + 1] * weights[i + 1];
  }
  return i < count ? even + odd + a[start + i] * b[start + i] * weights[i] : even + odd;
}
