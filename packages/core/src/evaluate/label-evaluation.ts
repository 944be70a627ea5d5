import type { Interval } from "../statistics/index.ts";
import type { ReliabilityBin } from "./evaluation.ts";
import type { LabelRanking } from "./label-ranking.ts";

/** One label by itself. NaN never appears: a figure that no row speaks for is null. */
export interface LabelFigures {
  readonly label: string;
  /** Rows that carry it, and rows that it was given to. */
  readonly support: number;
  readonly predicted: number;
  /** support / rows. */
  readonly prevalence: number;
  /** It is given where the probability is at least this. */
  readonly threshold: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Null, as `averagePrecision` is, without rows that carry it; `auc` also without rows that do not. */
  readonly auc: number | null;
  readonly averagePrecision: number | null;
  /** Mean of −ln p(what came true), in nats. */
  readonly logLoss: number;
  /** Mean of (p − y)², in [0, 1]. */
  readonly brier: number;
  /** Expected calibration error of its own probability, 15 equal bins (low, high], in [0, 1]. */
  readonly ece: number;
  /** Those bins; `confidence` is the mean probability in one, `accuracy` the share of its rows that carry the label. */
  readonly reliability: readonly ReliabilityBin[];
  readonly intervals: {
    readonly prevalence: Interval;
    readonly precision: Interval | null;
    readonly recall: Interval | null;
    readonly f1: Interval | null;
    readonly auc: Interval | null;
    readonly ece: Interval;
  };
  /** What is undefined here and why, in words; null where all is defined. */
  readonly note: string | null;
}

/** Precision, recall and F1 over all labels; null where no label has them. */
export interface AverageFigures {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly intervals: {
    readonly precision: Interval | null;
    readonly recall: Interval | null;
    readonly f1: Interval | null;
  };
}

/** What held-out rows say about a model of several labels. */
export interface LabelEvaluation {
  readonly rows: number;
  readonly labels: readonly string[];
  /** Exact set: the share of rows whose labels are all right, in [0, 1]. */
  readonly accuracy: number;
  /** The share of wrong marks among rows × labels, in [0, 1], lower is better. */
  readonly hammingLoss: number;
  /** Means over rows × labels, see `LabelFigures`. */
  readonly logLoss: number;
  readonly brier: number;
  /** Mean of the labels' own calibration errors. */
  readonly ece: number;
  /** Mean labels a row carries, and is given. */
  readonly cardinality: number;
  readonly predictedCardinality: number;
  readonly ranking: LabelRanking;
  /** From the counts of all labels together. */
  readonly micro: AverageFigures;
  /** Mean over the labels that have the figure. */
  readonly macro: AverageFigures;
  /** The same, each label as often as rows carry it. */
  readonly weighted: AverageFigures;
  readonly confidence: number;
  readonly intervals: {
    readonly accuracy: Interval;
    readonly hammingLoss: Interval;
    readonly logLoss: Interval;
    readonly brier: Interval;
  };
  readonly perLabel: readonly LabelFigures[];
}
