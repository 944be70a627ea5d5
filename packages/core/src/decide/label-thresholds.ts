import type { LabelSets, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkLabelScores, columnOf, marksOf } from "../evaluate/label-scores.ts";
import { createGenerator } from "../random/index.ts";
import type { Interval } from "../statistics/index.ts";
import { drawOptions, percentiles, type BootstrapOptions } from "./bootstrap.ts";

/** Draws: by default 200, fewer above 150,000 marks. */
export interface LabelThresholdOptions extends BootstrapOptions {
  /** How many times as much as precision recall counts, > 0: Fβ. Default 1. */
  readonly beta?: number;
  /** A label that fewer rows carry takes a part of the common threshold, ≥ 0. Default 50. */
  readonly fewestPositives?: number;
}

export interface LabelThreshold {
  readonly label: string;
  /** It is given where its probability is at least this. */
  readonly threshold: number;
  /** Percentiles over draws of the rows with replacement; tuning and shrinking are done anew in each. */
  readonly interval: Interval;
  /** What its own rows say, before shrinking: F* / (1 + β²); 1 where all its probabilities are 0. */
  readonly own: number;
  /** The weight of that, min(1, positives / fewestPositives); the rest is the common threshold's. */
  readonly weight: number;
  /** Rows that carry it, and how many its probabilities expect to. */
  readonly positives: number;
  readonly expectedPositives: number;
  /** The Fβ that the probabilities expect at its own threshold, F*; and what the rows gave at `threshold`, null without any. */
  readonly expected: number;
  readonly observed: number | null;
}

export interface LabelThresholds {
  /** One per label, for `evaluateLabels`. */
  readonly thresholds: Float64Array;
  /** That of all labels together: the best micro Fβ. */
  readonly common: number;
  readonly beta: number;
  readonly perLabel: readonly LabelThreshold[];
}

/**
 * A threshold per label, for the best Fβ. On calibrated probabilities the expected Fβ of the labels above a threshold is
 * (1 + β²) Σ_{p ≥ t} p / (#{p ≥ t} + β² Σ p), and its best threshold is F* / (1 + β²), half the best F1: it needs the
 * probabilities only, and so swings less than one tuned on the labels. A label that fewer than `fewestPositives` rows carry
 * is drawn to the threshold that is best for all labels together, the more the rarer it is.
 *
 * @param probabilities calibrated, of rows that served neither the fit nor the test
 * @throws InputError when probabilities and label sets do not fit together, or an option is outside its range
 * @see Lipton, Elkan & Naryanaswamy, Optimal thresholding of classifiers to maximize F1 measure, ECML 2014, theorem 1
 */
export function tuneLabelThresholds(
  probabilities: Probabilities,
  labelSets: LabelSets,
  { beta = 1, fewestPositives = 50, ...bootstrap }: LabelThresholdOptions = {},
): LabelThresholds {
  const where = "tuneLabelThresholds";
  checkLabelScores(where, probabilities, labelSets);
  if (!(beta > 0 && beta < Infinity))
    throw new InputError(`${where}: beta must be a positive number, got ${beta}`);
  if (!(fewestPositives >= 0 && fewestPositives < Infinity))
    throw new InputError(`${where}: fewestPositives must be ≥ 0, got ${fewestPositives}`);
  const { confidence, seed, draws } = drawOptions(where, {
    draws: usualDraws(probabilities.values.length),
    ...bootstrap,
  });
  const { rows, columns, values } = probabilities;
  const columnsOfLabels = labelSets.names.map((_, k) => {
    const scores = columnOf(probabilities, k);
    return { scores, marks: marksOf(labelSets, k), order: falling(scores, 1) };
  });
  const ofAll = falling(values, columns);
  const tune = (times: Float64Array): { common: number; labels: TunedLabel[] } => {
    const common = lawOf(bestExpected(ofAll, times, beta), beta);
    const labels = columnsOfLabels.map(({ marks, order }) => {
      const expected = bestExpected(order, times, beta);
      const own = lawOf(expected, beta);
      let positives = 0;
      for (let row = 0; row < rows; row++) positives += times[row] * marks[row];
      const weight = positives >= fewestPositives ? 1 : positives / fewestPositives;
      return { expected, own, positives, weight, threshold: weight * own + (1 - weight) * common };
    });
    return { common, labels };
  };
  const once = new Float64Array(rows).fill(1);
  const { common, labels } = tune(once);
  const generator = createGenerator(seed);
  const samples = labels.map(() => new Float64Array(draws));
  const times = new Float64Array(rows);
  for (let draw = 0; draw < draws; draw++) {
    times.fill(0);
    for (let i = 0; i < rows; i++) times[generator.below(rows)]++;
    for (const [k, { threshold }] of tune(times).labels.entries()) samples[k][draw] = threshold;
  }
  return {
    thresholds: Float64Array.from(labels, ({ threshold }) => threshold),
    common,
    beta,
    perLabel: labels.map((tuned, k): LabelThreshold => {
      const { scores, marks } = columnsOfLabels[k];
      return {
        label: labelSets.names[k],
        ...tuned,
        interval: percentiles(samples[k], confidence),
        expectedPositives: scores.reduce((sum, p) => sum + p, 0),
        observed: observedF(scores, marks, tuned.threshold, beta),
      };
    }),
  };
}

/** Lipton's law. Where no positive is expected nothing is given, short of certainty. */
function lawOf(best: number, beta: number): number {
  return best === 0 ? 1 : best / (1 + beta * beta);
}

/** Of many marks fewer draws, to bound the time. */
function usualDraws(marks: number): number {
  return Math.max(50, Math.min(200, Math.floor(30_000_000 / Math.max(1, marks))));
}

interface TunedLabel {
  readonly expected: number;
  readonly own: number;
  readonly positives: number;
  readonly weight: number;
  readonly threshold: number;
}

/** Probabilities, the largest first, and the row of each. */
interface Falling {
  readonly scores: Float64Array;
  readonly rows: Uint32Array;
}

/** @param columns how many of the numbers belong to one row */
function falling(values: Float64Array, columns: number): Falling {
  const places = Uint32Array.from(values.keys()).toSorted((a, b) => values[b] - values[a] || a - b);
  return {
    scores: Float64Array.from(places, (i) => values[i]),
    rows: Uint32Array.from(places, (i) => Math.floor(i / columns)),
  };
}

/** The best expected Fβ of giving a label to so many of the most probable; 0 where all probabilities are 0. */
function bestExpected({ scores, rows }: Falling, times: Float64Array, beta: number): number {
  const square = beta * beta;
  let total = 0;
  for (let i = 0; i < rows.length; i++) total += times[rows[i]] * scores[i];
  let given = 0;
  let hits = 0;
  let best = 0;
  for (let i = 0; i < rows.length; i++) {
    const count = times[rows[i]];
    if (count === 0) continue;
    given += count;
    hits += count * scores[i];
    const figure = ((1 + square) * hits) / (given + square * total);
    if (figure > best) best = figure;
  }
  return best;
}

function observedF(scores: Float64Array, marks: Uint8Array, threshold: number, beta: number): number | null {
  let hits = 0;
  let given = 0;
  let carried = 0;
  for (let row = 0; row < scores.length; row++) {
    carried += marks[row];
    if (!(scores[row] >= threshold)) continue;
    given++;
    hits += marks[row];
  }
  if (given + carried === 0) return null;
  return ((1 + beta * beta) * hits) / (given + beta * beta * carried);
}
