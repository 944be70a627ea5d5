import type { Labels, Logits, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { exp, log } from "../kernels/elementary.ts";

/**
 * The door of every metric.
 *
 * @throws InputError unless scores and labels are of the same rows and classes, there is a row, and
 *   every number is one a model can give: logits are finite or −Infinity with a finite one in each
 *   row, probabilities are in [0, 1] and sum to 1 in each row within 1e-4
 */
export function checkScores(where: string, scores: Logits | Probabilities, labels: Labels): void {
  const { rows, columns } = scores;
  const { classes, indices } = labels;
  if (rows < 1) throw new InputError(`${where}: at least one row is needed, got ${rows}`);
  if (indices.length !== rows)
    throw new InputError(`${where}: labels must be as many as rows, ${rows}, got ${indices.length}`);
  if (columns !== classes.length)
    throw new InputError(
      `${where}: ${scores.unit} must have one column per class, ${classes.length}, got ${columns}`,
    );
  if (scores.values.length !== rows * columns)
    throw new InputError(
      `${where}: ${rows} rows of ${columns} classes need ${rows * columns} ${scores.unit}, got ${scores.values.length}`,
    );
  const wrong = indices.findIndex((label) => !(label >= 0 && label < columns));
  if (wrong >= 0)
    throw new InputError(
      `${where}: labels must be integers in [0, ${columns}), got ${indices[wrong]} at row ${wrong}`,
    );
  if (scores.unit === "logits") checkLogits(where, scores);
  else checkProbabilities(where, scores);
}

/** @throws InputError unless each is finite, or −Infinity in a row with a finite one */
export function checkLogits(where: string, { columns, values }: Logits): void {
  for (let start = 0; start < values.length; start += columns) {
    let finite = false;
    for (let i = start; i < start + columns; i++) {
      if (!(values[i] < Infinity))
        throw new InputError(
          `${where}: logits must be finite, or −Infinity to mask a class, got ${values[i]} at row ${start / columns}, column ${i - start}`,
        );
      if (values[i] > -Infinity) finite = true;
    }
    if (!finite)
      throw new InputError(
        `${where}: each row needs a finite logit, got a row with all classes masked at row ${start / columns}`,
      );
  }
}

/**
 * @throws InputError unless every number is in [0, 1] and each row sums to 1 within 1e-4
 */
export function checkProbabilities(where: string, { columns, values }: Probabilities): void {
  for (let start = 0; start < values.length; start += columns) {
    let sum = 0;
    for (let i = start; i < start + columns; i++) {
      if (!(values[i] >= 0 && values[i] <= 1))
        throw new InputError(
          `${where}: probabilities must be in [0, 1], got ${values[i]} at row ${start / columns}, column ${i - start}`,
        );
      sum += values[i];
    }
    if (!(Math.abs(sum - 1) <= 1e-4))
      throw new InputError(
        `${where}: probabilities of a row must sum to 1, got ${sum} at row ${start / columns}`,
      );
  }
}

/** The most probable class of each row; of equal ones the lowest index. */
export function topClasses({ rows, columns, values }: Logits | Probabilities): Int32Array {
  const top = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let best = 0;
    for (let k = 1; k < columns; k++) if (values[start + k] > values[start + best]) best = k;
    top[row] = best;
  }
  return top;
}

/** The scores of one class: see `scoresOfClasses`. */
export function classScores(logits: Logits, k: number): Float64Array {
  return scoresOfClasses(logits, k, k + 1)[0];
}

/**
 * The log-odds of each class of [from, to) against the rest, zₖ − ln Σ_{j≠k} e^{zⱼ}, row by row: they rise with its
 * probability, and never saturate. +Infinity where all others are masked.
 */
export function scoresOfClasses({ rows, columns, values }: Logits, from: number, to: number): Float64Array[] {
  const scores = Array.from({ length: to - from }, () => new Float64Array(rows));
  const shares = new Float64Array(columns);
  /** ln of the sum of all shares but that of k. */
  const logOfOthers = (k: number): number => {
    let others = 0;
    for (let j = 0; j < columns; j++) if (j !== k) others += shares[j];
    return log(others);
  };
  for (let row = 0, start = 0; row < rows; row++, start += columns) {
    let top = 0;
    for (let j = 1; j < columns; j++) if (values[start + j] > values[start + top]) top = j;
    const max = values[start + top];
    for (let j = 0; j < columns; j++) shares[j] = exp(values[start + j] - max);
    for (let k = from; k < to; k++)
      if (k !== top) scores[k - from][row] = values[start + k] - max - logOfOthers(k);
    if (top < from || top >= to) continue;
    // The others of the top class may all be far below it: relative to their own largest.
    let next = -Infinity;
    for (let j = 0; j < columns; j++) if (j !== top) next = Math.max(next, values[start + j]);
    for (let j = 0; j < columns; j++) shares[j] = j === top ? 0 : exp(values[start + j] - next);
    scores[top - from][row] = next === -Infinity ? Infinity : max - next - logOfOthers(top);
  }
  return scores;
}
