import type { Labels, Probabilities } from "../data/index.ts";
import { checkScores } from "../evaluate/scores.ts";
import type { Interval } from "../statistics/index.ts";
import { countIntervals, drawOptions, type BootstrapOptions } from "./bootstrap.ts";
import { checkShare, placeOfClass } from "./check.ts";

export interface DecisionCurveOptions extends BootstrapOptions {
  /** The event that treatment is for. Default: the last class. */
  readonly positive?: string;
  /** Threshold probabilities, in (0, 1). Default 0.01, 0.02, … 0.99. */
  readonly thresholds?: readonly number[];
}

/** What treating the rows with p ≥ t is worth, in true positives per row. Bands are pointwise. */
export interface DecisionCurvePoint {
  readonly threshold: number;
  /** TP/n − FP/n · t/(1 − t) */
  readonly netBenefit: number;
  readonly interval: Interval;
  /** Of treating all rows; that of treating none is 0. */
  readonly treatAll: number;
  /** netBenefit − the better of treating all and none. */
  readonly gain: number;
  readonly gainInterval: Interval;
  /** netBenefit over the share of events, at most 1; null without events. */
  readonly standardized: number | null;
  /** (netBenefit − treatAll) · (1 − t)/t: unneeded treatments fewer per row than when all are treated, at equal hits. */
  readonly netReduction: number;
}

export interface DecisionCurve {
  readonly rows: number;
  readonly positive: string;
  readonly prevalence: number;
  readonly points: readonly DecisionCurvePoint[];
}

/**
 * Decision curve analysis: at threshold t a person weighs one missed event like (1 − t)/t needless treatments. Bands are
 * percentiles over draws of the rows with replacement.
 *
 * @throws InputError when probabilities and labels do not fit together, or a threshold is not in (0, 1)
 * @see Vickers & Elkin, Medical Decision Making 26 (2006); Vickers, Cronin, Elkin & Gonen, BMC Med. Inform. Decis. Mak. 8
 *   (2008)
 */
export function decisionCurve(
  probabilities: Probabilities,
  labels: Labels,
  {
    positive = labels.classes[labels.classes.length - 1],
    thresholds = Array.from({ length: 99 }, (_, i) => (i + 1) / 100),
    ...options
  }: DecisionCurveOptions = {},
): DecisionCurve {
  checkScores("decisionCurve", probabilities, labels);
  const place = placeOfClass("decisionCurve", labels, positive);
  for (const threshold of thresholds) checkShare("decisionCurve", "thresholds", threshold);
  const drawing = drawOptions("decisionCurve", options);
  const { rows, columns, values } = probabilities;
  const [events, others] = [true, false].map((isEvent) =>
    values
      .filter(
        (_, i) => i % columns === place && (labels.indices[Math.floor(i / columns)] === place) === isEvent,
      )
      .toSorted(),
  );
  const points = thresholds.map((threshold): DecisionCurvePoint => {
    const [hits, alarms] = [countFrom(events, threshold), countFrom(others, threshold)];
    const counts = [hits, alarms, events.length - hits, others.length - alarms];
    const worth = (drawn: ArrayLike<number>): [model: number, gain: number, all: number] => {
      const odds = threshold / (1 - threshold);
      const model = (drawn[0] - drawn[1] * odds) / rows;
      const all = (drawn[0] + drawn[2] - (drawn[1] + drawn[3]) * odds) / rows;
      return [model, model - Math.max(0, all), all];
    };
    const [netBenefit, gain, treatAll] = worth(counts);
    const [interval, gainInterval] = countIntervals(counts, worth, drawing);
    return {
      threshold,
      netBenefit,
      interval,
      treatAll,
      gain,
      gainInterval,
      standardized: events.length > 0 ? netBenefit / (events.length / rows) : null,
      netReduction: ((netBenefit - treatAll) * (1 - threshold)) / threshold,
    };
  });
  return { rows, positive, prevalence: events.length / rows, points };
}

/** How many of a sorted list are at least `value`. */
function countFrom(sorted: Float64Array, value: number): number {
  let low = 0;
  for (let high = sorted.length; low < high;) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return sorted.length - low;
}
