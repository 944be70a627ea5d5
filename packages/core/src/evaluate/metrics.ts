import type { Labels, Logits, Probabilities } from "../data/index.ts";
import { crossEntropy } from "../functions/index.ts";
import { checkScores, topClasses } from "./scores.ts";

/**
 * Share of rows whose most probable class is the true one; of equally probable classes the lowest
 * index counts. In [0, 1], higher is better.
 *
 * @throws InputError when scores and labels do not fit together
 */
export function accuracy(scores: Logits | Probabilities, labels: Labels): number {
  checkScores("accuracy", scores, labels);
  const predicted = topClasses(scores);
  let right = 0;
  for (let row = 0; row < predicted.length; row++) if (predicted[row] === labels.indices[row]) right++;
  return right / predicted.length;
}

/**
 * Counts of rows, classes × classes, row-major: true class down, predicted class across. Of equally
 * probable classes the lowest index is predicted.
 *
 * @throws InputError when scores and labels do not fit together
 */
export function confusionMatrix(scores: Logits | Probabilities, labels: Labels): Float64Array {
  checkScores("confusionMatrix", scores, labels);
  return countPairs(labels, topClasses(scores));
}

/** Counts of (true class, predicted class). */
export function countPairs({ classes, indices }: Labels, predicted: Int32Array): Float64Array {
  const counts = new Float64Array(classes.length * classes.length);
  for (let row = 0; row < predicted.length; row++) counts[indices[row] * classes.length + predicted[row]]++;
  return counts;
}

/**
 * Mean of −ln p(true class), in nats: from logits, never clipped. In [0, ∞], lower is better; ln K is
 * what equal probabilities give; Infinity where the true class of a row is masked.
 *
 * @throws InputError when logits and labels do not fit together
 */
export function logLoss(logits: Logits, labels: Labels): number {
  checkScores("logLoss", logits, labels);
  return crossEntropy(logits.values, logits.columns, labels.indices);
}

/**
 * Mean of Σₖ (pₖ − yₖ)² over the classes k. In [0, 2], lower is better; for two classes twice the
 * binary form (p − y)².
 *
 * @throws InputError when probabilities and labels do not fit together
 * @see Brier, Monthly Weather Review 78 (1950)
 */
export function brierScore(probabilities: Probabilities, labels: Labels): number {
  checkScores("brierScore", probabilities, labels);
  const { rows, columns, values } = probabilities;
  let sum = 0;
  for (let row = 0; row < rows; row++)
    sum += squaredDistance(values, row * columns, columns, labels.indices[row]);
  return sum / rows;
}

/** Σₖ (pₖ − yₖ)² of the row that begins at `start`. */
export function squaredDistance(values: Float64Array, start: number, columns: number, label: number): number {
  let sum = 0;
  for (let k = 0; k < columns; k++) {
    const gap = values[start + k] - (k === label ? 1 : 0);
    sum += gap * gap;
  }
  return sum;
}
