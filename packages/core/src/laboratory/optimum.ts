import { factorCholesky, solveCholesky } from "../linalg/index.ts";
import { addSlopes, outputsOf } from "./descent.ts";
import { rowLoss, sigmoidPair, type Outputs } from "./output.ts";
import type { TwoClasses } from "./two-classes.ts";

/** Newton's method doubles its digits at every step near the end; who needs more steps than this is not near. */
const mostSteps = 100;

/**
 * The exact optimum of the sum of cross-entropies + ½λ‖W‖², intercepts free, by Newton's method on all outputs: nothing
 * here knows that one output and two are the same model. Two intercepts may move together without changing anything:
 * the curvature gets that one direction added, and the gradient, which has nothing along it, leaves it where it was.
 *
 * @param l2 λ > 0
 * @returns the weights, outputs × width
 */
export function optimumOf(data: TwoClasses, outputs: Outputs, l2: number): Float64Array {
  const { rows, width } = data;
  const size = outputs * width;
  const everyRow = Uint32Array.from({ length: rows }, (_, row) => row);
  let weights: Float64Array = new Float64Array(size);
  let value = objectiveAt(data, outputs, weights, l2);
  const step = new Float64Array(size);
  for (let at = 0; at < mostSteps; at++) {
    addSlopes(data, outputs, weights, everyRow, step);
    for (let i = 0; i < size; i++) if (isPenalized(i, width)) step[i] += l2 * weights[i];
    const curvature = curvatureAt(data, outputs, weights, l2);
    if (factorCholesky(curvature, size) >= 0) break;
    solveCholesky(curvature, size, step);
    const from = weights;
    const largest = step.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const scale = from.reduce((most, each) => Math.max(most, Math.abs(each)), 1);
    const isLast = largest <= 1e-14 * scale;
    for (let share = 1; share > 1e-9; share /= 2) {
      weights = from.map((weight, i) => weight - share * step[i]);
      const next = objectiveAt(data, outputs, weights, l2);
      // Near the end a value cannot tell one step from the next, and Newton's whole step is right.
      if (next <= value + 1e-12 * Math.abs(value)) {
        value = next;
        break;
      }
    }
    if (isLast) break;
  }
  return weights;
}

/** The sum of cross-entropies, in nats. */
export function lossAt(data: TwoClasses, weights: Float64Array): number {
  const z = new Float64Array(weights.length / data.width);
  let sum = 0;
  for (let row = 0; row < data.rows; row++) {
    outputsOf(data.values, row, weights, z);
    sum += data.weights[row] * rowLoss(z, data.targets[row]);
  }
  return sum;
}

function objectiveAt(data: TwoClasses, outputs: Outputs, weights: Float64Array, l2: number): number {
  const { width } = data;
  let squares = 0;
  for (let i = 0; i < outputs * width; i++) if (isPenalized(i, width)) squares += weights[i] * weights[i];
  return lossAt(data, weights) + (l2 / 2) * squares;
}

/** The intercept comes last in each output's weights. */
function isPenalized(i: number, width: number): boolean {
  return i % width < width - 1;
}

/** Σ s (diag p − p pᵀ) ⊗ x xᵀ + λI, the lower triangle; of one output s σ(1 − σ) x xᵀ + λI. */
function curvatureAt(data: TwoClasses, outputs: Outputs, weights: Float64Array, l2: number): Float64Array {
  const { rows, width, values } = data;
  const size = outputs * width;
  const sums = new Float64Array(width * width);
  const z = new Float64Array(outputs);
  for (let row = 0; row < rows; row++) {
    outputsOf(values, row, weights, z);
    const [no, yes] = sigmoidPair(outputs === 1 ? z[0] : z[1] - z[0]);
    const own = data.weights[row] * no * yes;
    for (let i = 0, x = row * width; i < width; i++) {
      const scaled = own * values[x + i];
      for (let j = 0; j <= i; j++) sums[i * width + j] += scaled * values[x + j];
    }
  }
  const curvature = new Float64Array(size * size);
  for (let a = 0; a < size; a++)
    for (let b = 0; b <= a; b++) {
      const [i, j] = [a % width, b % width];
      const sum = sums[Math.max(i, j) * width + Math.min(i, j)];
      curvature[a * size + b] = a < width === b < width ? sum : -sum;
    }
  for (let i = 0; i < size; i++) if (isPenalized(i, width)) curvature[i * size + i] += l2;
  if (outputs === 2) {
    const [first, second] = [width - 1, size - 1];
    const unit = sums[width * width - 1];
    for (const [i, j] of [
      [first, first],
      [second, first],
      [second, second],
    ])
      curvature[i * size + j] += unit;
  }
  return curvature;
}
