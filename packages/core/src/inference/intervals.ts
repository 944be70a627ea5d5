import type { Floats, Logits, Matrix, Probabilities, Table } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { sigmoid } from "../functions/index.ts";
import { exp, log } from "../kernels/elementary.ts";
import {
  needOneOfK,
  type Classifier,
  type KroneckerCovariance,
  type ModelInference,
} from "../model/index.ts";
import { normalQuantile } from "../statistics/index.ts";
import { checkConfidence } from "./confidence.ts";

/** The largest number below 1. */
const belowOne = 1 - 2 ** -53;

/** Probabilities with an interval for each, all rows × classes. */
export interface ProbabilityIntervals {
  readonly probabilities: Probabilities;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly confidence: number;
}

/**
 * An interval for every class probability of every row: the delta method on the scale of the log-odds, so it lies
 * inside (0, 1) wherever the probability does. It knows the uncertainty of the coefficients, not that the model may be
 * the wrong one; each holds by itself. Of class k, logit pₖ = zₖ − ln Σ_{j≠k} e^{zⱼ}, whose gradient g along the
 * contrasts is 1 for k and −pⱼ / (1 − pₖ) for the others.
 *
 * A calibrated model's ends are what the calibrator makes of the logits at the two points of the confidence ellipsoid
 * where logit pₖ is least and most, z ∓ quantile · Σg / √(gᵀΣg); for two classes those are the ends themselves. The
 * calibrator's own uncertainty is not in them.
 *
 * Of a network only the last layer's coefficients are uncertain (Laplace's approximation); what the hidden layers learned
 * is taken as known, and so is what the penalty pulled. Such intervals are too narrow: where log-odds bend, with two
 * columns and `16:tanh`, those named 95 % held the true probability in 59 % of cases (400 rows, λ = 1), 77 % (λ = 0.1) and
 * 85 % (2,000 rows, λ = 0.1). Those of a linear model that is right hold it in 95 %.
 *
 * @param confidence in (0, 1)
 * @throws InputError when the model keeps no covariance, or does not take the rows
 * @see Agresti, Categorical Data Analysis (2013), §5.1 and §16.1
 */
export function predictIntervals(
  model: Classifier,
  input: Matrix | Table,
  { confidence = 0.95 }: { confidence?: number } = {},
): ProbabilityIntervals {
  const { inference, head } = model;
  checkConfidence("predictIntervals", confidence);
  needOneOfK(model, "predictIntervals");
  if (inference === null)
    throw new InputError(
      "predictIntervals: the model keeps no covariance of its coefficients; fit it by an exact solver, with at most 1,000 coefficients, or ask for a covariance by name",
    );
  const logits = model.rawLogits(input);
  const features = model.encode(input);
  const probabilities = head.probabilities(model.calibration?.calibrator.apply(logits) ?? logits);
  const { rows, columns: count } = probabilities;
  const quantile = normalQuantile((1 + confidence) / 2);
  const size = features.columns + 1;
  const row = new Float64Array(size).fill(1);
  const spread = new Float64Array((count - 1) * (count - 1));
  const gradient = new Float64Array(count - 1);
  const low = new Float64Array(rows * count);
  const high = new Float64Array(rows * count);
  const ends = model.calibration && openEnds(rows, count);
  const spreadOf = contrastSpread(inference.covariance, count - 1);
  for (let i = 0; i < rows; i++) {
    row.set(features.values.subarray(i * features.columns, (i + 1) * features.columns));
    spreadOf(row, spread);
    for (let k = 0; k < count; k++) {
      const z = logits.values.subarray(i * count, (i + 1) * count);
      const center = logOdds(z, k, gradient);
      let variance = 0;
      for (let a = 0; a < gradient.length; a++)
        for (let b = 0; b < gradient.length; b++)
          variance += gradient[a] * gradient[b] * spread[a * gradient.length + b];
      const deviation = Math.sqrt(Math.max(0, variance));
      if (ends) {
        ends.set(i * count + k, z, spread, gradient, deviation > 0 ? quantile / deviation : 0);
        continue;
      }
      const half = quantile * deviation;
      const p = probabilities.values[i * count + k];
      low[i * count + k] = Math.max(sigmoid(center - half), p > 0 ? Number.MIN_VALUE : 0);
      high[i * count + k] = Math.min(sigmoid(center + half), p < 1 ? belowOne : 1);
    }
  }
  if (ends && model.calibration) {
    const { calibrator } = model.calibration;
    ends.probabilities((each) => head.probabilities(calibrator.apply(each)), probabilities.values, low, high);
  }
  return { probabilities, low, high, confidence };
}

/** Logits at both ends of each interval, a row of them for each row and class, before a calibrator. */
function openEnds(rows: number, count: number) {
  const least = new Float64Array(rows * count * count);
  const most = new Float64Array(rows * count * count);
  return {
    /** Moves the contrasts of `z` by ∓ factor · Σg. */
    set(at: number, z: Floats, spread: Float64Array, gradient: Float64Array, factor: number): void {
      const start = at * count;
      least.set(z, start);
      most.set(z, start);
      const contrasts = gradient.length;
      for (let a = 0; a < contrasts; a++) {
        let move = 0;
        for (let b = 0; b < contrasts; b++) move += spread[a * contrasts + b] * gradient[b];
        least[start + 1 + a] -= factor * move;
        most[start + 1 + a] += factor * move;
      }
    },
    probabilities(
      of: (logits: Logits) => Probabilities,
      own: Float64Array,
      low: Float64Array,
      high: Float64Array,
    ): void {
      const shape = { rows: rows * count, columns: count, unit: "logits" } as const;
      const lower = of({ ...shape, values: least }).values;
      const upper = of({ ...shape, values: most }).values;
      for (let at = 0; at < own.length; at++) {
        const place = at * count + (at % count);
        low[at] = Math.min(own[at], lower[place], upper[place]);
        high[at] = Math.max(own[at], lower[place], upper[place]);
      }
    },
  };
}

/**
 * Of one row, its features and a 1, the covariance of the contrasts ηₖ = θₖ · x̃: contrasts × contrasts, into `output`.
 */
function contrastSpread(
  covariance: ModelInference["covariance"],
  contrasts: number,
): (row: Float64Array, output: Float64Array) => void {
  return covariance.kind === "kronecker"
    ? (row, output) => kroneckerSpread(covariance, row, contrasts, output)
    : (row, output) => fullSpread(covariance.values, row, contrasts, output);
}

/** x̃ᵀ V_kl x̃ */
function fullSpread(
  covariance: Float64Array,
  row: Float64Array,
  contrasts: number,
  output: Float64Array,
): void {
  const size = row.length;
  const p = contrasts * size;
  for (let k = 0; k < contrasts; k++)
    for (let l = 0; l <= k; l++) {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        const x = row[i];
        if (x === 0) continue;
        let inner = 0;
        for (let j = 0, at = (k * size + i) * p + l * size; j < size; j++, at++)
          inner += covariance[at] * row[j];
        sum += x * inner;
      }
      output[k * contrasts + l] = output[l * contrasts + k] = sum;
    }
}

/** Σⱼ vⱼvⱼᵀ Σᵢ (uᵢ · x̃)² / (αᵢ μⱼ + λ) */
function kroneckerSpread(
  { columnVectors, columnValues, classVectors, classValues, precision }: KroneckerCovariance,
  row: Float64Array,
  contrasts: number,
  output: Float64Array,
): void {
  const size = row.length;
  const variances = new Float64Array(contrasts);
  for (let i = 0, at = 0; i < size; i++) {
    let along = 0;
    for (let k = 0; k < size; k++, at++) along += columnVectors[at] * row[k];
    const square = along * along;
    for (let j = 0; j < contrasts; j++)
      variances[j] += square / (columnValues[i] * classValues[j] + precision);
  }
  output.fill(0);
  for (let j = 0; j < contrasts; j++)
    for (let k = 0; k < contrasts; k++) {
      const factor = variances[j] * classVectors[j * contrasts + k];
      for (let l = 0; l < contrasts; l++)
        output[k * contrasts + l] += factor * classVectors[j * contrasts + l];
    }
}

/** logit pₖ from the logits of one row, and its gradient along the contrasts to class 0. */
function logOdds(z: Float32Array | Float64Array, k: number, gradient: Float64Array): number {
  let max = -Infinity;
  for (let j = 0; j < z.length; j++) if (j !== k && z[j] > max) max = z[j];
  let others = 0;
  for (let j = 0; j < z.length; j++) if (j !== k) others += exp(z[j] - max);
  for (let j = 1; j < z.length; j++) gradient[j - 1] = j === k ? 1 : -exp(z[j] - max) / others;
  return z[k] - max - log(others);
}
