import { factorCholesky, solveCholesky } from "../linalg/index.ts";
import { dotColumn, netPenalty, refreshNet, targetOf, type Net } from "./net.ts";

/** Weights and intercepts that Newton's method takes together; more would cost more than the descent. */
const mostSupport = 250;
/** Sweeps of coordinate descent in one step: what is left is for Newton. */
const mostSweeps = 10;

/**
 * A proximal Newton step of one output over the columns that may be nonzero: coordinate descent on the weighted least
 * squares problem that f is nearly, until a sweep would change it by less than `enough`. The objective does not grow.
 */
export function stepOutput(net: Net, k: number, lambda: number, enough: number): void {
  const { data, l1Ratio, rows, x, weights, parameters, margins, probabilities, gradient } = net;
  const { outputs, columns, l1Factors, l2Factors } = data;
  const own = k * columns;
  const intercept = outputs * columns + k;
  const residual = new Float64Array(rows);
  const curvature = new Float64Array(rows);
  const shift = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const p = probabilities[k * rows + row];
    residual[row] = weights[row] * (targetOf(data, row, k) - p);
    curvature[row] = weights[row] * Math.max(p * (1 - p), 1e-6);
  }
  const active: number[] = [];
  for (let j = 0; j < columns; j++)
    if (parameters[own + j] !== 0 || Math.abs(gradient[own + j]) >= 0.9 * lambda * l1Ratio * l1Factors[j])
      active.push(j);
  const second = active.map((j) => squaredColumn(x, j, rows, curvature));
  const total = sumOf(curvature);
  const start = active.map((j) => parameters[own + j]);
  const startIntercept = parameters[intercept];
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    const move = sumOf(residual) / total;
    parameters[intercept] += move;
    for (let row = 0; row < rows; row++) {
      residual[row] -= move * curvature[row];
      shift[row] += move;
    }
    let largest = move * move * total;
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
    if (largest <= enough) break;
  }
  for (let row = 0; row < rows; row++) margins[k * rows + row] += shift[row];
  // The quadratic model may promise too much: then the step is halved.
  for (let length = 1; ;) {
    const next = refreshNet(net) + netPenalty(net, lambda);
    if (next <= net.objective * (1 + 1e-14) || length < 1e-9) {
      net.objective = next;
      return;
    }
    length /= 2;
    active.forEach((j, i) => (parameters[own + j] = (start[i] + parameters[own + j]) / 2));
    parameters[intercept] = (startIntercept + parameters[intercept]) / 2;
    for (let row = 0; row < rows; row++) margins[k * rows + row] -= length * shift[row];
  }
}

interface Coordinate {
  readonly k: number;
  /** The number of columns stands for the intercept. */
  readonly j: number;
  /** Among the parameters. */
  readonly at: number;
}

/**
 * Newton on the weights that are not 0, their signs kept, and the intercepts: where coordinate descent crawls along
 * correlated columns this goes straight to the end. A weight that would change its sign becomes 0.
 *
 * @returns whether f became smaller by more than rounding
 */
export function stepSupport(net: Net, lambda: number): boolean {
  const { data, rows, x, parameters, margins } = net;
  const { columns } = data;
  const support = supportOf(net);
  if (support.length > mostSupport) return false;
  const step = newtonStep(net, support, lambda);
  if (step === null) return false;
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
    for (const { k, j, at } of support) {
      const change = parameters[at] - before[at];
      const own = j * rows;
      for (let row = 0; row < rows; row++)
        margins[k * rows + row] += change * (j < columns ? x[own + row] : 1);
    }
    const next = refreshNet(net) + netPenalty(net, lambda);
    if (next < net.objective) {
      const isLarge = net.objective - next > 1e-15 * Math.abs(net.objective);
      net.objective = next;
      return isLarge;
    }
  }
  parameters.set(before);
  margins.set(marginsBefore);
  refreshNet(net);
  return false;
}

/** The weights that are not 0, and the intercepts, output by output. */
function supportOf({ data: { outputs, columns }, parameters }: Net): Coordinate[] {
  const support: Coordinate[] = [];
  for (let k = 0; k < outputs; k++) {
    for (let j = 0; j < columns; j++) {
      const at = k * columns + j;
      if (parameters[at] !== 0) support.push({ k, j, at });
    }
    support.push({ k, j: columns, at: outputs * columns + k });
  }
  return support;
}

/** −H⁻¹g over the support; null where H is not definite in this precision. */
function newtonStep(net: Net, support: readonly Coordinate[], lambda: number): Float64Array | null {
  const { data, l1Ratio, rows, x, weights, parameters, probabilities } = net;
  const { columns, l1Factors, l2Factors } = data;
  const size = support.length;
  const hessian = supportHessian(net, support);
  const step = new Float64Array(size);
  support.forEach(({ k, j, at }, a) => {
    const own = j * rows;
    for (let row = 0; row < rows; row++)
      step[a] +=
        weights[row] *
        (targetOf(data, row, k) - probabilities[k * rows + row]) *
        (j < columns ? x[own + row] : 1);
    if (j === columns) return;
    step[a] -= lambda * l1Ratio * l1Factors[j] * Math.sign(parameters[at]);
    step[a] -= lambda * (1 - l1Ratio) * l2Factors[j] * parameters[at];
    hessian[a * (size + 1)] += lambda * (1 - l1Ratio) * l2Factors[j];
  });
  let trace = 0;
  for (let a = 0; a < size; a++) trace += hessian[a * (size + 1)];
  for (let a = 0; a < size; a++) hessian[a * (size + 1)] += (1e-10 * trace) / size;
  if (factorCholesky(hessian, size) >= 0) return null;
  solveCholesky(hessian, size, step);
  return step;
}

/** Σ s C_kl x xᵀ over pairs of the support, lower triangle; C = diag(p) − ppᵀ. */
function supportHessian(
  { data: { columns }, rows, x, weights, probabilities }: Net,
  support: readonly Coordinate[],
): Float64Array {
  const size = support.length;
  const hessian = new Float64Array(size * size);
  const weighted = new Float64Array(rows);
  support.forEach(({ k, j }, a) => {
    let last = -1;
    support.slice(0, a + 1).forEach((other, b) => {
      if (other.k !== last) {
        last = other.k;
        for (let row = 0; row < rows; row++) {
          const p = probabilities[last * rows + row];
          const c = probabilities[k * rows + row] * ((k === last ? 1 : 0) - p);
          weighted[row] = weights[row] * c * (j < columns ? x[j * rows + row] : 1);
        }
      }
      hessian[a * size + b] = other.j < columns ? dotColumn(x, other.j, rows, weighted) : sumOf(weighted);
    });
  });
  return hessian;
}

function squaredColumn(x: Float64Array, j: number, rows: number, weights: Float64Array): number {
  let sum = 0;
  for (let row = 0, at = j * rows; row < rows; row++, at++) sum += weights[row] * x[at] * x[at];
  return sum;
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
