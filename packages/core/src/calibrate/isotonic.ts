import type { Labels, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { sortForecasts } from "../evaluate/forecasts.ts";
import { poolAdjacent, stepsOf, type Steps } from "../evaluate/pool.ts";
import { log, log1p } from "../kernels/elementary.ts";
import type { Calibrator } from "../model/index.ts";
import { checkApply, checkNumbers, type Fitted } from "./calibrator.ts";
import { binaryRows, classCountOf, mapLogOdds, type BinaryRows, type LogOddsMap } from "./log-odds.ts";
import { checkCalibrationRows, type CalibrationOptions } from "./rows.ts";

/** The knots of one rising map: at each log-odds its probability, linear between, level outside. */
export interface IsotonicCurve {
  /** Log-odds, rising. */
  readonly scores: Float64Array;
  /** In [0, 1], never falling. */
  readonly probabilities: Float64Array;
}

/** The best rising map of the log-odds to probabilities. At its ends it may say 0 or 1, and then a log-loss be infinite. */
export interface Isotonic extends Calibrator {
  readonly kind: "isotonic";
  /** One for two classes, for the log-odds of the second; else one per class. */
  readonly curves: readonly IsotonicCurve[];
}

/** @throws InputError unless each curve has rising scores and as many probabilities in [0, 1] that never fall */
export function createIsotonic(curves: readonly IsotonicCurve[]): Isotonic {
  if (curves.length === 0 || curves.length === 2)
    throw new InputError(
      `createIsotonic: one curve is needed for two classes, else one per class, got ${curves.length}`,
    );
  curves.forEach(checkCurve);
  const maps = curves.map(mapOf);
  return {
    kind: "isotonic",
    parameterCount: curves.reduce((sum, { scores }) => sum + scores.length, 0),
    numbers: Object.fromEntries(
      curves.flatMap(({ scores, probabilities }, k) => [
        [`${k}.scores`, scores],
        [`${k}.probabilities`, probabilities],
      ]),
    ),
    curves,
    apply(logits) {
      checkApply("isotonic.apply", logits, classCountOf(curves.length));
      return mapLogOdds(logits, maps);
    },
  };
}

function checkCurve({ scores, probabilities }: IsotonicCurve, curve: number): void {
  checkNumbers("createIsotonic", `scores of curve ${curve}`, scores);
  if (scores.length !== probabilities.length)
    throw new InputError(
      `createIsotonic: scores and probabilities must be as many, got ${scores.length} and ${probabilities.length} in curve ${curve}`,
    );
  for (let i = 0; i < scores.length; i++) {
    if (i > 0 && !(scores[i] > scores[i - 1]))
      throw new InputError(`createIsotonic: scores must rise, got ${scores[i]} at ${i} of curve ${curve}`);
    if (!(probabilities[i] >= (i > 0 ? probabilities[i - 1] : 0) && probabilities[i] <= 1))
      throw new InputError(
        `createIsotonic: probabilities must be in [0, 1] and never fall, got ${probabilities[i]} at ${i} of curve ${curve}`,
      );
  }
}

function mapOf({ scores, probabilities }: IsotonicCurve): LogOddsMap {
  const last = scores.length - 1;
  return (score) => {
    if (score <= scores[0]) return logOdds(probabilities[0]);
    if (score >= scores[last]) return logOdds(probabilities[last]);
    let low = 0;
    for (let high = last; high - low > 1;) {
      const middle = (low + high) >> 1;
      if (scores[middle] <= score) low = middle;
      else high = middle;
    }
    const share = (score - scores[low]) / (scores[low + 1] - scores[low]);
    return logOdds(probabilities[low] + share * (probabilities[low + 1] - probabilities[low]));
  };
}

/** −Infinity at 0, Infinity at 1. */
function logOdds(p: number): number {
  return log(p) - log1p(-p);
}

/**
 * Isotonic calibration: the rising map of log-odds nearest to the labels in squares, by pooling adjacent violators, linear
 * between its steps; O(n log n). Its ends are mostly 0 and 1: one later mistake there makes the log-loss infinite, however
 * good the Brier score (status `certain`). Wants a thousand rows or more. More than two classes: each against the rest, then renormalized.
 *
 * @throws InputError as `checkCalibrationRows` says
 * @see Zadrozny & Elkan, KDD 2002
 */
export function fitIsotonic(
  logits: Logits,
  labels: Labels,
  { sampleWeights }: CalibrationOptions = {},
): Fitted<Isotonic> {
  checkCalibrationRows("fitIsotonic", logits, labels, sampleWeights);
  const curves = binaryRows(logits, labels, sampleWeights).map(fitCurve);
  const isCertain = curves.some(
    ({ probabilities }) => probabilities.includes(0) || probabilities.includes(1),
  );
  return { ...createIsotonic(curves), status: isCertain ? "certain" : "converged" };
}

function fitCurve(rows: BinaryRows): IsotonicCurve {
  // No row tells anything: every one is certain by its masks.
  if (rows.scores.length === 0) return { scores: Float64Array.of(0), probabilities: Float64Array.of(0.5) };
  const steps = rows.sampleWeights
    ? weightedSteps(rows, rows.sampleWeights)
    : stepsOf(sortForecasts({ probability: rows.scores, happened: rows.isEvent }));
  const places = steps.probability;
  const { ends, means } = poolAdjacent(steps.events, steps.rows);
  const knots: { score: number; probability: number }[] = [];
  for (let block = 0, start = 0; block < ends.length; start = ends[block++]) {
    // Rounding of weighted means may leave [0, 1].
    const probability = Math.min(1, means[block]);
    knots.push({ score: places[start], probability });
    if (ends[block] - start > 1) knots.push({ score: places[ends[block] - 1], probability });
  }
  return {
    scores: Float64Array.from(knots, ({ score }) => score),
    probabilities: Float64Array.from(knots, ({ probability }) => probability),
  };
}

/** Different scores, ascending, with the weight of the rows that have each, and of those among them that are events. */
function weightedSteps({ scores, isEvent }: BinaryRows, sampleWeights: Float64Array): Steps {
  const order = Uint32Array.from(scores.keys()).toSorted((a, b) => scores[a] - scores[b]);
  const probability = new Float64Array(scores.length);
  const events = new Float64Array(scores.length);
  const rows = new Float64Array(scores.length);
  let count = 0;
  for (const row of order) {
    if (count === 0 || scores[row] !== probability[count - 1]) probability[count++] = scores[row];
    rows[count - 1] += sampleWeights[row];
    events[count - 1] += sampleWeights[row] * isEvent[row];
  }
  return {
    probability: probability.subarray(0, count),
    rows: rows.subarray(0, count),
    events: events.subarray(0, count),
  };
}
