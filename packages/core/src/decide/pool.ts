import type { Labels, Logits, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkScores } from "../evaluate/scores.ts";
import { sigmoid, sigmoidComplement, softplus } from "../functions/index.ts";
import { log } from "../kernels/elementary.ts";
import { factorCholesky, inverseOfCholesky, solveCholesky } from "../linalg/index.ts";
import { normalQuantile, type Interval } from "../statistics/index.ts";
import { checkLength, checkShare } from "./check.ts";

/** What a reader says is the probability of the second class, in [0, 1]; null where nothing. */
export type StatedProbabilities = readonly (number | null)[];

/** A logarithmic opinion pool of model and reader, for two classes. */
export interface OpinionPool {
  /** Log-odds = intercept + model · (the model's log-odds) + reader · (the reader's). */
  readonly intercept: number;
  readonly model: number;
  readonly reader: number;
  /** Of intercept, model and reader, from the curvature. */
  readonly intervals: readonly [intercept: Interval, model: Interval, reader: Interval];
  readonly rows: number;
  readonly status: "converged" | "budget";
  /**
   * The pooled probabilities of both classes; the model's own where the reader said nothing.
   *
   * @throws InputError when they do not fit together
   */
  probabilities(logits: Logits, stated: StatedProbabilities): Probabilities;
}

export interface PoolOptions {
  /** λ of ½λ((intercept)² + (model − 1)² + reader²): with few readings the pool stays near the model. Default 1. */
  readonly l2?: number;
  /** Stated probabilities count as no nearer to 0 and 1 than this: people say 0 and 100 %. Default 0.001. */
  readonly least?: number;
  /** Of the intervals. Default 0.95. */
  readonly confidence?: number;
}

/**
 * Fits how much model and reader count: a logistic regression of the labels on both log-odds, by Newton steps, on the rows
 * where the reader said something.
 *
 * @param logits two columns, calibrated, finite
 * @throws InputError when they do not fit together, there are not two classes, or nothing was said
 * @see Genest & Zidek, Combining probability distributions, Statistical Science 1 (1986)
 */
export function fitPool(
  logits: Logits,
  stated: StatedProbabilities,
  labels: Labels,
  { l2 = 1, least = 0.001, confidence = 0.95 }: PoolOptions = {},
): OpinionPool {
  checkScores("fitPool", logits, labels);
  checkShare("fitPool", "confidence", confidence);
  if (!(l2 >= 0 && l2 < Infinity)) throw new InputError(`fitPool: l2 must be a finite number ≥ 0, got ${l2}`);
  if (!(least > 0 && least < 0.5)) throw new InputError(`fitPool: least must be in (0, ½), got ${least}`);
  const odds = oddsOf("fitPool", logits, stated, least);
  const events = labels.indices.filter((_, row) => stated[row] !== null);
  const rows = events.length;
  if (rows === 0) throw new InputError("fitPool: at least one stated probability is needed, got none");
  const points = odds.filter((each) => each !== null);
  const { weights, covariance, status } = newton(points, events, l2);
  const half = normalQuantile((1 + confidence) / 2);
  const [intercept, model, reader] = weights;
  const intervalOf = (i: number): Interval => {
    const error = Math.sqrt(covariance[4 * i]);
    return [weights[i] - half * error, weights[i] + half * error];
  };
  return {
    intercept,
    model,
    reader,
    intervals: [intervalOf(0), intervalOf(1), intervalOf(2)],
    rows,
    status,
    probabilities: (own, said) => {
      const places = oddsOf("pool", own, said, least);
      const values = new Float64Array(2 * own.rows);
      for (const [row, point] of places.entries()) {
        const z = point
          ? intercept + model * point[1] + reader * point[2]
          : own.values[2 * row + 1] - own.values[2 * row];
        values[2 * row] = sigmoidComplement(z);
        values[2 * row + 1] = sigmoid(z);
      }
      return { rows: own.rows, columns: 2, values, unit: "probabilities" };
    },
  };
}

type Point = readonly [one: number, model: number, reader: number];

function oddsOf(
  where: string,
  { rows, columns, values }: Logits,
  stated: StatedProbabilities,
  least: number,
): readonly (Point | null)[] {
  if (columns !== 2) throw new InputError(`${where}: needs two classes, got ${columns}`);
  checkLength(where, "stated probabilities", stated, rows);
  return stated.map((share, row) => {
    const model = values[2 * row + 1] - values[2 * row];
    if (!Number.isFinite(model))
      throw new InputError(`${where}: logits must be finite, got a difference of ${model} at row ${row}`);
    if (share === null) return null;
    if (!(share >= 0 && share <= 1))
      throw new InputError(`${where}: a stated probability must be in [0, 1], got ${share} at row ${row}`);
    const inside = Math.min(1 - least, Math.max(least, share));
    return [1, model, log(inside / (1 - inside))];
  });
}

/** Newton's method with halved steps on the penalised log-loss, which is convex. `covariance` is the inverse of the second derivatives. */
function newton(
  points: readonly Point[],
  events: Int32Array,
  l2: number,
): { weights: Float64Array; covariance: Float64Array; status: OpinionPool["status"] } {
  const center = [0, 1, 0];
  let weights = Float64Array.from(center);
  const valueAt = (w: Float64Array): number => {
    let sum = 0;
    for (const [i, x] of points.entries()) {
      const z = w[0] * x[0] + w[1] * x[1] + w[2] * x[2];
      sum += softplus(events[i] === 1 ? -z : z);
    }
    return sum + (l2 / 2) * w.reduce((total, each, j) => total + (each - center[j]) * (each - center[j]), 0);
  };
  let value = valueAt(weights);
  for (let iteration = 0; iteration < 100; iteration++) {
    const { gradient, factor } = slopes(points, events, weights, l2, center);
    const step = gradient.slice();
    solveCholesky(factor, 3, step);
    const decrement = step.reduce((sum, each, j) => sum + each * gradient[j], 0);
    if (decrement <= 1e-14 * (1 + value))
      return { weights, covariance: inverseOfCholesky(factor, 3), status: "converged" };
    let next = weights;
    let nextValue = value;
    for (let size = 1; size > 1e-12; size /= 2) {
      next = weights.map((each, j) => each - size * step[j]);
      nextValue = valueAt(next);
      if (nextValue < value) break;
    }
    if (!(nextValue < value))
      return { weights, covariance: inverseOfCholesky(factor, 3), status: "converged" };
    [weights, value] = [next, nextValue];
  }
  const { factor } = slopes(points, events, weights, l2, center);
  return { weights, covariance: inverseOfCholesky(factor, 3), status: "budget" };
}

/** The gradient, and the Cholesky factor of the second derivatives. @throws InputError when these do not have full rank */
function slopes(
  points: readonly Point[],
  events: Int32Array,
  weights: Float64Array,
  l2: number,
  center: readonly number[],
): { gradient: Float64Array; factor: Float64Array } {
  const gradient = weights.map((each, j) => l2 * (each - center[j]));
  const factor = Float64Array.of(l2, 0, 0, 0, l2, 0, 0, 0, l2);
  for (const [i, x] of points.entries()) {
    const z = weights[0] * x[0] + weights[1] * x[1] + weights[2] * x[2];
    const p = sigmoid(z);
    const variance = p * sigmoidComplement(z);
    for (let j = 0; j < 3; j++) {
      gradient[j] += (p - (events[i] === 1 ? 1 : 0)) * x[j];
      for (let k = 0; k <= j; k++) factor[3 * j + k] += variance * x[j] * x[k];
    }
  }
  if (factorCholesky(factor, 3) >= 0)
    throw new InputError(
      "fitPool: without a penalty the readings do not tell model and reader apart; take an l2 above 0",
    );
  return { gradient, factor };
}
