import { exp, log } from "../kernels/elementary.ts";
import { factorCholesky, solveCholesky } from "../linalg/index.ts";

/** Weights and intercepts that Newton's method takes together; more would cost more than the descent. */
const mostSupport = 250;
/** Sweeps of coordinate descent in one step: what is left is for Newton. */
const mostSweeps = 10;

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

export interface ElasticNetOptions {
  /** What the duality gap, relative to f, is to reach. Default 1e-8. */
  readonly tolerance?: number;
  readonly maxRounds?: number;
  readonly signal?: { readonly aborted: boolean } | undefined;
}

export interface ElasticNetFit {
  /** λ, of the penalty beside the sum of losses; that of glmnet is λ / Σ s. */
  readonly lambda: number;
  /** outputs × columns weights, then the intercepts. */
  readonly parameters: Float64Array;
  readonly objective: number;
  /** Σ s·loss */
  readonly loss: number;
  /** The duality gap: a proven bound on f − f*. */
  readonly gap: number;
  readonly rounds: number;
  readonly nonzeros: number;
  /** 1 − loss / loss of intercepts alone: the share of the deviance that is explained. */
  readonly devianceRatio: number;
  readonly status: "certified" | "budget";
}

/** A model on its way along a path: each λ starts where the one before it ended. */
export interface ElasticNet {
  /** The smallest λ at which all weights are 0, for this α (0.001 at least). */
  readonly largestLambda: number;
  /** The optimum for λ, to the tolerance. */
  fit(lambda: number): ElasticNetFit;
}

/**
 * Minimizes Σ s·loss + λ Σ (α|w| + ½(1 − α)w²) by proximal Newton steps, output by output, each a weighted least squares
 * problem solved by coordinate descent on the columns that may be nonzero.
 *
 * The gap is that of Fenchel duality. Let q be the probabilities, moved towards the labels until |Xᵀ s(y − q)| is at
 * most λα where there is no quadratic part; then Σ s H(q) − Σ (|Xᵀ s(y − q)| − λα)₊² / 2λ(1 − α), with H the entropy,
 * is at most the optimum, since the intercepts are settled and so Σ s(y − q) = 0.
 *
 * @param l1Ratio α in [0, 1]
 * @see Friedman, Hastie & Tibshirani, J. Stat. Software 33 (2010); Tseng & Yun, Math. Programming 117 (2009)
 */
export function openElasticNet(
  data: ElasticNetData,
  l1Ratio: number,
  { tolerance = 1e-8, maxRounds = 2000, signal }: ElasticNetOptions = {},
): ElasticNet {
  const { columns, labels, outputs, sampleWeights, l1Factors, l2Factors } = data;
  const rows = labels.length;
  const x = byColumn(data.values, rows, columns);
  const weights = sampleWeights ?? new Float64Array(rows).fill(1);
  const parameters = new Float64Array(outputs * (columns + 1));
  const intercepts = outputs * columns;
  const margins = new Float64Array(rows * outputs); // output by output
  const probabilities = new Float64Array(rows * outputs);
  const gradient = new Float64Array(outputs * columns); // Xᵀ s (y − p)
  const target = (row: number, k: number): number => (labels[row] === (outputs === 1 ? 1 : k) ? 1 : 0);

  /** p from the margins. @returns Σ s·loss */
  const refresh = (): number => {
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
  };
  const penalty = (lambda: number): number => {
    let sum = 0;
    for (let k = 0, at = 0; k < outputs; k++)
      for (let j = 0; j < columns; j++, at++) {
        const w = parameters[at];
        sum += l1Ratio * l1Factors[j] * Math.abs(w) + ((1 - l1Ratio) / 2) * l2Factors[j] * w * w;
      }
    return lambda * sum;
  };
  const takeGradient = (): void => {
    const residual = new Float64Array(rows);
    for (let k = 0; k < outputs; k++) {
      for (let row = 0; row < rows; row++)
        residual[row] = weights[row] * (target(row, k) - probabilities[k * rows + row]);
      for (let j = 0; j < columns; j++) gradient[k * columns + j] = dotColumn(x, j, rows, residual);
    }
  };
  /** Newton over the intercepts until their gradient is rounding. @returns Σ s·loss */
  const settle = (): number => {
    let loss = refresh();
    for (let round = 0; round < 30; round++) {
      const step = new Float64Array(outputs);
      const hessian = new Float64Array(outputs * outputs);
      let total = 0;
      for (let row = 0; row < rows; row++) {
        const s = weights[row];
        total += s;
        for (let k = 0; k < outputs; k++) {
          const p = probabilities[k * rows + row];
          step[k] += s * (target(row, k) - p);
          hessian[k * outputs + k] += s * p * (1 - p);
          for (let l = 0; l < k; l++) hessian[k * outputs + l] -= s * p * probabilities[l * rows + row];
        }
      }
      if (step.every((value) => Math.abs(value) <= 1e-14 * total)) break;
      if (outputs > 1)
        for (let k = 0; k < outputs; k++)
          for (let l = 0; l <= k; l++) hessian[k * outputs + l] += total / (outputs * outputs);
      if (factorCholesky(hessian, outputs) >= 0) break;
      solveCholesky(hessian, outputs, step);
      let length = 1;
      for (; length > 1e-9; length /= 2) {
        moveIntercepts(step, length);
        const next = refresh();
        if (next <= loss * (1 + 1e-15)) {
          loss = next;
          break;
        }
        moveIntercepts(step, -length);
      }
      if (length <= 1e-9) return refresh();
    }
    return loss;
  };
  const moveIntercepts = (step: Float64Array, length: number): void => {
    for (let k = 0; k < outputs; k++) {
      parameters[intercepts + k] += length * step[k];
      for (let row = 0; row < rows; row++) margins[k * rows + row] += length * step[k];
    }
  };

  const nullLoss = settle();
  takeGradient();
  let largestLambda = 0;
  for (let k = 0, at = 0; k < outputs; k++)
    for (let j = 0; j < columns; j++, at++)
      largestLambda = Math.max(
        largestLambda,
        Math.abs(gradient[at]) / (Math.max(l1Ratio, 1e-3) * l1Factors[j]),
      );

  /** Softmax does not feel a common shift: the intercepts are given with the sum 0. */
  const centerIntercepts = (): void => {
    const mean = parameters.subarray(intercepts).reduce((sum, b) => sum + b, 0) / outputs;
    moveIntercepts(new Float64Array(outputs).fill(-mean), 1);
  };

  /** P − D at the settled intercepts, with p and the gradient as they are. */
  const gapAt = (lambda: number, objective: number): number => {
    const ridge = lambda * (1 - l1Ratio);
    let shrink = 1;
    let excess = 0;
    for (let k = 0, at = 0; k < outputs; k++)
      for (let j = 0; j < columns; j++, at++) {
        const bound = lambda * l1Ratio * l1Factors[j];
        const size = Math.abs(gradient[at]);
        if (ridge > 0) excess += Math.max(0, size - bound) ** 2 / (2 * ridge * l2Factors[j]);
        else if (size > bound) shrink = Math.min(shrink, bound / size);
      }
    let entropy = 0;
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < outputs; k++) {
        const y = target(row, k);
        const q = y - shrink * (y - probabilities[k * rows + row]);
        entropy += weights[row] * (entropyOf(q) + (outputs === 1 ? entropyOf(1 - q) : 0));
      }
    return Math.max(0, objective - (entropy - excess));
  };

  const residual = new Float64Array(rows);
  const curvature = new Float64Array(rows);
  const shift = new Float64Array(rows);
  /** A proximal Newton step of one output over the columns that may be nonzero. */
  const stepOutput = (k: number, lambda: number): void => {
    const own = k * columns;
    for (let row = 0; row < rows; row++) {
      const p = probabilities[k * rows + row];
      residual[row] = weights[row] * (target(row, k) - p);
      curvature[row] = weights[row] * Math.max(p * (1 - p), 1e-6);
      shift[row] = 0;
    }
    const active: number[] = [];
    for (let j = 0; j < columns; j++)
      if (parameters[own + j] !== 0 || Math.abs(gradient[own + j]) >= 0.9 * lambda * l1Ratio * l1Factors[j])
        active.push(j);
    const second = active.map((j) => squaredColumn(x, j, rows, curvature));
    const total = curvature.reduce((sum, value) => sum + value, 0);
    const start = active.map((j) => parameters[own + j]);
    const startIntercept = parameters[intercepts + k];
    for (let sweep = 0; sweep < mostSweeps; sweep++) {
      let largest = 0;
      const g = residual.reduce((sum, value) => sum + value, 0);
      const move = g / total;
      parameters[intercepts + k] += move;
      for (let row = 0; row < rows; row++) {
        residual[row] -= move * curvature[row];
        shift[row] += move;
      }
      largest = Math.max(largest, move * move * total);
      active.forEach((j, i) => {
        const before = parameters[own + j];
        const raw = second[i] * before + dotColumn(x, j, rows, residual);
        const threshold = lambda * l1Ratio * l1Factors[j];
        const after =
          Math.abs(raw) <= threshold
            ? 0
            : (raw - Math.sign(raw) * threshold) / (second[i] + lambda * (1 - l1Ratio) * l2Factors[j]);
        if (after === before || !Number.isFinite(after)) return;
        parameters[own + j] = after;
        const change = after - before;
        for (let row = 0, at = j * rows; row < rows; row++, at++) {
          const by = change * x[at];
          residual[row] -= by * curvature[row];
          shift[row] += by;
        }
        largest = Math.max(largest, change * change * second[i]);
      });
      if (largest <= 1e-3 * tolerance * Math.max(1e-300, sweepScale)) break;
    }
    for (let row = 0; row < rows; row++) margins[k * rows + row] += shift[row];
    // The quadratic model may promise too much: then the step is halved.
    let length = 1;
    for (let trial = 0; trial < 30; trial++) {
      const next = refresh() + penalty(lambda);
      if (next <= current * (1 + 1e-14)) {
        current = next;
        return;
      }
      length /= 2;
      const share = length; // what is left of the whole step
      active.forEach((j, i) => (parameters[own + j] = start[i] + (parameters[own + j] - start[i]) / 2));
      parameters[intercepts + k] = startIntercept + (parameters[intercepts + k] - startIntercept) / 2;
      for (let row = 0; row < rows; row++) margins[k * rows + row] -= share * shift[row];
    }
  };
  let current = 0;
  let sweepScale = 1;

  /**
   * Newton on the weights that are not 0, their signs kept, and the intercepts: where coordinate descent crawls along
   * correlated columns this goes straight to the end. A weight that would change its sign becomes 0.
   *
   * @returns whether f became smaller
   */
  const stepSupport = (lambda: number): boolean => {
    const support: { k: number; j: number; at: number }[] = [];
    for (let k = 0; k < outputs; k++) {
      for (let j = 0; j < columns; j++) {
        const at = k * columns + j;
        if (parameters[at] !== 0) support.push({ k, j, at });
      }
      support.push({ k, j: columns, at: intercepts + k });
    }
    const size = support.length;
    if (size > mostSupport) return false;
    const hessian = supportHessian(support);
    const step = new Float64Array(size);
    support.forEach(({ k, j, at }, a) => {
      if (j === columns) {
        for (let row = 0; row < rows; row++)
          step[a] += weights[row] * (target(row, k) - probabilities[k * rows + row]);
        return;
      }
      const own = j * rows;
      for (let row = 0; row < rows; row++)
        step[a] += weights[row] * (target(row, k) - probabilities[k * rows + row]) * x[own + row];
      step[a] -= lambda * l1Ratio * l1Factors[j] * Math.sign(parameters[at]);
      step[a] -= lambda * (1 - l1Ratio) * l2Factors[j] * parameters[at];
      hessian[a * size + a] += lambda * (1 - l1Ratio) * l2Factors[j];
    });
    let trace = 0;
    for (let a = 0; a < size; a++) trace += hessian[a * size + a];
    for (let a = 0; a < size; a++) hessian[a * size + a] += (1e-10 * trace) / size;
    if (factorCholesky(hessian, size) >= 0) return false;
    solveCholesky(hessian, size, step);
    let length = 1;
    let crossing = -1;
    support.forEach(({ j, at }, a) => {
      const reach = -parameters[at] / step[a];
      if (j < columns && reach > 0 && reach < length) {
        length = reach;
        crossing = at;
      }
    });
    const before = parameters.slice();
    const marginsBefore = margins.slice();
    for (let trial = 0; trial < 20; trial++, length /= 2) {
      support.forEach(({ at }, a) => (parameters[at] = before[at] + length * step[a]));
      if (trial === 0 && crossing >= 0) parameters[crossing] = 0;
      margins.set(marginsBefore);
      support.forEach(({ k, j, at }) => {
        const change = parameters[at] - before[at];
        const own = j * rows;
        for (let row = 0; row < rows; row++)
          margins[k * rows + row] += change * (j < columns ? x[own + row] : 1);
      });
      const next = refresh() + penalty(lambda);
      if (next < current) {
        const isLarge = current - next > 1e-15 * Math.abs(current);
        current = next;
        return isLarge;
      }
    }
    parameters.set(before);
    margins.set(marginsBefore);
    refresh();
    return false;
  };
  /** Σ s C_kl x xᵀ over pairs of the support, lower triangle; C = diag(p) − ppᵀ. */
  const supportHessian = (support: readonly { k: number; j: number }[]): Float64Array => {
    const size = support.length;
    const hessian = new Float64Array(size * size);
    const weighted = new Float64Array(rows);
    support.forEach(({ k, j }, a) => {
      let last = -1;
      support.slice(0, a + 1).forEach((other, b) => {
        if (other.k !== last) {
          last = other.k;
          for (let row = 0; row < rows; row++) {
            const c =
              probabilities[k * rows + row] * ((k === last ? 1 : 0) - probabilities[last * rows + row]);
            weighted[row] = weights[row] * c * (j < columns ? x[j * rows + row] : 1);
          }
        }
        hessian[a * size + b] =
          other.j < columns
            ? dotColumn(x, other.j, rows, weighted)
            : weighted.reduce((sum, value) => sum + value, 0);
      });
    });
    return hessian;
  };

  return {
    largestLambda,
    fit(lambda) {
      current = settle() + penalty(lambda);
      let gap = Infinity;
      let loss = 0;
      let rounds = 0;
      for (; ; rounds++) {
        loss = settle();
        current = loss + penalty(lambda);
        sweepScale = current;
        takeGradient();
        gap = gapAt(lambda, current);
        if (gap <= tolerance * current || rounds >= maxRounds || signal?.aborted) break;
        for (let k = 0; k < outputs; k++) stepOutput(k, lambda);
        for (let step = 0; step < 10 && stepSupport(lambda); step++);
      }
      if (outputs > 1) centerIntercepts();
      return {
        lambda,
        parameters: parameters.slice(),
        objective: current,
        loss,
        gap,
        rounds,
        nonzeros: parameters.subarray(0, intercepts).reduce((sum, w) => sum + (w === 0 ? 0 : 1), 0),
        devianceRatio: 1 - loss / nullLoss,
        status: gap <= tolerance * current ? "certified" : "budget",
      };
    },
  };
}

/** −q ln q, and 0 at 0. */
function entropyOf(q: number): number {
  return q > 0 ? -q * log(q) : 0;
}

function byColumn(values: Float64Array, rows: number, columns: number): Float64Array {
  const output = new Float64Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < columns; j++) output[j * rows + row] = values[row * columns + j];
  return output;
}

function dotColumn(x: Float64Array, j: number, rows: number, other: Float64Array): number {
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

function squaredColumn(x: Float64Array, j: number, rows: number, weights: Float64Array): number {
  let sum = 0;
  for (let row = 0, at = j * rows; row < rows; row++, at++) sum += weights[row] * x[at] * x[at];
  return sum;
}
