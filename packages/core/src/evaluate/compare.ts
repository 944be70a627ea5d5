import type { Labels, Logits } from "../data/index.ts";
import { normalDistribution, normalQuantile } from "../statistics/index.ts";
import { measureRows } from "./evaluate.ts";
import {
  discordantRows,
  drawingOf,
  meanDifference,
  signTest,
  type CompareOptions,
  type Difference,
} from "./paired.ts";
import { placements, spread, type Placements } from "./roc.ts";
import { checkScores, classScores, marksOf, topClasses } from "./scores.ts";

export interface ModelComparison {
  readonly rows: number;
  readonly confidence: number;
  /** Interval by the paired bootstrap; p by McNemar's exact test, null with groups. Higher is better. */
  readonly accuracy: Difference;
  /** By the paired bootstrap. Lower is better. */
  readonly logLoss: Difference;
  readonly brier: Difference;
  /** Rows that only the first model has right, and only the second. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Area under the ROC curve of the last class (two classes), or of each class against the rest; paired DeLong. */
  readonly auc: readonly (Difference & { readonly class: string })[];
}

/**
 * Compares two models on the same rows, row by row, so that what makes a row hard for both cancels.
 *
 * @throws InputError when logits and labels do not fit together, or an option is outside its range
 * @see McNemar, Psychometrika 12 (1947); DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988); with groups Obuchowski,
 *   Biometrics 53 (1997)
 */
export function compareModels(
  first: Logits,
  second: Logits,
  labels: Labels,
  options: CompareOptions = {},
): ModelComparison {
  const where = "compareModels";
  checkScores(where, first, labels);
  checkScores(where, second, labels);
  const { rows } = first;
  const drawing = drawingOf(where, rows, options);
  const { confidence, units } = drawing;
  const [a, b] = [first, second].map((logits) => {
    const predicted = topClasses(logits);
    const { loss, distance } = measureRows(logits, labels, predicted);
    const right = Float64Array.from(predicted, (k, row) => (k === labels.indices[row] ? 1 : 0));
    return { right, loss, distance };
  });
  const discordant = discordantRows([a.right, b.right]);
  const scores = [classScores(first), classScores(second)];
  const events = labels.classes.length === 2 ? [1] : labels.classes.map((_, k) => k);
  return {
    rows,
    confidence,
    accuracy: { ...meanDifference(a.right, b.right, drawing, 1), p: units ? null : signTest(discordant) },
    logLoss: meanDifference(a.loss, b.loss, drawing, 2),
    brier: meanDifference(a.distance, b.distance, drawing, 3),
    ...discordant,
    auc: events.flatMap((k) => {
      const found = areaDifference(scores, labels, k, units, confidence);
      return found ? [{ class: labels.classes[k], ...found }] : [];
    }),
  };
}

/** Paired DeLong for one class against the rest; scores are log-odds of the class. Null without events or others. */
function areaDifference(
  scores: readonly ((k: number) => Float64Array)[],
  labels: Labels,
  k: number,
  units: readonly Uint32Array[] | null,
  confidence: number,
): Difference | null {
  const isEvent = marksOf(labels, k);
  const [a, b] = scores.map((scoresOf) => placements(scoresOf(k), isEvent));
  if (a === null || b === null) return null;
  const difference = b.area - a.area;
  const error = Math.sqrt(units ? groupedVariance(a, b, isEvent, units) : pairedVariance(a, b));
  const half = normalQuantile((1 + confidence) / 2) * error;
  return {
    first: a.area,
    second: b.area,
    difference,
    interval: [difference - half, difference + half],
    p: error > 0 ? 2 * normalDistribution(-Math.abs(difference) / error) : difference === 0 ? 1 : null,
  };
}

/** DeLong's variance of the difference of two areas: that of the differences of placements. */
function pairedVariance(a: Placements, b: Placements): number {
  const ofEvents = b.ofEvents.map((value, i) => value - a.ofEvents[i]);
  const ofOthers = b.ofOthers.map((value, i) => value - a.ofOthers[i]);
  return spread(ofEvents) / ofEvents.length + spread(ofOthers) / ofOthers.length;
}

/** The same where rows come in groups: G / (G − 1) Σ over groups of the square of what their rows bring to it. */
function groupedVariance(
  a: Placements,
  b: Placements,
  isEvent: Uint8Array,
  units: readonly Uint32Array[],
): number {
  const difference = b.area - a.area;
  const influence = new Float64Array(isEvent.length);
  let i = 0;
  let j = 0;
  isEvent.forEach((event, row) => {
    influence[row] =
      event === 1
        ? (b.ofEvents[i] - a.ofEvents[i++] - difference) / a.ofEvents.length
        : (b.ofOthers[j] - a.ofOthers[j++] - difference) / a.ofOthers.length;
  });
  const sums = units.map((rows) => rows.reduce((sum, row) => sum + influence[row], 0));
  return (sums.length / (sums.length - 1)) * sums.reduce((total, sum) => total + sum * sum, 0);
}
