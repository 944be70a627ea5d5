import type { Labels, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { logSoftmax, softmax } from "../functions/index.ts";
import { normalQuantile, wilsonInterval } from "../statistics/index.ts";
import { binTopLabels, calibrationError, calibrationErrorInterval, reliabilityBins } from "./bins.ts";
import { classFigures } from "./classes.ts";
import type { ClassFigures, Evaluation, Interval } from "./evaluation.ts";
import { countPairs, squaredDistance } from "./metrics.ts";
import { rankingFigures } from "./roc.ts";
import { checkScores, classScores, marksOf, topClasses } from "./scores.ts";

export interface EvaluateOptions {
  /** What each interval promises to cover, in (0, 1). Default 0.95. */
  readonly confidence?: number;
  /** Of the draws; a whole number in [0, 2⁵³). Default 0. */
  readonly seed?: number;
  /** How many random draws stand behind the intervals that need them, ≥ 100. Default 1,000, fewer above 200 classes. */
  readonly draws?: number;
  /** Of two classes the one that is the event, for `auc` and `averagePrecision`. Default: the last. */
  readonly positive?: string | undefined;
}

/**
 * What held-out rows say about a classifier: each figure with its interval.
 *
 * - accuracy: Wilson's interval;
 * - logLoss, brier: means over rows, normal interval from their own variance, cut at 0 and 2. One row
 *   tells no variance: its interval is the whole range. An infinite mean has the interval [∞, ∞];
 * - auc: DeLong's interval (see `rocArea`); for more than two classes the mean of one against the rest, which has none;
 * - ece: see `expectedCalibrationError`. The estimate is too high by chance, so its interval reaches
 *   further down than up; it reaches 0 when the rows do not contradict calibration;
 * - precision, recall, F1: percentiles of multinomial draws of the confusion counts; Wilson's where a
 *   class was never wrong or never right. A class with no rows has no recall (null), a class never
 *   given no precision;
 * - the band of a reliability bin: where its accuracy would lie if the model were calibrated.
 *
 * The intervals are for the rows' own population, each figure by itself, and know nothing of how the
 * model varies with its training rows. Of equally probable classes the lowest index is predicted.
 * Same input and seed, same bits.
 *
 * @param logits −Infinity masks a class; each row has a finite one
 * @throws InputError when logits and labels do not fit together, or an option is outside its range
 */
export function evaluate(
  logits: Logits,
  labels: Labels,
  { confidence = 0.95, seed = 0, draws = defaultDraws(logits.columns), positive }: EvaluateOptions = {},
): Evaluation {
  checkScores("evaluate", logits, labels);
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`evaluate: confidence must be in (0, 1), got ${confidence}`);
  if (!Number.isSafeInteger(draws) || draws < 100)
    throw new InputError(`evaluate: draws must be a whole number ≥ 100, got ${draws}`);
  const { rows } = logits;
  const { classes } = labels;
  const drawOptions = { confidence, seed, draws };

  const predicted = topClasses(logits);
  const { topProbability, loss, distance } = measureRows(logits, labels, predicted);
  const confusion = countPairs(labels, predicted);
  const bins = binTopLabels(topProbability, predicted, labels);
  let right = 0;
  for (let k = 0; k < classes.length; k++) right += confusion[k * classes.length + k];
  const scoresOf = classScores(logits);
  const ranking = classes.map((_, k) => rankingOf(scoresOf(k), labels, k, confidence));
  const event = positive === undefined ? classes.length - 1 : classes.indexOf(positive);
  if (event < 0)
    throw new InputError(`evaluate: positive must be one of ${classes.join(", ")}, got "${positive}"`);
  const logLoss = mean(loss);
  const brier = mean(distance);

  return {
    rows,
    classes,
    accuracy: right / rows,
    logLoss,
    brier,
    ...(classes.length === 2 ? { brierBinary: brier / 2 } : {}),
    ece: calibrationError(bins),
    ...overallRanking(ranking, classes, event),
    confidence,
    intervals: {
      accuracy: wilsonInterval(right, rows, confidence),
      logLoss: meanInterval(loss, logLoss, confidence, Infinity),
      brier: meanInterval(distance, brier, confidence, 2),
      ece: calibrationErrorInterval(bins, drawOptions),
    },
    confusion,
    perClass: classFigures(confusion, classes, drawOptions).map((figures, k) => ({
      ...figures,
      ...ranking[k],
    })),
    reliability: reliabilityBins(bins, confidence),
  };
}

/** How well one class is told from the rest. */
function rankingOf(
  scores: Float64Array,
  labels: Labels,
  k: number,
  confidence: number,
): Pick<ClassFigures, "auc" | "aucInterval" | "averagePrecision"> {
  const { area, precision } = rankingFigures(scores, marksOf(labels, k), confidence);
  return {
    auc: area?.area ?? null,
    aucInterval: area?.interval ?? null,
    averagePrecision: precision,
  };
}

/** For two classes that of the event; for more the mean over the classes that have one. */
function overallRanking(
  ranking: readonly Pick<ClassFigures, "auc" | "aucInterval" | "averagePrecision">[],
  classes: readonly string[],
  event: number,
): Pick<Evaluation, "auc" | "aucInterval" | "averagePrecision" | "positive"> {
  if (classes.length === 2) return { ...ranking[event], positive: classes[event] };
  const meanOf = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return {
    auc: meanOf(ranking.map(({ auc }) => auc)),
    aucInterval: null,
    averagePrecision: meanOf(ranking.map((each) => each.averagePrecision)),
    positive: null,
  };
}

/** 1,000 draws put the ends within 0.09 standard errors; above 200 classes fewer, to bound the time. */
function defaultDraws(classes: number): number {
  return Math.max(200, Math.min(1000, Math.floor(200_000 / classes)));
}

interface RowMeasures {
  readonly topProbability: Float64Array;
  readonly loss: Float64Array;
  readonly distance: Float64Array;
}

/** Per row: the probability of its predicted class, −ln p(true class), and Σₖ (pₖ − yₖ)². */
export function measureRows(
  { rows, columns, values }: Logits,
  { indices }: Labels,
  predicted: Int32Array,
): RowMeasures {
  const topProbability = new Float64Array(rows);
  const loss = new Float64Array(rows);
  const distance = new Float64Array(rows);
  // In blocks that stay in the cache: no second and third copy of all the logits.
  const blockRows = Math.max(1, Math.min(rows, Math.floor(4096 / columns)));
  const probabilities = new Float64Array(blockRows * columns);
  const logProbabilities = new Float64Array(blockRows * columns);
  for (let first = 0; first < rows; first += blockRows) {
    const count = Math.min(blockRows, rows - first);
    const block = values.subarray(first * columns, (first + count) * columns);
    softmax(block, columns, probabilities.subarray(0, block.length));
    logSoftmax(block, columns, logProbabilities.subarray(0, block.length));
    for (let i = 0; i < count; i++) {
      const row = first + i;
      const start = i * columns;
      topProbability[row] = probabilities[start + predicted[row]];
      loss[row] = -logProbabilities[start + indices[row]];
      distance[row] = squaredDistance(probabilities, start, columns, indices[row]);
    }
  }
  return { topProbability, loss, distance };
}

export function mean(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** mean ± z·s/√n, within the range [0, top] that the values have. */
export function meanInterval(
  values: Float64Array,
  average: number,
  confidence: number,
  top: number,
): Interval {
  if (average === Infinity) return [Infinity, Infinity];
  const rows = values.length;
  if (rows === 1) return [0, top];
  let squares = 0;
  for (let i = 0; i < rows; i++) squares += (values[i] - average) * (values[i] - average);
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(squares / (rows - 1) / rows);
  return [Math.max(0, average - half), Math.min(top, average + half)];
}
