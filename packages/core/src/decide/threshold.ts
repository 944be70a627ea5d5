import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkScores } from "../evaluate/scores.ts";
import { createGenerator } from "../random/index.ts";
import type { Interval } from "../statistics/index.ts";
import { drawOptions, percentiles, type BootstrapOptions } from "./bootstrap.ts";
import { placeOfClass } from "./check.ts";

/** What each outcome of a yes or no costs, finite. */
export interface BinaryCosts {
  readonly falsePositive: number;
  readonly falseNegative: number;
  /** Default 0. */
  readonly truePositive?: number;
  /** Default 0. */
  readonly trueNegative?: number;
}

/**
 * The threshold of calibrated probabilities at which both answers cost the same:
 * (C_FP − C_TN) / (C_FP − C_TN + C_FN − C_TP). The event is called where p is at least this.
 *
 * @throws InputError unless each error costs more than the right answer in its place
 * @see Elkan, The foundations of cost-sensitive learning, IJCAI 2001
 */
export function elkanThreshold({
  falsePositive,
  falseNegative,
  truePositive = 0,
  trueNegative = 0,
}: BinaryCosts): number {
  const alarm = falsePositive - trueNegative;
  const miss = falseNegative - truePositive;
  if (!(alarm > 0 && miss > 0 && alarm < Infinity && miss < Infinity))
    throw new InputError(
      `elkanThreshold: an error must cost more than the right answer, got ${falsePositive} against ${trueNegative} and ${falseNegative} against ${truePositive}`,
    );
  return alarm / (alarm + miss);
}

/**
 * Chow's rule: the largest probability from which on the label is accepted, 1 − c for a referral at c times the cost of an
 * error. 0 where referring costs more than an error ever does.
 *
 * @throws InputError unless refer ≥ 0 and error > 0, both finite
 * @see Chow, On optimum recognition error and reject tradeoff, IEEE Trans. Inf. Theory 16 (1970)
 */
export function chowThreshold({ refer, error = 1 }: { refer: number; error?: number }): number {
  if (!(refer >= 0 && error > 0 && refer < Infinity && error < Infinity))
    throw new InputError(`chowThreshold: refer must be ≥ 0 and error > 0, finite, got ${refer} and ${error}`);
  return Math.max(0, 1 - refer / error);
}

/** Higher is better: F1 = 2 TP/(2 TP + FP + FN), the share of right answers, or the mean of both classes' shares. */
export type ThresholdMetric = "f1" | "accuracy" | "balancedAccuracy";

export type TuneOptions = BootstrapOptions & {
  /** The event. Default: the last class. */
  readonly positive?: string;
} & ({ readonly costs: BinaryCosts } | { readonly metric: ThresholdMetric });

export interface TunedThreshold {
  /** The event is called where p is at least this: midway between the probabilities on either side; above 1 for never. */
  readonly threshold: number;
  /** Percentiles of the threshold tuned anew on draws of the rows with replacement. */
  readonly interval: Interval;
  /** The mean cost per row, or the metric, on these very rows: better than on others. */
  readonly value: number;
  /**
   * What theory gives for calibrated probabilities: Elkan's threshold for costs, half the best F1 for F1, ½ for accuracy,
   * the share of events for balanced accuracy.
   */
  readonly closedForm: number;
  /** The same figure at `closedForm`. */
  readonly closedFormValue: number;
  readonly rows: number;
  readonly positive: string;
}

/**
 * The threshold that does best on these rows, which should have served for nothing else; of equally good ones the highest.
 *
 * @throws InputError when probabilities and labels do not fit together, or rows with or without the event are missing
 * @see Lipton, Elkan & Naryanaswamy, Optimal thresholding of classifiers to maximize F1 measure, ECML 2014
 */
export function tuneThreshold(
  probabilities: Probabilities,
  labels: Labels,
  options: TuneOptions,
): TunedThreshold {
  checkScores("tuneThreshold", probabilities, labels);
  const { positive = labels.classes[labels.classes.length - 1] } = options;
  const place = placeOfClass("tuneThreshold", labels, positive);
  const { confidence, seed, draws } = drawOptions("tuneThreshold", { draws: 1000, ...options });
  const { rows, columns, values } = probabilities;
  const scores = Float64Array.from({ length: rows }, (_, row) => values[row * columns + place]);
  const order = Uint32Array.from(scores.keys()).toSorted((a, b) => scores[b] - scores[a]);
  const sorted = { scores: scores.slice(), isEvent: new Uint8Array(rows) };
  order.forEach((row, i) => {
    sorted.scores[i] = scores[row];
    sorted.isEvent[i] = labels.indices[row] === place ? 1 : 0;
  });
  const once = new Float64Array(rows).fill(1);
  const events = sorted.isEvent.reduce((sum, isEvent) => sum + isEvent, 0);
  if (events === 0 || events === rows)
    throw new InputError(
      `tuneThreshold: rows with and without "${positive}" are needed, got ${events} of ${rows} with it`,
    );
  const gainOf = gainFunction(options);
  const best = sweep(sorted, once, gainOf);
  const closedForm = closedFormOf(options, best.gain, events / rows);
  const generator = createGenerator(seed);
  const tuned = Float64Array.from({ length: draws }, () => {
    const weights = new Float64Array(rows);
    for (let i = 0; i < rows; i++) weights[generator.below(rows)]++;
    return sweep(sorted, weights, gainOf).threshold;
  });
  const valueOf = (gain: number): number => ("costs" in options ? -gain : gain);
  return {
    threshold: best.threshold,
    interval: percentiles(tuned, confidence),
    value: valueOf(best.gain),
    closedForm,
    closedFormValue: valueOf(gainAt(sorted, closedForm, gainOf)),
    rows,
    positive,
  };
}

/** A figure to be made large, from counts. */
type Gain = (hits: number, alarms: number, events: number, others: number) => number;

interface Sorted {
  /** Falling. */
  readonly scores: Float64Array;
  readonly isEvent: Uint8Array;
}

function gainFunction(options: TuneOptions): Gain {
  if ("costs" in options) {
    const { falsePositive, falseNegative, truePositive = 0, trueNegative = 0 } = options.costs;
    return (hits, alarms, events, others) =>
      -(
        hits * truePositive +
        (events - hits) * falseNegative +
        alarms * falsePositive +
        (others - alarms) * trueNegative
      ) /
      (events + others);
  }
  switch (options.metric) {
    case "f1":
      return (hits, alarms, events) => (2 * hits) / (hits + alarms + events);
    case "accuracy":
      return (hits, alarms, events, others) => (hits + others - alarms) / (events + others);
    case "balancedAccuracy":
      return (hits, alarms, events, others) => (hits / events + (others - alarms) / others) / 2;
    default:
      throw new InputError(
        `tuneThreshold: metric must be "f1", "accuracy" or "balancedAccuracy", got ${String(options.metric)}`,
      );
  }
}

function closedFormOf(options: TuneOptions, best: number, prevalence: number): number {
  if ("costs" in options) return elkanThreshold(options.costs);
  return options.metric === "f1" ? best / 2 : options.metric === "accuracy" ? 0.5 : prevalence;
}

/** Tries to call none, then each different score and all above it. A figure that is not a number never wins. */
function sweep(
  { scores, isEvent }: Sorted,
  weights: Float64Array,
  gainOf: Gain,
): { threshold: number; gain: number } {
  let events = 0;
  let all = 0;
  for (let i = 0; i < scores.length; i++) {
    all += weights[i];
    events += weights[i] * isEvent[i];
  }
  let hits = 0;
  let alarms = 0;
  let threshold = 1 + Number.EPSILON;
  let gain = gainOf(0, 0, events, all - events);
  for (let i = 0; i < scores.length; i++) {
    if (isEvent[i] === 1) hits += weights[i];
    else alarms += weights[i];
    if (scores[i + 1] === scores[i]) continue;
    const found = gainOf(hits, alarms, events, all - events);
    if (!(found > gain) && !Number.isNaN(gain)) continue;
    gain = found;
    threshold = i + 1 < scores.length ? (scores[i] + scores[i + 1]) / 2 : scores[i] / 2;
  }
  return { threshold, gain };
}

function gainAt({ scores, isEvent }: Sorted, threshold: number, gainOf: Gain): number {
  let events = 0;
  let hits = 0;
  let alarms = 0;
  for (let i = 0; i < scores.length; i++) {
    events += isEvent[i];
    if (!(scores[i] >= threshold)) continue;
    if (isEvent[i] === 1) hits++;
    else alarms++;
  }
  return gainOf(hits, alarms, events, scores.length - events);
}
