import type { Interval } from "../statistics/index.ts";

export type { Interval } from "../statistics/index.ts";

/** One class against the rest, from the confusion counts. NaN never appears: a ratio over no rows is null. */
export interface ClassFigures {
  readonly class: string;
  /** Rows whose true class this is, and rows that were given this class. */
  readonly support: number;
  readonly predicted: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Area under the ROC curve of this class against the rest, and DeLong's interval; null without rows of either. */
  readonly auc: number | null;
  readonly aucInterval: Interval | null;
  readonly averagePrecision: number | null;
  readonly intervals: {
    readonly precision: Interval | null;
    readonly recall: Interval | null;
    readonly f1: Interval | null;
  };
}

/** One bin (low, high] of the reliability diagram of the top label. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  /** Mean probability of the predicted class, and the share of rows where it was right; null in an empty bin. */
  readonly confidence: number | null;
  readonly accuracy: number | null;
  /** Where `accuracy` would lie, at the stated confidence, if the probabilities were calibrated. */
  readonly band: Interval | null;
}

/** What held-out rows say about a classifier. */
export interface Evaluation {
  readonly rows: number;
  readonly classes: readonly string[];
  /** Share of rows whose most probable class is the true one, in [0, 1]. */
  readonly accuracy: number;
  /** Mean of −ln p(true class), in nats, from logits; lower is better. */
  readonly logLoss: number;
  /** Mean of Σₖ (pₖ − yₖ)², in [0, 2]; lower is better. */
  readonly brier: number;
  /** Two classes only: half of `brier`, the mean of (p − y)². */
  readonly brierBinary?: number;
  /** Expected calibration error of the top label, 15 equal bins (low, high], in [0, 1]; lower is better. */
  readonly ece: number;
  /** Area under the ROC curve: of two classes that of `positive`, of more the mean of each against the rest. */
  readonly auc: number | null;
  /** DeLong's; null for more than two classes, or without rows of both. */
  readonly aucInterval: Interval | null;
  readonly averagePrecision: number | null;
  /** The class that `auc` is of, for two classes. */
  readonly positive: string | null;
  /** How much the intervals promise to cover, for example 0.95. */
  readonly confidence: number;
  readonly intervals: {
    readonly accuracy: Interval;
    readonly logLoss: Interval;
    readonly brier: Interval;
    readonly ece: Interval;
  };
  /** classes × classes counts, row-major: true class down, predicted class across. */
  readonly confusion: Float64Array;
  readonly perClass: readonly ClassFigures[];
  readonly reliability: readonly ReliabilityBin[];
}
