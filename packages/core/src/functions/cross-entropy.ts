import { InputError } from "../errors/index.ts";
import { checkLogits, largestIn } from "./logits.ts";
import { logExcess } from "./log-sum-exp.ts";
import { softmax } from "./softmax.ts";
import { totalWeight } from "./weights.ts";
import type { LogitValues } from "./units.ts";

export interface CrossEntropyOptions {
  /** ε in [0, 1]: the targets become (1 − ε)·y + ε/columns. Default 0. */
  readonly labelSmoothing?: number;
  /** One per row, finite, ≥ 0, not all 0; a row of weight 0 does not count at all. Default 1 each. */
  readonly sampleWeights?: ArrayLike<number>;
}

/**
 * Cross-entropy of softmax(logits), in nats: the mean over rows of Σₖ yₖ·(lse(z) − zₖ), weighted by
 * `sampleWeights`. ≥ 0, lower is better. Computed from logits, never clipped: logits [200, 0] and
 * class 1 give exactly 200.
 *
 * @param logits  rows × columns, row-major, in nats. −Infinity masks a class: the loss is Infinity where
 *   the target gives it weight (label smoothing does), and wherever a whole row is masked.
 * @param columns classes per row, ≥ 1
 * @param targets as many as rows: the true class of each, a whole number in [0, columns); or as many as
 *   logits: rows × columns, each in [0, 1], each row summing to 1 within 10⁻⁶
 * @throws InputError when a logit is NaN or +Infinity, a target or an option is outside what it may be,
 *   lengths do not fit, or there is no row
 */
export function crossEntropy(
  logits: LogitValues,
  columns: number,
  targets: ArrayLike<number>,
  options: CrossEntropyOptions = {},
): number {
  const { rows, total, target } = checkCrossEntropy("crossEntropy", logits, columns, targets, options);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const weight = options.sampleWeights?.[row] ?? 1;
    if (weight === 0) continue;
    const start = row * columns;
    const top = largestIn(logits, start, start + columns);
    const max = logits[top];
    if (max === -Infinity) return Infinity;
    const excess = logExcess(logits, start, start + columns, top);
    let loss = 0;
    for (let k = 0; k < columns; k++) {
      const y = target(row, k);
      if (y > 0) loss -= y * (logits[start + k] - max - excess);
    }
    sum += weight * loss;
  }
  return sum / total;
}

/**
 * The gradient of `crossEntropy` with respect to the logits: rows × columns, row-major, each row
 * (p − y) · weight / Σ weights. It is computed as p·(1 − y) − y·(1 − p) with 1 − p summed from the other
 * classes, so that it keeps its digits where p is nearly y. A fully masked row has gradient 0.
 *
 * @throws InputError as `crossEntropy` does
 */
export function crossEntropyGradient(
  logits: LogitValues,
  columns: number,
  targets: ArrayLike<number>,
  options: CrossEntropyOptions = {},
): Float64Array {
  const { rows, total, target } = checkCrossEntropy(
    "crossEntropyGradient",
    logits,
    columns,
    targets,
    options,
  );
  const gradient = softmax(logits, columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const end = start + columns;
    const scale = (options.sampleWeights?.[row] ?? 1) / total;
    const top = largestIn(gradient, start, end);
    if (scale === 0 || gradient[top] === 0) {
      gradient.fill(0, start, end);
      continue;
    }
    let others = 0;
    for (let i = start; i < end; i++) if (i !== top) others += gradient[i];
    for (let k = 0; k < columns; k++) {
      const y = target(row, k);
      const p = gradient[start + k];
      const complement = start + k === top ? others : 1 - p;
      gradient[start + k] = scale * (p * (1 - y) - y * complement);
    }
  }
  return gradient;
}

interface Checked {
  readonly rows: number;
  /** Σ of the weights. */
  readonly total: number;
  /** y of one row and class, smoothed. */
  readonly target: (row: number, column: number) => number;
}

function checkCrossEntropy(
  where: string,
  logits: ArrayLike<number>,
  columns: number,
  targets: ArrayLike<number>,
  { labelSmoothing = 0, sampleWeights }: CrossEntropyOptions,
): Checked {
  checkLogits(where, logits, columns);
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
    throw new InputError(`${where}: labelSmoothing must be in [0, 1], got ${labelSmoothing}`);
  const rows = logits.length / columns;
  const total = totalWeight(where, sampleWeights, rows);
  const share = labelSmoothing / columns;
  const kept = 1 - labelSmoothing;
  if (targets.length === rows) {
    checkLabels(where, targets, columns);
    return { rows, total, target: (row, column) => share + (targets[row] === column ? kept : 0) };
  }
  if (targets.length === logits.length) {
    checkTargetRows(where, targets, columns);
    return { rows, total, target: (row, column) => share + kept * targets[row * columns + column] };
  }
  throw new InputError(
    `${where}: targets must be one label per row, ${rows}, or one number per logit, ${logits.length}, got ${targets.length}`,
  );
}

function checkLabels(where: string, labels: ArrayLike<number>, columns: number): void {
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (!(Number.isInteger(label) && label >= 0 && label < columns))
      throw new InputError(
        `${where}: labels must be integers in [0, ${columns}), got ${label} at row ${row}`,
      );
  }
}

function checkTargetRows(where: string, targets: ArrayLike<number>, columns: number): void {
  for (let start = 0; start < targets.length; start += columns) {
    const row = start / columns;
    let sum = 0;
    for (let k = 0; k < columns; k++) {
      const y = targets[start + k];
      if (!(y >= 0 && y <= 1))
        throw new InputError(`${where}: targets must be in [0, 1], got ${y} at row ${row}, column ${k}`);
      sum += y;
    }
    if (Math.abs(sum - 1) > 1e-6)
      throw new InputError(`${where}: targets of a row must sum to 1, got ${sum} at row ${row}`);
  }
}
