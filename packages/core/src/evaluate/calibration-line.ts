import type { Labels, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { factorCholesky, inverseOfCholesky } from "../linalg/index.ts";
import { fitLogistic, type ConvexMinimum, type LogisticRows } from "../optimize/index.ts";
import { normalQuantile, type Interval } from "../statistics/index.ts";
import { checkScores, classScores } from "./scores.ts";

/** An estimate with its standard error and a normal interval. */
export interface CalibrationEstimate {
  readonly value: number;
  readonly standardError: number;
  readonly interval: Interval;
}

/** The calibration line of one class against the rest. */
export interface CalibrationLine {
  readonly class: string;
  /** 1 when calibrated; below it probabilities are too extreme, above it too timid. Null where there is no finite one. */
  readonly slope: CalibrationEstimate | null;
  /** Of the same line: 0 when calibrated. */
  readonly intercept: CalibrationEstimate | null;
  /** The intercept with the slope held at 1: above 0 when the class is more frequent than its probabilities say. */
  readonly inTheLarge: CalibrationEstimate | null;
}

/**
 * Calibration slope and intercept as medicine reports them: the logistic regression ln odds(y = k) = intercept +
 * slope · log-odds of class k, for each class against the rest (for two classes the second repeats the first with
 * the signs of its intercepts changed). Null when the class is always or never true; when its log-odds separate it
 * from the rest, or nothing varies; and when a row is certain (probability 0 or 1) and wrong, for which no line has
 * a finite likelihood. Rows that are certain and right say nothing about the line.
 *
 * @throws InputError when logits and labels do not fit together, or confidence is not in (0, 1)
 * @see Cox, Biometrika 45 (1958); Van Calster et al., J. Clinical Epidemiology 74 (2016)
 */
export function calibrationLines(
  logits: Logits,
  labels: Labels,
  { confidence = 0.95 }: { confidence?: number } = {},
): CalibrationLine[] {
  checkScores("calibrationLines", logits, labels);
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`calibrationLines: confidence must be in (0, 1), got ${confidence}`);
  const z = normalQuantile((1 + confidence) / 2);
  const scoresOf = classScores(logits);
  return labels.classes.map((name, k) => ({ class: name, ...lineOf(scoresOf(k), labels, k, z) }));
}

function lineOf(
  all: Float64Array,
  { indices }: Labels,
  k: number,
  z: number,
): Omit<CalibrationLine, "class"> {
  const none = { slope: null, intercept: null, inTheLarge: null };
  const scores = new Float64Array(all.length);
  const targets = new Float64Array(all.length);
  let count = 0;
  for (let row = 0; row < all.length; row++) {
    const isEvent = indices[row] === k;
    if (Number.isFinite(all[row])) {
      scores[count] = all[row];
      targets[count++] = isEvent ? 1 : 0;
    } else if (all[row] > 0 !== isEvent) return none;
  }
  return estimateLines(scores.subarray(0, count), targets.subarray(0, count), z);
}

function estimateLines(
  scores: Float64Array,
  targets: Float64Array,
  z: number,
): Omit<CalibrationLine, "class"> {
  const ones = new Float64Array(scores.length).fill(1);
  const [atLarge = null] = hasBoth(targets) ? estimates({ columns: [ones], targets, offset: scores }, z) : [];
  if (atLarge === null || isSeparated(scores, targets))
    return { slope: null, intercept: null, inTheLarge: atLarge };
  const [slope = null, intercept = null] = estimates({ columns: [scores, ones], targets }, z);
  return { slope, intercept, inTheLarge: atLarge };
}

function hasBoth(targets: Float64Array): boolean {
  return targets.includes(0) && targets.includes(1);
}

/** Whether some threshold has all events on one side and all others on the other, ties with it on either. */
function isSeparated(scores: Float64Array, targets: Float64Array): boolean {
  const ends = [0, 1].map((target) => {
    let [low, high] = [Infinity, -Infinity];
    for (let row = 0; row < scores.length; row++) {
      if (targets[row] !== target) continue;
      low = Math.min(low, scores[row]);
      high = Math.max(high, scores[row]);
    }
    return { low, high };
  });
  return ends[0].high <= ends[1].low || ends[1].high <= ends[0].low;
}

function estimates(rows: LogisticRows, z: number): CalibrationEstimate[] {
  const fit: ConvexMinimum = fitLogistic(rows);
  const size = rows.columns.length;
  const factor = fit.hessian.slice();
  if (fit.status !== "converged" || factorCholesky(factor, size) >= 0) return [];
  const covariance = inverseOfCholesky(factor, size);
  return Array.from(fit.parameters, (value, i) => {
    const standardError = Math.sqrt(covariance[i * (size + 1)]);
    return { value, standardError, interval: [value - z * standardError, value + z * standardError] };
  });
}
