import { createGenerator } from "../random/index.ts";

/** Rows drawn, and what each stands for: 1 / its chance of being drawn. */
export interface Sample {
  readonly rows: Uint32Array;
  readonly weights: Float64Array;
}

/**
 * About `wanted` rows, the undecided ones with higher chance: a row whose probabilities are spread has most of the
 * curvature. Chances are min(1, t·c), c = 1 − Σ p² + 0.05·mean, with t such that they sum to `wanted`.
 *
 * @param probabilities rows × outputs; with one output that of the second class
 */
export function sampleRows(
  probabilities: Float64Array,
  outputs: number,
  wanted: number,
  seed: number,
  stream: number,
): Sample {
  const rows = probabilities.length / outputs;
  if (wanted >= rows) return { rows: everyRow(rows), weights: new Float64Array(rows).fill(1) };
  const spread = new Float64Array(rows);
  let mean = 0;
  for (let row = 0, at = 0; row < rows; row++, at += outputs) {
    let squares = 0;
    for (let k = 0; k < outputs; k++) squares += probabilities[at + k] * probabilities[at + k];
    if (outputs === 1) squares += (1 - probabilities[at]) * (1 - probabilities[at]);
    spread[row] = 1 - squares;
    mean += spread[row] / rows;
  }
  const floor = mean > 0 ? 0.05 * mean : 1;
  for (let row = 0; row < rows; row++) spread[row] += floor;
  const expected = (t: number): number => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += Math.min(1, t * spread[row]);
    return sum;
  };
  let low = 0;
  let high = wanted / floor;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (expected(middle) < wanted) low = middle;
    else high = middle;
  }
  const generator = createGenerator(seed, stream);
  const drawn: number[] = [];
  const weights: number[] = [];
  for (let row = 0; row < rows; row++) {
    const chance = Math.min(1, high * spread[row]);
    if (generator.uniform() >= chance) continue;
    drawn.push(row);
    weights.push(1 / chance);
  }
  return { rows: Uint32Array.from(drawn), weights: Float64Array.from(weights) };
}

/** 0, 1, 2, … */
export function everyRow(rows: number): Uint32Array {
  const output = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) output[row] = row;
  return output;
}

/** So many of the rows, one from each of as many equal stretches, in order; all where there are no more. */
export function spreadRows(rows: number, wanted: number, seed: number, stream: number): Uint32Array {
  if (wanted >= rows) return everyRow(rows);
  const generator = createGenerator(seed, stream);
  const output = new Uint32Array(wanted);
  for (let i = 0; i < wanted; i++) output[i] = Math.floor(((i + generator.uniform()) * rows) / wanted);
  return output;
}
