import type { Labels, Probabilities } from "../data/index.ts";
import { binForecasts, checkBinOptions, type BinOptions } from "./forecast-bins.ts";
import { classForecasts, sortForecasts, type Forecasts } from "./forecasts.ts";
import { poolAdjacent, stepsOf } from "./pool.ts";
import { checkScores } from "./scores.ts";

/** Brier score = reliability − resolution + uncertainty + remainder, each summed over the classes. */
export interface BrierDecomposition {
  /** Σ share of rows · (mean probability − frequency)² over bins, ≥ 0, lower is better. */
  readonly reliability: number;
  /** Σ share of rows · (frequency − overall frequency)², ≥ 0, higher is better. */
  readonly resolution: number;
  /** Overall frequency · (1 − it): what the classes' shares alone would score. */
  readonly uncertainty: number;
  /** What probabilities that differ within a bin add or take away; 0 where each bin has one probability. */
  readonly remainder: number;
}

/**
 * Murphy's decomposition of the Brier score (the sum over classes, in [0, 2]), each class by itself in bins of its
 * own probability. Reliability and resolution are both too high by chance, more so with more bins and fewer rows:
 * `corpDecomposition` has no bins to choose.
 *
 * @throws InputError when probabilities and labels do not fit together, or an option is out of range
 * @see Murphy, J. Applied Meteorology 12 (1973); Stephenson, Coelho & Jolliffe, Weather and Forecasting 23 (2008)
 */
export function brierDecomposition(
  probabilities: Probabilities,
  labels: Labels,
  options: BinOptions = {},
): BrierDecomposition {
  checkScores("brierDecomposition", probabilities, labels);
  checkBinOptions("brierDecomposition", options);
  const { rows } = probabilities;
  const parts = { reliability: 0, resolution: 0, uncertainty: 0, remainder: 0 };
  for (let k = 0; k < probabilities.columns; k++) {
    const forecasts = classForecasts(probabilities, labels, k);
    const base = shareOfEvents(forecasts);
    let reliability = 0;
    let resolution = 0;
    for (const bin of binForecasts(forecasts, options)) {
      const gap = bin.forecast - bin.frequency;
      const lift = bin.frequency - base;
      reliability += (bin.rows * gap * gap) / rows;
      resolution += (bin.rows * lift * lift) / rows;
    }
    const uncertainty = base * (1 - base);
    parts.reliability += reliability;
    parts.resolution += resolution;
    parts.uncertainty += uncertainty;
    parts.remainder += squaredError(forecasts) - (reliability - resolution + uncertainty);
  }
  return parts;
}

/** Brier score = miscalibration − discrimination + uncertainty, each ≥ 0 and summed over the classes. */
export interface CorpDecomposition {
  /** How much lower the score is after the best rising map of the probabilities; lower is better. */
  readonly miscalibration: number;
  /** How much lower it then is than that of the classes' shares; higher is better. */
  readonly discrimination: number;
  /** The score of the classes' shares. */
  readonly uncertainty: number;
}

/**
 * CORP decomposition of the Brier score (the sum over classes, in [0, 2]): each class's probability is recalibrated
 * by isotonic regression on these very rows. No bins, no choices, and the parts add up exactly.
 *
 * @throws InputError when probabilities and labels do not fit together
 * @see Dimitriadis, Gneiting & Jordan, Stable reliability diagrams for probabilistic classifiers, PNAS 118 (2021)
 */
export function corpDecomposition(probabilities: Probabilities, labels: Labels): CorpDecomposition {
  checkScores("corpDecomposition", probabilities, labels);
  const parts = { miscalibration: 0, discrimination: 0, uncertainty: 0 };
  for (let k = 0; k < probabilities.columns; k++) {
    const own = corpParts(classForecasts(probabilities, labels, k));
    parts.miscalibration += own.miscalibration;
    parts.discrimination += own.discrimination;
    parts.uncertainty += own.uncertainty;
  }
  return parts;
}

/** The parts of the mean of (p − y)² of one event. */
export function corpParts(forecasts: Forecasts): CorpDecomposition {
  const { rows, events } = stepsOf(sortForecasts(forecasts));
  const { ends, means } = poolAdjacent(events, rows);
  const n = forecasts.happened.length;
  const base = shareOfEvents(forecasts);
  let discrimination = 0;
  let recalibrated = 0;
  for (let block = 0, i = 0; block < ends.length; block++) {
    let count = 0;
    for (; i < ends[block]; i++) count += rows[i];
    const mean = means[block];
    discrimination += (count * (mean - base) * (mean - base)) / n;
    recalibrated += (count * mean * (1 - mean)) / n;
  }
  return {
    miscalibration: Math.max(0, squaredError(forecasts) - recalibrated),
    discrimination,
    uncertainty: base * (1 - base),
  };
}

function shareOfEvents({ happened }: Forecasts): number {
  return happened.reduce((sum, each) => sum + each, 0) / happened.length;
}

/** Mean of (p − y)². */
function squaredError({ probability, happened }: Forecasts): number {
  let sum = 0;
  for (let row = 0; row < happened.length; row++) {
    const gap = probability[row] - happened[row];
    sum += gap * gap;
  }
  return sum / happened.length;
}
