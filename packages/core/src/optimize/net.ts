import { exp, log } from "../kernels/elementary.ts";
import { factorCholesky, solveCholesky } from "../linalg/index.ts";

/** Rows with features in float64, rows × columns. */
export interface ElasticNetData {
  readonly values: Float64Array;
  readonly columns: number;
  /** The class of each row. */
  readonly labels: Int32Array;
  /** 1: sigmoid, two classes; K ≥ 2: softmax, every class with weights of its own. */
  readonly outputs: number;
  readonly sampleWeights: Float64Array | null;
  /** What λα|w| and ½λ(1 − α)w² are multiplied by, column by column: 1 where the features are the penalty's own units. */
  readonly l1Factors: Float64Array;
  readonly l2Factors: Float64Array;
}

/** Where an elastic net stands. What there is of each row and output is laid out output by output. */
export interface Net {
  readonly data: ElasticNetData;
  /** α */
  readonly l1Ratio: number;
  readonly rows: number;
  /** The features, column by column. */
  readonly x: Float64Array;
  /** s of each row. */
  readonly weights: Float64Array;
  /** outputs × columns weights, then the intercepts. */
  readonly parameters: Float64Array;
  readonly margins: Float64Array;
  readonly probabilities: Float64Array;
  /** Xᵀ s (y − p), outputs × columns, as of the last `takeGradient`. */
  readonly gradient: Float64Array;
  /** f, as of the last step. */
  objective: number;
}

/** All weights and intercepts 0. */
export function openNet(data: ElasticNetData, l1Ratio: number): Net {
  const { values, columns, labels, outputs, sampleWeights } = data;
  const rows = labels.length;
  return {
    data,
    l1Ratio,
    rows,
    x: byColumn(values, rows, columns),
    weights: sampleWeights ?? new Float64Array(rows).fill(1),
    parameters: new Float64Array(outputs * (columns + 1)),
    margins: new Float64Array(rows * outputs),
    probabilities: new Float64Array(rows * outputs),
    gradient: new Float64Array(outputs * columns),
    objective: 0,
  };
}

/** 1 where the row is of the class that the output speaks of. */
export function targetOf({ labels, outputs }: ElasticNetData, row: number, k: number): number {
  return labels[row] === (outputs === 1 ? 1 : k) ? 1 : 0;
}

/** p from the margins. @returns Σ s·loss */
export function refreshNet({ data, rows, weights, margins, probabilities }: Net): number {
  const { labels, outputs } = data;
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    if (outputs === 1) {
      const z = margins[row];
      const e = exp(-Math.abs(z));
      probabilities[row] = z >= 0 ? 1 / (1 + e) : e / (1 + e);
      loss += weights[row] * ((labels[row] === 1 ? Math.max(-z, 0) : Math.max(z, 0)) + log(1 + e));
      continue;
    }
    let max = -Infinity;
    for (let k = 0; k < outputs; k++) max = Math.max(max, margins[k * rows + row]);
    let sum = 0;
    for (let k = 0; k < outputs; k++)
      sum += probabilities[k * rows + row] = exp(margins[k * rows + row] - max);
    for (let k = 0; k < outputs; k++) probabilities[k * rows + row] /= sum;
    loss += weights[row] * (max - margins[labels[row] * rows + row] + log(sum));
  }
  return loss;
}

/** λ Σ (α|w| + ½(1 − α)w²) */
export function netPenalty({ data, l1Ratio, parameters }: Net, lambda: number): number {
  const { outputs, columns, l1Factors, l2Factors } = data;
  let sum = 0;
  for (let k = 0, at = 0; k < outputs; k++)
    for (let j = 0; j < columns; j++, at++) {
      const w = parameters[at];
      sum += l1Ratio * l1Factors[j] * Math.abs(w) + ((1 - l1Ratio) / 2) * l2Factors[j] * w * w;
    }
  return lambda * sum;
}

export function takeNetGradient({ data, rows, x, weights, probabilities, gradient }: Net): void {
  const { outputs, columns } = data;
  const residual = new Float64Array(rows);
  for (let k = 0; k < outputs; k++) {
    for (let row = 0; row < rows; row++)
      residual[row] = weights[row] * (targetOf(data, row, k) - probabilities[k * rows + row]);
    for (let j = 0; j < columns; j++) gradient[k * columns + j] = dotColumn(x, j, rows, residual);
  }
}

/** Newton over the intercepts until their gradient is rounding. @returns Σ s·loss */
export function settleNet(net: Net): number {
  const { data, rows, weights, probabilities } = net;
  const { outputs } = data;
  let loss = refreshNet(net);
  for (let round = 0; round < 30; round++) {
    const step = new Float64Array(outputs);
    const hessian = new Float64Array(outputs * outputs);
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const s = weights[row];
      total += s;
      for (let k = 0; k < outputs; k++) {
        const p = probabilities[k * rows + row];
        step[k] += s * (targetOf(data, row, k) - p);
        hessian[k * outputs + k] += s * p * (1 - p);
        for (let l = 0; l < k; l++) hessian[k * outputs + l] -= s * p * probabilities[l * rows + row];
      }
    }
    if (step.every((value) => Math.abs(value) <= 1e-14 * total)) break;
    // Softmax does not feel a common shift.
    if (outputs > 1)
      for (let k = 0; k < outputs; k++)
        for (let l = 0; l <= k; l++) hessian[k * outputs + l] += total / (outputs * outputs);
    if (factorCholesky(hessian, outputs) >= 0) break;
    solveCholesky(hessian, outputs, step);
    let length = 1;
    for (; length > 1e-9; length /= 2) {
      moveIntercepts(net, step, length);
      const next = refreshNet(net);
      if (next <= loss * (1 + 1e-15)) {
        loss = next;
        break;
      }
      moveIntercepts(net, step, -length);
    }
    if (length <= 1e-9) return refreshNet(net);
  }
  return loss;
}

function moveIntercepts(
  { data: { outputs, columns }, rows, parameters, margins }: Net,
  step: Float64Array,
  length: number,
): void {
  for (let k = 0; k < outputs; k++) {
    parameters[outputs * columns + k] += length * step[k];
    for (let row = 0; row < rows; row++) margins[k * rows + row] += length * step[k];
  }
}

/** Intercepts of several outputs get the sum 0. */
export function centerIntercepts(net: Net): void {
  const { outputs, columns } = net.data;
  if (outputs === 1) return;
  const mean = net.parameters.subarray(outputs * columns).reduce((sum, b) => sum + b, 0) / outputs;
  moveIntercepts(net, new Float64Array(outputs).fill(-mean), 1);
}

/**
 * The duality gap at the settled intercepts, with p and the gradient as they are: see `openElasticNet`.
 *
 * @param objective f there
 */
export function gapOf(net: Net, lambda: number, objective: number): number {
  const { data, l1Ratio, gradient } = net;
  const { outputs, columns, l1Factors, l2Factors } = data;
  const ridge = lambda * (1 - l1Ratio);
  let shrink = 1;
  let excess = 0;
  for (let k = 0, at = 0; k < outputs; k++)
    for (let j = 0; j < columns; j++, at++) {
      const bound = lambda * l1Ratio * l1Factors[j];
      const size = Math.abs(gradient[at]);
      if (size <= bound) continue;
      shrink = Math.min(shrink, bound / size);
      excess += ((size - bound) * (size - bound)) / (2 * ridge * l2Factors[j]); // infinite without a quadratic part
    }
  const dual = Math.max(entropyOf(net, 1) - excess, entropyOf(net, shrink));
  return Math.max(0, objective - dual);
}

/** Σ s H(q), with q as far from the labels as `share` of p is. */
function entropyOf({ data, rows, weights, probabilities }: Net, share: number): number {
  const { outputs } = data;
  let entropy = 0;
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < outputs; k++) {
      const y = targetOf(data, row, k);
      const q = y - share * (y - probabilities[k * rows + row]);
      entropy -= weights[row] * (timesLog(q) + (outputs === 1 ? timesLog(1 - q) : 0));
    }
  return entropy;
}

/** q ln q, and 0 at 0. */
function timesLog(q: number): number {
  return q > 0 ? q * log(q) : 0;
}

/** The length of the smallest subgradient of f over the weights: 0 at the optimum, where the intercepts are settled. */
export function subgradientNorm({ data, l1Ratio, parameters, gradient }: Net, lambda: number): number {
  const { outputs, columns, l1Factors, l2Factors } = data;
  let squares = 0;
  for (let k = 0, at = 0; k < outputs; k++)
    for (let j = 0; j < columns; j++, at++) {
      const w = parameters[at];
      const bound = lambda * l1Ratio * l1Factors[j];
      const own =
        w === 0
          ? Math.max(0, Math.abs(gradient[at]) - bound)
          : gradient[at] - Math.sign(w) * bound - lambda * (1 - l1Ratio) * l2Factors[j] * w;
      squares += own * own;
    }
  return Math.sqrt(squares);
}

/** Σ over rows of one column times other numbers. */
export function dotColumn(x: Float64Array, j: number, rows: number, other: Float64Array): number {
  let even = 0;
  let odd = 0;
  const start = j * rows;
  let row = 0;
  for (; row + 2 <= rows; row += 2) {
    even += x[start + row] * other[row];
    odd += x[start + row + 1] * other[row + 1];
  }
  return row < rows ? even + odd + x[start + row] * other[row] : even + odd;
}

function byColumn(values: Float64Array, rows: number, columns: number): Float64Array {
  const output = new Float64Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < columns; j++) output[j * rows + row] = values[row * columns + j];
  return output;
}
