import type { Labels } from "../data/index.ts";
import { createGenerator, drawBinomial } from "../random/index.ts";
import { binomialInterval, normalQuantile, sampleQuantile } from "../statistics/index.ts";
import type { Interval, ReliabilityBin } from "./evaluation.ts";
import type { Forecasts } from "./forecasts.ts";

const BINS = 15;

/** Rows by the probability of the class they were given, in 15 bins of equal width. */
export interface TopLabelBins {
  readonly total: number;
  /** Per bin: rows, the sum of their probabilities, and how many were right. */
  readonly rows: Float64Array;
  readonly confidence: Float64Array;
  readonly right: Float64Array;
  /** Σ over all rows of (probability − right)². */
  readonly squaredGaps: number;
}

/** @param confidence per row the probability of the class `predicted`, in [0, 1] */
export function binTopLabels(confidence: Float64Array, predicted: Int32Array, labels: Labels): TopLabelBins {
  const happened = new Uint8Array(predicted.length);
  for (let row = 0; row < happened.length; row++)
    happened[row] = Number(predicted[row] === labels.indices[row]);
  return binForecastsByWidth({ probability: confidence, happened });
}

/** The same of any event with a probability. */
export function binForecastsByWidth({ probability, happened }: Forecasts): TopLabelBins {
  const bins = {
    total: probability.length,
    rows: new Float64Array(BINS),
    confidence: new Float64Array(BINS),
    right: new Float64Array(BINS),
  };
  let squaredGaps = 0;
  for (let row = 0; row < probability.length; row++) {
    const p = probability[row];
    const right = happened[row];
    const bin = binOf(p, BINS);
    bins.rows[bin]++;
    bins.confidence[bin] += p;
    bins.right[bin] += right;
    squaredGaps += (p - right) * (p - right);
  }
  return { ...bins, squaredGaps };
}

/** The bin (k/bins, (k+1)/bins] that holds p; the first holds 0 as well. */
export function binOf(p: number, bins: number): number {
  const bin = Math.min(Math.floor(p * bins), bins - 1);
  // On an edge, or so near below it that the product was rounded up to it, p belongs one lower.
  return bin > 0 && p <= bin / bins ? bin - 1 : bin;
}

/** Σ over bins of their share of rows times |mean probability − share right|. */
export function calibrationError({ total, rows, confidence, right }: TopLabelBins): number {
  let sum = 0;
  for (let bin = 0; bin < rows.length; bin++) sum += Math.abs(confidence[bin] - right[bin]);
  return sum / total;
}

/**
 * An interval for the calibration error in these bins of all rows there could be.
 *
 * Chance alone pushes every bin off the diagonal, so the estimate lies above the truth: some 0.008
 * for a calibrated model and 10,000 rows. Resampled rows carry that chance twice, so a percentile
 * interval of the bootstrap sits too high (for a calibrated model it never covers the true 0), and
 * reflecting it does not mend that. Instead
 *
 * - down, the estimate may be too high by what a calibrated model with these very probabilities
 *   would show, Σ |errors of the bins|: drawn, right ~ Binomial(rows, mean probability) in each bin;
 * - up, it can only be too low by the error of a plain mean over rows, because Σ |gap| is at least
 *   the sum of the gaps with the signs of the truth: a normal interval. Its variance is taken from
 *   the rows or from the calibrated model, whichever is larger, so that a few lucky rows do not
 *   give a narrow interval.
 *
 * It always holds the estimate, and reaches 0 when the rows are in keeping with perfect calibration.
 * Coverage of a nominal 95 % in simulations with 30 to 10,000 rows: 94–99 %.
 *
 * @see Bröcker & Smith, Increasing the reliability of reliability diagrams, Weather and Forecasting
 *   22 (2007), for the draws
 */
export function calibrationErrorInterval(
  bins: TopLabelBins,
  { confidence, seed, draws }: { confidence: number; seed: number; draws: number },
): Interval {
  const { total, rows } = bins;
  const generator = createGenerator(seed);
  const errors = new Float64Array(draws);
  let variance = 0;
  for (let bin = 0; bin < rows.length; bin++) {
    if (rows[bin] === 0) continue;
    const probability = meanConfidence(bins, bin);
    variance += (rows[bin] / total) * probability * (1 - probability);
    for (let draw = 0; draw < draws; draw++)
      errors[draw] +=
        Math.abs(drawBinomial(rows[bin], probability, generator) - bins.confidence[bin]) / total;
  }
  const estimate = calibrationError(bins);
  const level = (1 + confidence) / 2;
  const spread = Math.max(variance, bins.squaredGaps / total - estimate * estimate);
  const margin = normalQuantile(level) * Math.sqrt(spread / total);
  const chance = sampleQuantile(errors.toSorted(), level);
  return [Math.max(0, estimate - Math.max(chance, margin)), Math.min(1, estimate + margin)];
}

/**
 * The reliability diagram. The band of a bin is the central interval of Binomial(rows, mean
 * probability): where the share of right rows lies if the probabilities are calibrated. The exact law
 * (each row its own probability) is less spread (Hoeffding 1956), by little in so narrow a bin.
 */
export function reliabilityBins(bins: TopLabelBins, confidence: number): ReliabilityBin[] {
  return Array.from(bins.rows, (rows, bin) => {
    const edges = { low: bin / BINS, high: (bin + 1) / BINS, rows };
    if (rows === 0) return { ...edges, confidence: null, accuracy: null, band: null };
    const probability = meanConfidence(bins, bin);
    const [low, high] = binomialInterval(rows, probability, confidence);
    return {
      ...edges,
      confidence: probability,
      accuracy: bins.right[bin] / rows,
      band: [low / rows, high / rows] as const,
    };
  });
}

function meanConfidence(bins: TopLabelBins, bin: number): number {
  return Math.min(1, bins.confidence[bin] / bins.rows[bin]);
}
