import type { LabelSets, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { sigmoid, softplus } from "../functions/index.ts";
import { wilsonInterval } from "../statistics/index.ts";
import { calibrationError, calibrationErrorInterval, binForecastsByWidth, reliabilityBins } from "./bins.ts";
import { countFigures } from "./classes.ts";
import { mean, meanInterval } from "./evaluate.ts";
import { averageFigures, countLabels } from "./label-averages.ts";
import type { LabelEvaluation, LabelFigures } from "./label-evaluation.ts";
import { labelRanking } from "./label-ranking.ts";
import { checkThresholds, giveLabels, measureLabels, wrongShares } from "./label-rows.ts";
import { checkLabelScores, columnOf, marksOf } from "./label-scores.ts";
import { rankingFigures } from "./roc.ts";

export interface EvaluateLabelsOptions {
  /** Per label the probability from which on it is given, ≥ 0 (above 1 for never). Default ½ each. */
  readonly thresholds?: ArrayLike<number> | undefined;
  /** What each interval promises to cover, in (0, 1). Default 0.95. */
  readonly confidence?: number;
  /** Of the draws. Default 0. */
  readonly seed?: number;
  /** Behind the intervals that need them, ≥ 100. Default 1,000, fewer above 20,000 rows. */
  readonly draws?: number;
}

/**
 * What held-out rows say about a model of several labels, each an independent sigmoid.
 *
 * - accuracy (exact set): Wilson's interval; hammingLoss, logLoss, brier: means over rows × labels, with the normal interval
 *   of a mean over rows, since the labels of a row go together;
 * - micro, macro, weighted: percentiles of draws of whole rows;
 * - per label: Wilson's interval for the prevalence; precision, recall and F1 as `evaluate` has them for a class; DeLong's
 *   for the area under the ROC curve; `expectedCalibrationError`'s for the label's own probability.
 *
 * A figure that no row speaks for, as the recall of a label that no row carries, is null, and `note` says so; averages over
 * labels leave it out (scikit-learn counts it as 0). Same input and seed, same bits.
 *
 * @param logits rows × labels; ±Infinity for a probability of 1 or 0
 * @throws InputError when logits and label sets do not fit together, or an option is outside its range
 */
export function evaluateLabels(
  logits: Logits,
  labelSets: LabelSets,
  { thresholds, confidence = 0.95, seed = 0, draws = defaultDraws(logits.rows) }: EvaluateLabelsOptions = {},
): LabelEvaluation {
  const where = "evaluateLabels";
  checkLabelScores(where, logits, labelSets);
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`${where}: confidence must be in (0, 1), got ${confidence}`);
  if (!Number.isSafeInteger(draws) || draws < 100)
    throw new InputError(`${where}: draws must be a whole number ≥ 100, got ${draws}`);
  const cutoffs = thresholds ?? new Float64Array(logits.columns).fill(0.5);
  checkThresholds(where, cutoffs, labelSets.names);
  const options = { confidence, seed, draws };
  const { rows, columns } = logits;
  const given = giveLabels(logits, cutoffs);
  const wrong = wrongShares(given, labelSets);
  const { loss, distance } = measureLabels(logits, labelSets);
  const exact = wrong.reduce((sum, share) => sum + (share === 0 ? 1 : 0), 0);
  const perLabel = labelFigures(logits, labelSets, cutoffs, given, options);
  const carried = labelSets.values.reduce((sum, mark) => sum + mark, 0);
  const [hammingLoss, logLoss, brier] = [mean(wrong), mean(loss), mean(distance)];
  return {
    rows,
    labels: labelSets.names,
    accuracy: exact / rows,
    hammingLoss,
    logLoss,
    brier,
    ece: perLabel.reduce((sum, { ece }) => sum + ece, 0) / columns,
    cardinality: carried / rows,
    predictedCardinality: given.reduce((sum, mark) => sum + mark, 0) / rows,
    ranking: labelRanking(logits, labelSets),
    ...averageFigures(labelSets, given, options),
    confidence,
    intervals: {
      accuracy: wilsonInterval(exact, rows, confidence),
      hammingLoss: meanInterval(wrong, hammingLoss, confidence, 1),
      logLoss: meanInterval(loss, logLoss, confidence, Infinity),
      brier: meanInterval(distance, brier, confidence, 1),
    },
    perLabel,
  };
}

/** 1,000 draws put the ends within 0.09 standard errors; of many rows fewer, to bound the time. */
function defaultDraws(rows: number): number {
  return Math.max(200, Math.min(1000, Math.floor(20_000_000 / Math.max(1, rows))));
}

function labelFigures(
  logits: Logits,
  labelSets: LabelSets,
  thresholds: ArrayLike<number>,
  given: Uint8Array,
  options: { confidence: number; seed: number; draws: number },
): LabelFigures[] {
  const { rows } = logits;
  const { confidence } = options;
  const counts = countLabels(labelSets, given);
  return labelSets.names.map((label, k) => {
    const [hits, falseAlarms, misses] = counts.subarray(3 * k, 3 * k + 3);
    const support = hits + misses;
    const scores = columnOf(logits, k);
    const happened = marksOf(labelSets, k);
    const { area, precision } = rankingFigures(scores, happened, confidence);
    const { intervals, ...shares } = countFigures(hits, falseAlarms, misses, rows, options);
    const bins = binForecastsByWidth({ probability: scores.map(sigmoid), happened });
    return {
      label,
      support,
      predicted: hits + falseAlarms,
      prevalence: support / rows,
      threshold: thresholds[k],
      ...shares,
      auc: area?.area ?? null,
      averagePrecision: precision,
      logLoss: mean(scores.map((z, row) => softplus(happened[row] === 1 ? -z : z))),
      brier: bins.squaredGaps / rows,
      ece: calibrationError(bins),
      reliability: reliabilityBins(bins, confidence),
      intervals: {
        prevalence: wilsonInterval(support, rows, confidence),
        ...intervals,
        auc: area?.interval ?? null,
        ece: calibrationErrorInterval(bins, options),
      },
      note: noteOf(support, hits + falseAlarms, rows),
    };
  });
}

function noteOf(support: number, predicted: number, rows: number): string | null {
  if (support === 0 && predicted === 0)
    return "no row carries it and none was given it: no precision, recall, F1, AUC or average precision";
  if (support === 0) return "no row carries it: no recall, AUC or average precision";
  if (support === rows) return predicted === 0 ? "every row carries it and none was given it: no precision or AUC" : "every row carries it: no AUC"; // prettier-ignore
  return predicted === 0 ? "no row was given it: no precision" : null;
}
