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
  if (!("indices" in labels))
    throw new InputError(
      `${where}: labels must be one class per row, got label sets; evaluateLabels measures models of several labels`,
    );
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

/** @throws InputError unless these are whole rows of so many probabilities, see `checkProbabilities`; there may be none */
export function checkProbabilityRows(where: string, probabilities: Probabilities, classCount: number): void {
  const { rows, columns, values } = probabilities;
  if (columns !== classCount)
    throw new InputError(
      `${where}: probabilities must have one column per class, ${classCount}, got ${columns}`,
    );
  if (values.length !== rows * columns)
    throw new InputError(
      `${where}: ${rows} rows of ${columns} classes need ${rows * columns} probabilities, got ${values.length}`,
    );
  checkProbabilities(where, probabilities);
}

/** The most probable class of each row; of equal ones the lowest index. */
export function topClasses({ rows, columns, values }: Logits | Probabilities): Int32Array {
  const top = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let best = 0;
    let largest = values[start];
    for (let k = 1; k < columns; k++) {
      const value = values[start + k];
      if (value > largest) [best, largest] = [k, value];
    }
    top[row] = best;
  }
  return top;
}

/**
 * The log-odds of each class against the rest, zₖ − ln Σ_{j≠k} e^{zⱼ}: they rise with its probability, and never
 * saturate. +Infinity where all others are masked.
 *
 * @returns gives those of a class, a number per row, in time that does not grow with the number of classes
 */
export function classScores({ rows, columns, values }: Logits): (k: number) => Float64Array {
  if (columns === 2)
    return (k) => {
      const scores = new Float64Array(rows);
      for (let row = 0; row < rows; row++) scores[row] = values[2 * row + k] - values[2 * row + 1 - k];
      return scores;
    };
  const tops = new Int32Array(rows);
  const topScores = new Float64Array(rows);
  const rests = new Float64Array(rows); // Σ e^{zⱼ − max} over all but the top
  for (let row = 0, start = 0; row < rows; row++, start += columns) {
    let top = 0;
    for (let k = 1; k < columns; k++) if (values[start + k] > values[start + top]) top = k;
    let second = -Infinity;
    for (let k = 0; k < columns; k++) if (k !== top && values[start + k] > second) second = values[start + k];
    tops[row] = top;
    if (second === -Infinity) {
      topScores[row] = Infinity;
      continue;
    }
    let sum = 0;
    for (let k = 0; k < columns; k++) if (k !== top) sum += exp(values[start + k] - second);
    topScores[row] = values[start + top] - second - log(sum);
    rests[row] = sum * exp(second - values[start + top]);
  }
  return (k) => {
    const scores = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const top = tops[row];
      const margin = values[row * columns + k] - values[row * columns + top];
      // The top's own 1 is among the others, so nothing cancels.
      scores[row] = k === top ? topScores[row] : margin - log(1 + Math.max(0, rests[row] - exp(margin)));
    }
    return scores;
  };
}

/** 1 for each row of a class, 0 for the others. */
export function marksOf({ indices }: Labels, k: number): Uint8Array {
  const marks = new Uint8Array(indices.length);
  for (let row = 0; row < marks.length; row++) marks[row] = Number(indices[row] === k);
  return marks;
}
