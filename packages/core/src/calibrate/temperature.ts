import type { Labels, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkLogits } from "../evaluate/scores.ts";
import { exp, log } from "../kernels/elementary.ts";
import type { Calibrator } from "../model/index.ts";
import type { Fitted } from "./calibrator.ts";
import { checkCalibrationRows, type StartOptions } from "./rows.ts";

/** All logits times one number. The order of the classes stays, and so the accuracy. */
export interface Temperature extends Calibrator {
  readonly kind: "temperature";
  /** What logits are multiplied with, ≥ 0: below 1 the model was overconfident. */
  readonly beta: number;
  /** T = 1/β; Infinity at β = 0, where all classes become equally probable. */
  readonly temperature: number;
}

/** @throws InputError unless beta is finite and ≥ 0 */
export function createTemperature(beta: number): Temperature {
  if (!(beta >= 0 && beta < Infinity))
    throw new InputError(`createTemperature: beta must be finite and ≥ 0, got ${beta}`);
  return {
    kind: "temperature",
    parameterCount: 1,
    numbers: { beta: Float64Array.of(beta) },
    beta,
    temperature: 1 / beta,
    apply(logits) {
      checkLogits("temperature.apply", logits);
      const values = new Float64Array(logits.values.length);
      for (let i = 0; i < values.length; i++) {
        const z = logits.values[i];
        values[i] = z === -Infinity ? z : bounded(beta * z);
      }
      return { ...logits, values };
    },
  };
}

/** A product that overflows stays a number: +Infinity is no logit. */
function bounded(z: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, z));
}

/**
 * Temperature scaling: the β = 1/T ≥ 0 that makes the log-loss of softmax(βz) least. The loss is convex in β (its second
 * derivative is the mean variance of z under softmax(βz)), so Newton's method between two bounds that close in on the
 * zero of the slope always arrives, in some six passes over the rows, and in three over many.
 *
 * When the true class is on top in every row, β has no best value: then softmax(βz) gives the true class (n + 1)/(n + 2)
 * on average (Laplace's rule of succession), or β = 1 if that is reached there: status `separated`. When the logits
 * point away from the labels, or are all equal within each row, the status is `flat`, with β = 0 or 1.
 *
 * @throws InputError as `checkCalibrationRows` says
 * @see Guo et al., On calibration of modern neural networks, ICML 2017
 */
export function fitTemperature(
  logits: Logits,
  labels: Labels,
  { sampleWeights, start }: StartOptions = {},
): Fitted<Temperature> {
  checkCalibrationRows("fitTemperature", logits, labels, sampleWeights);
  const { columns } = logits;
  const rows: Rows = { depths: depthsOf(logits), columns, labels: labels.indices, sampleWeights };
  const survey = surveyOf(rows);
  const at = (beta: number): Look => look(rows, beta);
  if (survey.deepest === 0) return { ...createTemperature(1), status: "flat" };
  if (survey.isSeparated) {
    const least = lossAtInfinity(rows.depths, columns, sampleWeights);
    const limit = least + survey.total * log((survey.total + 2) / (survey.total + 1));
    return { ...createTemperature(separatedBeta(at, limit)), status: "separated" };
  }
  if (survey.slopeAtZero >= 0) return { ...createTemperature(0), status: "flat" };
  return {
    ...createTemperature(zeroOfSlope(at, start && start["beta"][0] > 0 ? start["beta"][0] : startOf(rows))),
    status: "converged",
  };
}

/** Rows as the fit sees them. */
interface Rows {
  readonly depths: Float64Array;
  readonly columns: number;
  readonly labels: ArrayLike<number>;
  readonly sampleWeights: ArrayLike<number> | undefined;
}

/** Of more rows than this every `STEP`th is fitted first: a start that saves half of the passes over all of them. */
const MANY_ROWS = 50_000;
const STEP = 16;

function startOf({ depths, columns, labels, sampleWeights }: Rows): number {
  if (labels.length <= MANY_ROWS) return 1;
  const count = Math.ceil(labels.length / STEP);
  const some = {
    depths: new Float64Array(count * columns),
    columns,
    labels: Int32Array.from({ length: count }, (_, i) => labels[i * STEP]),
    sampleWeights: sampleWeights && Float64Array.from({ length: count }, (_, i) => sampleWeights[i * STEP]),
  };
  for (let i = 0; i < count; i++)
    some.depths.set(depths.subarray(i * STEP * columns, (i * STEP + 1) * columns), i * columns);
  const survey = surveyOf(some);
  return survey.isSeparated || survey.slopeAtZero >= 0 ? 1 : zeroOfSlope((beta) => look(some, beta), 1);
}

/** The β > 0 with slope 0, known to exist. */
function zeroOfSlope(at: (beta: number) => Look, start: number): number {
  let low = 0;
  let high = Infinity;
  let beta = start;
  let { slope, curvature } = at(beta);
  // Some six rounds, or three from a good start; bisection alone would need a hundred.
  for (let round = 0; round < 300; round++) {
    if (slope < 0) low = beta;
    else high = beta;
    let next = beta - slope / curvature;
    // Each step squares the error of the last: after one this short only rounding is left.
    if (Math.abs(next - beta) <= 1e-8 * beta) return next;
    // On the way to infinity no more than fourfold; out of bounds, or lost to underflow, to the middle.
    if (!(next > low && next < Math.min(high, 4 * beta)))
      next = high === Infinity ? 4 * beta : (low + high) / 2;
    beta = next;
    ({ slope, curvature } = at(beta));
  }
  return beta;
}

/** The β ≥ 1 at which the mean loss is within −ln((n + 1)/(n + 2)) of the least it comes near to. */
function separatedBeta(at: (beta: number) => Look, limit: number): number {
  if (at(1).value <= limit) return 1;
  let high = 2;
  while (at(high).value > limit) high *= 2;
  let low = high / 2;
  for (let step = 0; step < 45; step++) {
    const middle = (low + high) / 2;
    if (at(middle).value > limit) low = middle;
    else high = middle;
  }
  return high;
}

/** What the loss falls to as β grows, when the true class is on top in every row: ln of how many share the top. */
function lossAtInfinity(
  depths: Float64Array,
  columns: number,
  sampleWeights: ArrayLike<number> | undefined,
): number {
  let value = 0;
  for (let row = 0, start = 0; start < depths.length; row++, start += columns) {
    let sharers = 0;
    for (let i = start; i < start + columns; i++) if (depths[i] === 0) sharers++;
    value += (sampleWeights ? sampleWeights[row] : 1) * log(sharers);
  }
  return value;
}

/** What a pass over the rows sees at one β. */
interface Look {
  /** Σ s · −ln p(true class), with its derivatives in β. */
  readonly value: number;
  readonly slope: number;
  readonly curvature: number;
}

/** What can be seen without a single exponential. */
interface Survey {
  readonly total: number;
  /** The least finite depth, 0 where all classes are level. */
  readonly deepest: number;
  /** Whether the true class is on top in every row that counts. */
  readonly isSeparated: boolean;
  /** Of the loss, at β = 0. */
  readonly slopeAtZero: number;
}

/** How far each logit lies below its row's largest: ≤ 0, −Infinity where masked. */
function depthsOf({ columns, values }: Logits): Float64Array {
  const output = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += columns) {
    let max = -Infinity;
    for (let i = start; i < start + columns; i++) if (values[i] > max) max = values[i];
    for (let i = start; i < start + columns; i++) output[i] = values[i] - max;
  }
  return output;
}

function surveyOf({ depths, columns, labels, sampleWeights }: Rows): Survey {
  let total = 0;
  let deepest = 0;
  let isSeparated = true;
  let slopeAtZero = 0;
  for (let row = 0, start = 0; start < depths.length; row++, start += columns) {
    const s = sampleWeights ? sampleWeights[row] : 1;
    if (s === 0) continue;
    total += s;
    let count = 0;
    let sum = 0;
    for (let i = start; i < start + columns; i++) {
      const depth = depths[i];
      if (depth === -Infinity) continue;
      if (depth < deepest) deepest = depth;
      count++;
      sum += depth;
    }
    const own = depths[start + labels[row]];
    if (own < 0) isSeparated = false;
    slopeAtZero += s * (sum / count - own);
  }
  return { total, deepest, isSeparated, slopeAtZero };
}

function look({ depths, columns, labels, sampleWeights }: Rows, beta: number): Look {
  let value = 0;
  let slope = 0;
  let curvature = 0;
  for (let row = 0, start = 0; start < depths.length; row++, start += columns) {
    const s = sampleWeights ? sampleWeights[row] : 1;
    if (s === 0) continue;
    let sum = 0;
    let first = 0;
    let second = 0;
    for (let i = start; i < start + columns; i++) {
      const depth = depths[i];
      if (depth === -Infinity) continue;
      const e = exp(beta * depth);
      const moment = e * depth;
      sum += e;
      first += moment;
      second += moment * depth;
    }
    const own = depths[start + labels[row]];
    const mean = first / sum;
    value += s * (log(sum) - beta * own);
    slope += s * (mean - own);
    curvature += s * (second / sum - mean * mean);
  }
  return { value, slope, curvature };
}
